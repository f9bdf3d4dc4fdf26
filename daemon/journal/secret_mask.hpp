// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace iz::journal {

// Replaces known secrets by ***. Safe from any thread.
class SecretMask {
 public:
  // Shorter ones would blank out half of every line; nobody should have them.
  static constexpr std::size_t kMinSecretBytes = 4;

  SecretMask() = default;
  ~SecretMask();
  SecretMask(const SecretMask&) = delete;
  SecretMask& operator=(const SecretMask&) = delete;

  // As it is, percent encoded (URLs) and in base64 (Authorization: Basic hides it behind a user name, so that form
  // cannot be complete).
  void add(std::string_view secret);
  [[nodiscard]] std::string apply(std::string_view text) const;

 private:
  struct LongerFirst {
    bool operator()(const std::string& a, const std::string& b) const {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    }
  };
  mutable std::shared_mutex mutex_;
  std::set<std::string, LongerFirst> forms_;
};

}  // namespace iz::journal
