// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/xml.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "support/encoding.hpp"
#include <infrazen/error.hpp>

// What is read is text, whatever the bytes were; what is not read is refused in words.
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using iz::support::is_text;
  try {
    const iz::support::XmlDocument document({reinterpret_cast<const char*>(data), size}, "input");
    const auto root = document.root();
    require(root.exists() && is_text(root.name()) && is_text(root.attribute("a")));
    for (const auto child : root.children("b")) require(is_text(child.text()) && is_text(child["c"].word()));
  } catch (const infrazen::Error& refusal) {
    require(is_text(refusal.what()));
  }
  return 0;
}
