// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "config/settings.hpp"

namespace iz::config {

// A secret's bytes, overwritten when they go out of scope. Copies are explicit.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  ~SecretText() { wipe(); }
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  [[nodiscard]] std::string_view view() const noexcept { return text_; }
  [[nodiscard]] SecretText copy() const { return SecretText(text_); }

 private:
  void wipe() noexcept;
  std::string text_;
};

// Finds secrets by name: first among systemd's credentials ($CREDENTIALS_DIRECTORY), which are read once, when this is
// constructed, because systemd sets them up only at service start; else as a file in secrets_dir, read at each use.
// A file must be a regular one, owned by root or by `owner`, and closed to group and others.
class SecretStore {
 public:
  // An empty path = there is no such place.
  SecretStore(std::filesystem::path credentials_dir, uid_t owner);
  [[nodiscard]] static SecretStore of_this_process();

  // Throws std::runtime_error: what is wrong with the secret, where it was looked for and what to do. Trailing line
  // ends are not part of a secret.
  [[nodiscard]] SecretText read(std::string_view name, const std::filesystem::path& secrets_dir) const;

  // One problem for each secret that `settings` names and read() refuses. At a reload (`running`) the advice for a
  // missing one says that a new credential needs a restart.
  [[nodiscard]] std::vector<Problem> check(const Settings& settings, bool running) const;

  [[nodiscard]] bool has_credentials() const noexcept { return !credentials_dir_.empty(); }

 private:
  std::filesystem::path credentials_dir_;
  uid_t owner_;
  std::map<std::string, SecretText, std::less<>> credentials_;
};

// Names: lower case letters, digits, '-', '_' and '.', at most 64, starting with a letter. What does not look like a
// name may be a secret written inline by mistake, so messages never repeat it.
[[nodiscard]] bool is_secret_name(std::string_view name);

}  // namespace iz::config
