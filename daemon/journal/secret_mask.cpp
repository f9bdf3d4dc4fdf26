// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "journal/secret_mask.hpp"

#include <cstdint>
#include <cstring>
#include <mutex>

namespace iz::journal {
namespace {

std::string percent_encoded(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string base64(std::string_view text) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      out += kAlphabet[(bits >> count) & 63];
    }
  }
  if (count > 0) out += kAlphabet[(bits << (6 - count)) & 63];
  return out;
}

}  // namespace

SecretMask::~SecretMask() {
  for (const auto& form : forms_) {
    // A set's keys are const; nobody looks any more.
    ::explicit_bzero(const_cast<char*>(form.data()), form.size());
  }
}

void SecretMask::add(std::string_view secret) {
  if (secret.size() < kMinSecretBytes) return;
  const std::unique_lock lock(mutex_);
  forms_.emplace(secret);
  forms_.insert(percent_encoded(secret));
  forms_.insert(base64(secret));
}

std::string SecretMask::apply(std::string_view text) const {
  std::string out(text);
  const std::shared_lock lock(mutex_);
  for (const auto& form : forms_) {
    for (auto at = out.find(form); at != std::string::npos; at = out.find(form, at + 3)) {
      out.replace(at, form.size(), "***");
    }
  }
  return out;
}

}  // namespace iz::journal
