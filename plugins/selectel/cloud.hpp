// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "selectel/settings.hpp"
#include "support/openstack/identity/tokens.hpp"
#include "support/openstack/inventory/kinds.hpp"
#include <infrazen/host.hpp>

namespace iz::selectel {

// The three credentials, and what they reach.
class Cloud {
 public:
  Cloud(infrazen::Host& host, const Settings& settings);

  struct ProjectToken {
    openstack::Project project;
    std::size_t token;  // of tokens(); may be refused
  };
  // Those of the settings that the user has a role in, with a token each. Throws when they cannot be listed, or one of
  // the settings does not exist.
  std::vector<ProjectToken> projects();
  openstack::Tokens& tokens() { return tokens_; }
  // The account's: of the domain at Selectel, without a scope elsewhere. Throws its refusal.
  std::size_t account_token();

  // A GET of billing or resell below api_url, to be sent with account_session().
  [[nodiscard]] infrazen::Request account_request(std::string_view path) const;
  // nullptr when there is a static key, which the request then has. Throws the refusal of the account's token.
  support::Session* account_session();
  // One such request, awaited. Throws its Error unless it ends in 2xx.
  infrazen::Response account_get(std::string_view path);
  // The same with the account's token, for what takes no static key.
  infrazen::Response token_get(std::string_view path);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] infrazen::Host& host() { return *host_; }

 private:
  infrazen::Host* host_;
  const Settings& settings_;
  openstack::Tokens tokens_;
  std::optional<std::size_t> account_token_;
};

// Selectel's own kinds of things, beside OpenStack's.
[[nodiscard]] std::vector<openstack::Kind> vendor_kinds(Cloud& cloud);
// All kinds that the settings ask for.
[[nodiscard]] std::vector<openstack::Kind> kinds(Cloud& cloud);

}  // namespace iz::selectel
