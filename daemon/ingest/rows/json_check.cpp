// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/rows/json_check.hpp"

#include <charconv>
#include <set>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

namespace iz::ingest {

namespace {

constexpr std::size_t kDepth = 32;
// jsonb keeps a number with all its decimals, up to 16383 of them, and no more: 1e-20000 would fail the whole mark. A
// bound far below that, because eight bytes that read back as thousands are a burden for every reader. All decimals of
// the smallest double fit.
constexpr std::int64_t kMostDecimals = 1100;

// Whether the number, written out, has more decimals than that. Its form is JSON's.
bool too_fine(std::string_view number) {
  const auto e = number.find_first_of("eE");
  const auto mantissa = number.substr(0, e);
  const auto point = mantissa.find('.');
  auto decimals = point == std::string_view::npos ? 0 : static_cast<std::int64_t>(mantissa.size() - point - 1);
  if (e != std::string_view::npos) {
    auto digits = number.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (error != std::errc{} || exponent > kMostDecimals || exponent < -kMostDecimals) return true;
    decimals -= exponent;
  }
  return decimals > kMostDecimals;
}

// Sees the text go by without building anything of it.
struct Watcher {
  static constexpr std::size_t max_object_size = 1U << 20;
  static constexpr std::size_t max_array_size = 1U << 20;
  static constexpr std::size_t max_key_size = 1U << 20;
  static constexpr std::size_t max_string_size = 1U << 20;

  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  JsonShape top = JsonShape::scalar;
  bool duplicate = false;
  std::vector<std::set<std::string>> keys;
  std::string key;
  std::string number;       // the part of it that came before
  bool unstorable = false;  // well-formed, but not for jsonb

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    if (depth == 0) top = JsonShape::object;
    ++depth;
    keys.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    --depth;
    keys.pop_back();
    return true;
  }
  bool on_array_begin(error_code&) {
    if (depth == 0) top = JsonShape::array;
    ++depth;
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    --depth;
    return true;
  }
  bool on_key_part(string_view text, std::size_t, error_code&) {
    look(text);
    key.append(text.data(), text.size());
    return true;
  }
  bool on_key(string_view text, std::size_t, error_code&) {
    look(text);
    key.append(text.data(), text.size());
    if (!keys.back().insert(key).second) duplicate = true;
    key.clear();
    return true;
  }
  bool on_string_part(string_view text, std::size_t, error_code&) { return look(text); }
  bool on_string(string_view text, std::size_t, error_code&) { return look(text); }
  bool on_number_part(string_view text, error_code&) {
    number.append(text.data(), text.size());
    return true;
  }
  bool on_int64(std::int64_t, string_view, error_code&) {
    number.clear();
    return true;
  }
  bool on_uint64(std::uint64_t, string_view, error_code&) {
    number.clear();
    return true;
  }
  bool on_double(double value, string_view text, error_code&) {
    if (!number.empty()) text = number.append(text.data(), text.size());
    if (!(value > -1e300 && value < 1e300) || too_fine({text.data(), text.size()})) unstorable = true;
    number.clear();
    return true;
  }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  bool look(string_view text) {
    if (text.find('\0') != string_view::npos) unstorable = true;
    return true;
  }
  std::size_t depth = 0;
};

}  // namespace

JsonShape check_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kDepth;
  boost::json::basic_parser<Watcher> parser(options);
  boost::json::error_code error;
  const auto read = parser.write_some(false, text.data(), text.size(), error);
  if (error == boost::json::error::too_deep) return JsonShape::too_deep;
  if (error) return JsonShape::malformed;
  if (text.find_first_not_of(" \t\r\n", read) != std::string_view::npos || !parser.done()) return JsonShape::malformed;
  const auto& seen = parser.handler();
  if (seen.unstorable) return JsonShape::unstorable;
  if (seen.duplicate) return JsonShape::duplicate_key;
  return seen.top;
}

}  // namespace iz::ingest
