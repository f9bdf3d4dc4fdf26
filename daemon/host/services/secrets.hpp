// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/messages.hpp"

namespace iz::host {

// The connection's secrets, and tokens derived from them. They are used by name; whoever prints something masks it
// first.
class Secrets {
 public:
  explicit Secrets(std::vector<wire::Secret> secrets);

  // [any thread] The secret, or nullptr. It stays where it is as long as the process lives.
  [[nodiscard]] const wire::Secret* find(std::string_view name) const;
  // [any thread] Keeps a token under a name, replacing an earlier one; it is masked like a secret and never revealed.
  void keep_token(std::string_view name, std::string value);
  [[nodiscard]] std::optional<std::string> token(std::string_view name) const;
  // [any thread] The text with every secret and token of at least four bytes replaced by "***".
  [[nodiscard]] std::string mask(std::string_view text) const;

 private:
  const std::vector<wire::Secret> secrets_;
  mutable std::mutex tokens_mutex_;
  std::deque<wire::Secret> tokens_;  // every one there was: an old token may still be printed
};

}  // namespace iz::host
