// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/hooks/signature.hpp"

#include <array>
#include <charconv>
#include <memory>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace iz::serve {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

std::string hex(const Digest& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Digest hmac_sha256(std::string_view key, std::string_view data) {
  Digest digest{};
  unsigned size = 0;
  if (::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(data), data.size(), digest.data(),
             &size) == nullptr) {
    throw std::runtime_error("OpenSSL cannot compute HMAC-SHA256");
  }
  return digest;
}

Digest sha256(std::string_view data) {
  Digest digest{};
  ::SHA256(bytes(data), data.size(), digest.data());
  return digest;
}

bool same(std::string_view one, std::string_view other) {
  return one.size() == other.size() && ::CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

// All of them are compared, whatever the first ones say.
bool any_fits(std::string_view list, std::string_view prefix, std::string_view expected) {
  bool fits = false;
  while (!list.empty()) {
    std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(one.size() == list.size() ? one.size() : one.size() + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!one.starts_with(prefix)) continue;
    fits = same(one.substr(prefix.size()), expected) || fits;
  }
  return fits;
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
  std::int64_t seconds = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (text.empty() || error != std::errc() || stop != end || seconds < 0) return std::nullopt;
  return seconds;
}

}  // namespace

std::string_view why(Verified verdict) {
  switch (verdict) {
    case Verified::accepted: return "accepted";
    case Verified::no_signature: return "a header of the signature or the token is missing or malformed";
    case Verified::out_of_time: return "its timestamp is too old or too far ahead: a replay, or a clock that is wrong";
    case Verified::wrong_signature: return "the signature or the token does not fit";
  }
  return {};
}

Verified verify_hmac(const SignedRequest& request, std::span<const std::string_view> secrets,
                     std::chrono::sys_seconds now, std::chrono::seconds tolerance) {
  std::string timed;
  if (request.timestamp) {
    timed.reserve(request.timestamp->size() + 1 + request.body.size());
    timed.append(*request.timestamp).append(".").append(request.body);
  }
  const std::string_view text = request.timestamp ? std::string_view(timed) : request.body;
  // A mebibyte more or less of signatures to compare is for nobody's good.
  const bool present = !request.signatures.empty() && request.signatures.size() <= 1024;
  bool fits = false;
  for (const std::string_view secret : secrets) {
    const std::string expected = hex(hmac_sha256(secret, text));
    fits = (present && any_fits(request.signatures, request.prefix, expected)) || fits;
  }
  if (!present) return Verified::no_signature;
  if (!request.timestamp) return fits ? Verified::accepted : Verified::wrong_signature;
  const auto at = seconds_of(*request.timestamp);
  if (!at) return Verified::no_signature;
  if (!fits) return Verified::wrong_signature;
  // Without adding, which a stranger's number could make overflow.
  const std::int64_t current = now.time_since_epoch().count();
  const std::uint64_t distance = *at > current ? static_cast<std::uint64_t>(*at) - static_cast<std::uint64_t>(current)
                                               : static_cast<std::uint64_t>(current) - static_cast<std::uint64_t>(*at);
  return distance <= static_cast<std::uint64_t>(tolerance.count()) ? Verified::accepted : Verified::out_of_time;
}

Verified verify_bearer(std::string_view authorization, std::span<const std::string_view> tokens) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size()) return Verified::no_signature;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const char wanted = kScheme[i] >= 'A' && kScheme[i] <= 'Z' ? static_cast<char>(kScheme[i] + 32) : kScheme[i];
    if (lower != wanted) return Verified::no_signature;
  }
  // Digests are compared, so that not even the token's length shows.
  const Digest given = sha256(authorization.substr(kScheme.size()));
  bool fits = false;
  for (const std::string_view token : tokens) {
    const Digest expected = sha256(token);
    fits = ::CRYPTO_memcmp(given.data(), expected.data(), given.size()) == 0 || fits;
  }
  return fits ? Verified::accepted : Verified::wrong_signature;
}

std::string sha256_hex(std::string_view data) {
  return hex(sha256(data));
}

}  // namespace iz::serve
