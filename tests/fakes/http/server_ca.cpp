// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/http/server_ca.hpp"

#include <cstdio>
#include <stdexcept>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace iz::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("test CA: ") + what);
}

Key make_key() {
  Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  must(key != nullptr, "key");
  return key;
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), &X509_EXTENSION_free);
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

Certificate make_certificate(const std::string& name, long serial, EVP_PKEY* key, bool expired) {
  constexpr long kDay = 24L * 3600;
  Certificate certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -30 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), expired ? -kDay : 30 * kDay);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  must(X509_set_pubkey(certificate.get(), key) == 1, "public key");
  return certificate;
}

template <class Write>
void write_pem(const std::filesystem::path& path, Write&& write) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), &std::fclose);
  must(file && write(file.get()) == 1, "PEM file");
}

}  // namespace

TestCa::TestCa(const Validity& validity) {
  const Key ca_key = make_key();
  const Certificate ca = make_certificate("Test CA " + folder_.path().filename().string(), 1, ca_key.get(), false);
  X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
  add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  must(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0, "signature");

  const Key key = make_key();
  const Certificate server = make_certificate(validity.name, 2, key.get(), validity.expired);
  X509_set_issuer_name(server.get(), X509_get_subject_name(ca.get()));
  add_extension(server.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(server.get(), ca.get(), NID_subject_alt_name,
                "DNS:" + validity.name + (validity.addresses ? ",IP:127.0.0.1,IP:::1" : ""));
  must(X509_sign(server.get(), ca_key.get(), EVP_sha256()) > 0, "signature");

  write_pem(ca_file(), [&](std::FILE* file) { return PEM_write_X509(file, ca.get()); });
  write_pem(certificate_file(), [&](std::FILE* file) { return PEM_write_X509(file, server.get()); });
  write_pem(key_file(), [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace iz::test
