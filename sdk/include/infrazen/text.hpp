// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>

#include <infrazen/abi/base.h>

// iz_str and std::string_view: the same thing on the two sides of the ABI. data() == nullptr is null on both.
namespace infrazen {

constexpr iz_str to_abi(std::string_view text) {
  return {text.data(), text.size()};
}
// "" instead of a null view: for text that is there but may be empty, a cursor for instance.
constexpr iz_str to_abi_text(std::string_view text) {
  return {text.data() == nullptr ? "" : text.data(), text.size()};
}
constexpr std::string_view from_abi(iz_str text) {
  return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}

}  // namespace infrazen
