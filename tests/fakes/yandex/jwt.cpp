// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/yandex/jwt.hpp"

#include <cstdint>
#include <memory>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace iz::test {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

template <class Write>
std::string pem_of(Write write) {
  const Bio memory(BIO_new(BIO_s_mem()), BIO_free);
  write(memory.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xff);
    }
  }
  return out;
}

bool verifies(const YandexKey& key, std::string_view data, const std::string& signature) {
  const Bio memory(BIO_new_mem_buf(key.public_pem.data(), static_cast<int>(key.public_pem.size())), BIO_free);
  const Key pub(PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  return EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, pub.get()) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(data.data()), data.size()) == 1;
}

}  // namespace

const YandexKey& YandexKey::shared() {
  static const YandexKey key = [] {
    const Key pair(EVP_RSA_gen(2048), EVP_PKEY_free);
    return YandexKey{
        pem_of(
            [&](BIO* out) { PEM_write_bio_PKCS8PrivateKey(out, pair.get(), nullptr, nullptr, 0, nullptr, nullptr); }),
        pem_of([&](BIO* out) { PEM_write_bio_PUBKEY(out, pair.get()); }),
    };
  }();
  return key;
}

std::optional<ReadJwt> read_jwt(std::string_view jwt, const YandexKey& key) {
  const auto first = jwt.find('.');
  const auto second = jwt.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto header = from_base64url(jwt.substr(0, first));
  const auto claims = from_base64url(jwt.substr(first + 1, second - first - 1));
  const auto signature = from_base64url(jwt.substr(second + 1));
  if (!header || !claims || !signature || !verifies(key, jwt.substr(0, second), *signature)) return std::nullopt;
  return ReadJwt{boost::json::parse(*header).as_object(), boost::json::parse(*claims).as_object()};
}

}  // namespace iz::test
