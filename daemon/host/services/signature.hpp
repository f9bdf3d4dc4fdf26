// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace iz::host {

// The secret is not a key for this algorithm, or there is no such algorithm.
class UnusableKey : public std::runtime_error {
 public:
  explicit UnusableKey(const std::string& what) : std::runtime_error(what) {}
};

// `algorithm` is IZ_SIGN_*: HMAC-SHA256 (RFC 2104) with the secret's bytes; RSASSA-PSS with SHA-256, MGF1 and a salt as
// long as the hash (PS256), or RSASSA-PKCS1-v1_5 with SHA-256 (RS256), both RFC 7518 §3, with a private key: PEM, text before its
// first line is skipped, or a provider's key file, JSON with the PEM in private_key or privateKey, at the top or in key.
// Throws UnusableKey.
[[nodiscard]] std::vector<std::uint8_t> sign(std::uint32_t algorithm, std::string_view secret, std::string_view data);

}  // namespace iz::host
