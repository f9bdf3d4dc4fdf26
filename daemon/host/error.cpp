// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/error.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "wire/text.hpp"

namespace iz::host {

std::int32_t fail(iz_error* error, std::uint32_t error_class, std::string_view message, std::int64_t retry_after_ms,
                  std::uint32_t http_status) noexcept {
  const auto result = static_cast<std::int32_t>(error_class);
  if (error == nullptr) return result;
  const std::size_t size = std::min<std::size_t>(error->struct_size, sizeof(iz_error));
  if (size <= offsetof(iz_error, message)) return result;
  const std::size_t room = size - offsetof(iz_error, message);
  const std::string_view text = wire::cut_text(message, room - 1);
  error->error_class = error_class;
  error->http_status = http_status;
  error->reserved = 0;
  error->retry_after_ms = retry_after_ms;
  if (!text.empty()) std::memcpy(error->message, text.data(), text.size());
  error->message[text.size()] = '\0';
  return result;
}

}  // namespace iz::host
