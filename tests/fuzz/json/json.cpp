// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/json.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "support/encoding.hpp"
#include <infrazen/error.hpp>

// What is read has to be what boost::json reads of the same text, number for number and text for text; written and read
// again it is the same; views lie in memory that is there.
namespace {

namespace json = boost::json;
using iz::support::JsonDocument;
using iz::support::JsonValue;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

// A text with a NUL is read otherwise on purpose.
bool same_text(std::string_view ours, std::string_view theirs) {
  return theirs.find('\0') != std::string_view::npos ? iz::support::is_text(ours) : ours == theirs;
}

// boost::json's doubles are not exact to the last bit.
bool near(std::string_view digits, double theirs) {
  const double exact = std::strtod(std::string(digits).c_str(), nullptr);
  return exact == theirs || std::abs(exact - theirs) <= 1e-9 * std::abs(exact) || std::abs(exact) < 1e-300;
}

void compare(JsonValue ours, const json::value& theirs) {
  require(ours.exists());
  (void)ours.integer();
  (void)ours.decimal();
  switch (theirs.kind()) {
    case json::kind::null: return require(ours.is_null());
    case json::kind::bool_: return require(ours.boolean() == theirs.get_bool());
    case json::kind::int64: return require(ours.integer() == theirs.get_int64());
    case json::kind::uint64: return require(ours.is_number() && ours.text() == std::to_string(theirs.get_uint64()));
    case json::kind::double_: return require(ours.is_number() && near(ours.text(), theirs.get_double()));
    case json::kind::string: return require(ours.is_string() && same_text(ours.text(), view(theirs.get_string())));
    case json::kind::array: {
      const json::array& elements = theirs.get_array();
      require(ours.is_array() && ours.size() == elements.size());
      std::size_t i = 0;
      for (const JsonValue element : ours) compare(element, elements[i++]);
      return require(i == elements.size());
    }
    case json::kind::object: {
      const json::object& object = theirs.get_object();
      require(ours.is_object());
      std::size_t members = 0;
      bool with_nul = false;
      for (const auto& [name, value] : ours.members()) {
        require(ours[name].exists());
        ++members;
      }
      require(members == ours.size());
      for (const auto& [name, value] : object) {
        with_nul |= name.find('\0') != json::string_view::npos;
        if (!with_nul) compare(ours[{name.data(), name.size()}], value);
      }
      require(with_nul || members == object.size());
      return;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  json::error_code error;
  json::parse_options options;
  options.max_depth = JsonDocument::kDepth;
  const json::value theirs = json::parse({text.data(), text.size()}, error, {}, options);
  try {
    const JsonDocument ours(text, "input");
    require(!error);
    compare(ours.root(), theirs);
    const std::string written = ours.root().dump();
    const JsonDocument again(written, "written");
    require(again.root().dump() == written);
  } catch (const infrazen::Error& refusal) {
    require(static_cast<bool>(error));
    require(iz::support::is_text(refusal.what()));
  }
  return 0;
}
