// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string_view>

#include <infrazen/abi/base.h>

// The C edge: texts and errors as they cross it.
namespace iz::host {

// A pointer that is null is a null text, whatever the length says.
[[nodiscard]] inline std::string_view view(iz_str text) noexcept {
  return text.ptr == nullptr ? std::string_view{} : std::string_view(text.ptr, text.len);
}

[[nodiscard]] inline iz_str to_str(std::string_view text) noexcept {
  return {text.data(), text.size()};
}

// Fills the connector's iz_error as far as its struct_size goes and returns the class. `error` may be null.
std::int32_t fail(iz_error* error, std::uint32_t error_class, std::string_view message, std::int64_t retry_after_ms = 0,
                  std::uint32_t http_status = 0) noexcept;

}  // namespace iz::host
