// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include <infrazen/abi/base.h>

namespace infrazen {

// What the daemon does next depends on the class alone, see IZ_ERR_* in abi/base.h.
enum class ErrorClass : std::uint32_t {
  transient = IZ_ERR_TRANSIENT,
  rate_limited = IZ_ERR_RATE_LIMITED,
  auth = IZ_ERR_AUTH,
  config = IZ_ERR_CONFIG,
  permanent = IZ_ERR_PERMANENT,
  cancelled = IZ_ERR_CANCELLED,
  internal = IZ_ERR_INTERNAL,
};

// Ends a run. The message is one sentence an operator can act on: what failed, where, what to do. Never a secret.
class Error : public std::runtime_error {
 public:
  Error(ErrorClass error_class, const std::string& message, std::chrono::milliseconds retry_after = {},
        std::uint32_t http_status = 0)
      : std::runtime_error(message), class_(error_class), http_status_(http_status), retry_after_(retry_after) {}

  [[nodiscard]] ErrorClass error_class() const noexcept { return class_; }
  [[nodiscard]] std::uint32_t http_status() const noexcept { return http_status_; }
  [[nodiscard]] std::chrono::milliseconds retry_after() const noexcept { return retry_after_; }

 private:
  ErrorClass class_;
  std::uint32_t http_status_;
  std::chrono::milliseconds retry_after_;
};

namespace detail {

inline iz_error empty_error() {
  iz_error error;
  error.struct_size = sizeof error;
  error.error_class = IZ_OK;
  error.http_status = 0;
  error.reserved = 0;
  error.retry_after_ms = 0;
  error.message[0] = '\0';
  return error;
}

inline Error to_exception(std::int32_t code, const iz_error& error) {
  const std::uint32_t known = error.error_class != IZ_OK ? error.error_class : static_cast<std::uint32_t>(code);
  const std::string_view message(error.message, ::strnlen(error.message, sizeof error.message));
  return {static_cast<ErrorClass>(known), message.empty() ? "the host gave no reason" : std::string(message),
          std::chrono::milliseconds(error.retry_after_ms), error.http_status};
}

// Calls a host function, whose last argument is the iz_error, and turns its failure into an Error.
template <class Call>
void checked(Call&& call) {
  iz_error error = empty_error();
  if (const std::int32_t code = call(&error); code != IZ_OK) throw to_exception(code, error);
}

// Writes what fits into the caller's struct, which may be older and shorter than ours; the text ends on a whole
// character.
inline std::int32_t fill(iz_error* out, ErrorClass error_class, std::string_view message,
                         std::int64_t retry_after_ms = 0, std::uint32_t http_status = 0) noexcept {
  const auto code = static_cast<std::uint32_t>(error_class);
  if (out == nullptr || out->struct_size < sizeof(iz_error)) return static_cast<std::int32_t>(code);
  out->error_class = code;
  out->http_status = http_status;
  out->retry_after_ms = retry_after_ms;
  std::size_t length = std::min<std::size_t>(message.size(), IZ_ERROR_MESSAGE_SIZE - 1);
  if (length < message.size()) {
    while (length > 0 && (static_cast<unsigned char>(message[length]) & 0xC0u) == 0x80u) --length;
  }
  if (length > 0) std::memcpy(out->message, message.data(), length);
  out->message[length] = '\0';
  return static_cast<std::int32_t>(code);
}

// The edge of the library: nothing is thrown across it.
template <class Call>
std::int32_t guarded(iz_error* out, Call&& call) noexcept {
  try {
    call();
    return IZ_OK;
  } catch (const Error& error) {
    return fill(out, error.error_class(), error.what(), error.retry_after().count(), error.http_status());
  } catch (const std::bad_alloc&) {
    return fill(out, ErrorClass::internal, "the connector ran out of memory");
  } catch (const std::exception& error) {
    return fill(out, ErrorClass::internal, error.what());
  } catch (...) {
    return fill(out, ErrorClass::internal, "the connector threw something that is not a std::exception");
  }
}

}  // namespace detail
}  // namespace infrazen
