// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/signature.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <infrazen/abi/services.h>

namespace iz::host {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::string hex(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  for (const auto byte : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

struct KeyPair {
  KeyPair() : key(EVP_RSA_gen(2048), EVP_PKEY_free) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
    EXPECT_EQ(PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    pem.assign(text, static_cast<std::size_t>(size));
  }
  bool verifies(const std::vector<std::uint8_t>& signature, std::string_view data, int padding) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* options = nullptr;
    EXPECT_EQ(EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, key.get()), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(options, padding), 1);
    if (padding == RSA_PKCS1_PSS_PADDING) {
      EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32), 1);
    }
    return EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                            reinterpret_cast<const unsigned char*>(data.data()), data.size()) == 1;
  }
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
  std::string pem;
};

// RFC 4231, test case 2.
TEST(Signature, hmac_sha256_is_that_of_the_rfc) {
  EXPECT_EQ(hex(sign(IZ_SIGN_HMAC_SHA256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Signature, rsa_signatures_verify_with_the_public_key) {
  const KeyPair pair;
  const auto ps256 = sign(IZ_SIGN_RSA_PSS_SHA256, pair.pem, "header.payload");
  EXPECT_TRUE(pair.verifies(ps256, "header.payload", RSA_PKCS1_PSS_PADDING));
  EXPECT_FALSE(pair.verifies(ps256, "header.payloaD", RSA_PKCS1_PSS_PADDING));
  const auto rs256 = sign(IZ_SIGN_RSA_SHA256, pair.pem, "header.payload");
  EXPECT_TRUE(pair.verifies(rs256, "header.payload", RSA_PKCS1_PADDING));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\\n") : std::string(1, c);
  return out;
}

TEST(Signature, a_key_file_of_a_provider_is_used_as_it_is) {
  const KeyPair pair;
  const std::string line = "PLEASE DO NOT REMOVE THIS LINE! Key ID <k-1>\n";
  const std::string files[] = {
      line + pair.pem,
      R"({"id":"k-1","service_account_id":"sa-1","public_key":"-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----\n","private_key":")" +
          escaped(pair.pem) + "\"}\n",
      R"({"id":"k-1","private_key":")" + escaped(line + pair.pem) + "\"}",
      "\xEF\xBB\xBF\n "
      R"({"key":{"id":"k-1","serviceAccountId":"sa-1"},"privateKey":")" +
          escaped(pair.pem) + "\"}",
      R"({"key":{"id":"k-1","privateKey":")" + escaped(line + pair.pem) + "\"}}",
  };
  for (const auto& file : files)
    EXPECT_TRUE(pair.verifies(sign(IZ_SIGN_RSA_PSS_SHA256, file, "x"), "x", RSA_PKCS1_PSS_PADDING))
        << file.substr(0, 60);
}

TEST(Signature, a_key_file_without_a_key_says_so_without_showing_it) {
  EXPECT_THAT([] { (void)sign(IZ_SIGN_RSA_PSS_SHA256, R"({"id":"k-1","private_key":"hunter2"})", "x"); },
              ThrowsMessage<UnusableKey>(R"(is JSON, but has no PEM private key in "private_key" or "privateKey")"));
}

TEST(Signature, what_is_no_key_says_so_without_showing_it) {
  EXPECT_THAT([] { (void)sign(IZ_SIGN_RSA_SHA256, "hunter2", "x"); },
              ThrowsMessage<UnusableKey>("is not a PEM private key without a passphrase"));
  EXPECT_THAT([] { (void)sign(99, "hunter2", "x"); }, ThrowsMessage<UnusableKey>(HasSubstr("algorithm 99")));
}

}  // namespace
}  // namespace iz::host
