// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/s3/sigv4.hpp"

#include <algorithm>
#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace iz::test {
namespace {

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) text += {kDigits[static_cast<unsigned char>(c) >> 4], kDigits[c & 15]};
  return text;
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest.data(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// "Credential", "SignedHeaders" or "Signature" of the authorization.
std::string part_of(const ReceivedRequest& request, std::string_view name) {
  const std::string authorization = request.header("authorization");
  const auto at = authorization.find(std::string(name) + '=');
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return authorization.substr(begin, authorization.find_first_of(", ", begin) - begin);
}

}  // namespace

std::string sigv4_signature(const ReceivedRequest& request, std::string_view query, std::string_view secret) {
  const std::string credential = part_of(request, "Credential");
  const std::string scope = credential.substr(credential.find('/') + 1);
  const std::string signed_headers = part_of(request, "SignedHeaders");
  std::string canonical = request.method + '\n' + request.path + '\n' + std::string(query) + '\n';
  for (std::size_t at = 0; at <= signed_headers.size();) {
    const auto end = std::min(signed_headers.find(';', at), signed_headers.size());
    const std::string name = signed_headers.substr(at, end - at);
    canonical += name + ':' + request.header(name) + '\n';
    at = end + 1;
  }
  canonical += '\n' + signed_headers + '\n' + hex(sha256(request.body));
  const std::string to_sign =
      "AWS4-HMAC-SHA256\n" + request.header("x-amz-date") + '\n' + scope + '\n' + hex(sha256(canonical));
  std::string key = "AWS4" + std::string(secret);
  for (std::size_t at = 0; at < scope.size();) {
    const auto end = std::min(scope.find('/', at), scope.size());
    key = hmac(key, scope.substr(at, end - at));
    at = end + 1;
  }
  return hex(hmac(key, to_sign));
}

bool signed_for_s3(const ReceivedRequest& request, std::string_view key_id, std::string_view secret,
                   std::string_view region) {
  const std::string day = request.header("x-amz-date").substr(0, 8);
  const std::string signed_headers = ';' + part_of(request, "SignedHeaders") + ';';
  for (std::size_t at = 1; at < signed_headers.size();) {
    const auto end = signed_headers.find(';', at);
    if (!request.headers.contains(signed_headers.substr(at, end - at))) return false;
    at = end + 1;
  }
  return signed_headers.find(";x-amz-content-sha256;") != std::string::npos &&
         part_of(request, "Credential") ==
             std::string(key_id) + '/' + day + '/' + std::string(region) + "/s3/aws4_request" &&
         part_of(request, "Signature") == sigv4_signature(request, request.query, secret) &&
         request.header("x-amz-content-sha256") == hex(sha256(request.body));
}

}  // namespace iz::test
