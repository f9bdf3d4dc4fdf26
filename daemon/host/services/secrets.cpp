// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/secrets.hpp"

#include <algorithm>

namespace iz::host {
namespace {

constexpr std::size_t kShortestMasked = 4;  // shorter ones would blank out half of every line

void mask_one(std::string& text, std::string_view secret) {
  if (secret.size() < kShortestMasked) return;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
    text.replace(at, secret.size(), "***");
  }
}

// The parts that a connector would print: "user:password" is a secret of two, a PEM key one of many lines.
void mask_parts(std::string& text, std::string_view secret) {
  mask_one(text, secret);
  for (const char separator : {'\n', ':'}) {
    if (secret.find(separator) == std::string_view::npos) continue;
    if (separator == ':' && secret.find('\n') != std::string_view::npos) continue;
    std::string_view rest = secret;
    bool first = true;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(separator), rest.size());
      const std::string_view part = rest.substr(0, end);
      // The user before the colon is no secret, nor is "-----BEGIN PRIVATE KEY-----".
      if (!(separator == ':' && first) && !part.starts_with("-----") && part.size() >= 8) mask_one(text, part);
      first = false;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
}

}  // namespace

Secrets::Secrets(std::vector<wire::Secret> secrets) : secrets_(std::move(secrets)) {}

const wire::Secret* Secrets::find(std::string_view name) const {
  const auto found = std::ranges::find(secrets_, name, &wire::Secret::name);
  return found == secrets_.end() ? nullptr : &*found;
}

void Secrets::keep_token(std::string_view name, std::string value) {
  const std::lock_guard lock(tokens_mutex_);
  tokens_.push_back({std::string(name), std::move(value), false});
}

std::optional<std::string> Secrets::token(std::string_view name) const {
  const std::lock_guard lock(tokens_mutex_);
  const auto found =
      std::find_if(tokens_.rbegin(), tokens_.rend(), [&](const auto& token) { return token.name == name; });
  return found == tokens_.rend() ? std::nullopt : std::optional(found->value);
}

std::string Secrets::mask(std::string_view text) const {
  std::string masked(text);
  for (const auto& secret : secrets_) mask_parts(masked, secret.value);
  const std::lock_guard lock(tokens_mutex_);
  for (const auto& token : tokens_) mask_parts(masked, token.value);
  return masked;
}

}  // namespace iz::host
