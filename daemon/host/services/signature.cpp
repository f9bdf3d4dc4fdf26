// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/signature.hpp"

#include <memory>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "host/request/json.hpp"
#include <infrazen/abi/services.h>

namespace iz::host {
namespace {

template <auto Free>
struct Freer {
  template <class Object>
  void operator()(Object* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Instead of OpenSSL's default, which asks on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return -1;
}

// The PEM in a secret: what stands before its first line is skipped. A provider's key file is JSON and has it inside.
std::string pem_of(std::string_view secret) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  const auto from_header = [&](std::string_view text) {
    const auto begin = text.find(kBegin);
    return begin == std::string_view::npos ? std::string() : std::string(text.substr(begin));
  };
  const auto first = secret.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos || secret[first] != '{') return from_header(secret);
  for (const char* const member : {"/private_key", "/privateKey", "/key/private_key", "/key/privateKey"}) {
    const auto found = find_json_string(secret.substr(first), member);
    if (!found) continue;
    if (std::string pem = from_header(found->value); !pem.empty()) return pem;
  }
  throw UnusableKey("is JSON, but has no PEM private key in \"private_key\" or \"privateKey\"");
}

Key private_key(std::string_view secret) {
  const std::string pem = pem_of(secret);
  const Bio memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(memory ? PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (!key) throw UnusableKey("is not a PEM private key without a passphrase");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) throw UnusableKey("is a private key, but not an RSA one");
  return key;
}

std::vector<std::uint8_t> hmac_sha256(std::string_view secret, std::string_view data) {
  std::vector<std::uint8_t> mac(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes(data), data.size(), mac.data(), &size) ==
      nullptr) {
    throw UnusableKey("cannot be used for HMAC-SHA256");
  }
  mac.resize(size);
  return mac;
}

std::vector<std::uint8_t> rsa_sha256(std::string_view secret, std::string_view data, int padding) {
  const Key key = private_key(secret);
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  std::size_t size = 0;
  bool ok = context && EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, key.get()) == 1 &&
            EVP_PKEY_CTX_set_rsa_padding(options, padding) == 1;
  if (ok && padding == RSA_PKCS1_PSS_PADDING)
    ok = EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
  std::vector<std::uint8_t> signature;
  if (ok && EVP_DigestSign(context.get(), nullptr, &size, bytes(data), data.size()) == 1) {
    signature.resize(size);
    ok = EVP_DigestSign(context.get(), signature.data(), &size, bytes(data), data.size()) == 1;
    signature.resize(size);
  }
  if (!ok || signature.empty()) throw UnusableKey("is an RSA key that cannot sign with SHA-256");
  return signature;
}

}  // namespace

std::vector<std::uint8_t> sign(std::uint32_t algorithm, std::string_view secret, std::string_view data) {
  switch (algorithm) {
    case IZ_SIGN_HMAC_SHA256: return hmac_sha256(secret, data);
    case IZ_SIGN_RSA_PSS_SHA256: return rsa_sha256(secret, data, RSA_PKCS1_PSS_PADDING);
    case IZ_SIGN_RSA_SHA256: return rsa_sha256(secret, data, RSA_PKCS1_PADDING);
    default: throw UnusableKey(fmt::format("cannot be used: signature algorithm {} is unknown", algorithm));
  }
}

}  // namespace iz::host
