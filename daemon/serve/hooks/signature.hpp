// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Whether whoever posted knows the secret. Pure; every comparison takes a time that does not depend on what is
// compared.
namespace iz::serve {

enum class Verified : std::uint8_t {
  accepted,
  no_signature,  // a header is missing, or not of its form
  out_of_time,   // the timestamp is too old or too far ahead: a replay, or a clock
  wrong_signature
};
// For the journal.
[[nodiscard]] std::string_view why(Verified verdict);

struct SignedRequest {
  std::string_view signatures;  // "v1=<64 hexadecimal digits in lower case>", several separated by commas
  std::string_view prefix;      // "v1="
  // Seconds since 1970, digits; nullopt: this sender's form has none, and the body alone is signed.
  std::optional<std::string_view> timestamp;
  std::string_view body;
};

// HMAC-SHA256 over timestamp, "." and the body's exact bytes (or the body's alone), with one of the secrets. One
// signature that fits is enough. Whatever is wrong, the body has been gone over once for each secret.
[[nodiscard]] Verified verify_hmac(const SignedRequest& request, std::span<const std::string_view> secrets,
                                   std::chrono::sys_seconds now, std::chrono::seconds tolerance);

// `authorization` is the header: "Bearer <token>".
[[nodiscard]] Verified verify_bearer(std::string_view authorization, std::span<const std::string_view> tokens);

// SHA-256 in hexadecimal digits: the id of an event that brought none.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace iz::serve
