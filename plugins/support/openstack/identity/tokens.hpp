// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/openstack/identity/catalogue.hpp"
#include "support/session.hpp"
#include <infrazen/host.hpp>

// Keystone v3: a user's password for tokens. The host puts the password in and keeps the tokens; nothing here sees
// either.
namespace iz::openstack {

struct Login {
  std::string auth_url;  // "https://cloud.example/identity/v3"; "/v3" is added where it is missing
  std::string user;
  std::string user_domain;  // name of the domain that the user belongs to
  std::string password_secret = "password";
  std::string interface = "public";
};

// What a token is good for. `id` or `name` of a project or domain; a name needs the project's domain beside it.
struct TokenScope {
  enum class Kind { unscoped, domain, project };
  Kind kind = Kind::unscoped;
  std::string id = {};
  std::string name = {};
  std::string domain = {};

  // "project production", "domain 100001", "no scope": for messages.
  [[nodiscard]] std::string title() const;
  // What the host keeps the token as.
  [[nodiscard]] std::string kept_as() const;
};

struct Project {
  std::string id;
  std::string name;
  std::string description;
  bool enabled = true;
};

// The tokens of one run, by number. Run thread; stays where it is.
class Tokens {
 public:
  Tokens(infrazen::Host& host, Login login);
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;

  // A number for each scope, in their order; those that were refused have a refusal. All are asked for at once.
  std::vector<std::size_t> obtain(const std::vector<TokenScope>& scopes);
  // Why there is no token; nothing when there is one.
  [[nodiscard]] const std::optional<infrazen::Error>& refusal(std::size_t token) const { return at(token).refusal; }
  [[nodiscard]] const TokenScope& scope(std::size_t token) const { return at(token).scope; }
  [[nodiscard]] const Catalogue& catalogue(std::size_t token) const { return at(token).catalogue; }
  // The project the token is for, as Keystone names it.
  [[nodiscard]] const std::string& project_id(std::size_t token) const { return at(token).project_id; }
  [[nodiscard]] const std::string& project_name(std::size_t token) const { return at(token).project_name; }
  // What the provider's clock was behind ours when the first token was given; 0 when it was not.
  [[nodiscard]] std::chrono::microseconds clock_behind() const { return clock_behind_; }

  // For requests with the token: renews it before it expires and after a 401. Throws the refusal when it is used.
  [[nodiscard]] support::Session& session(std::size_t token) { return tokens_.at(token).session; }
  // One request with a token, awaited. Throws its Error unless it ends in 2xx.
  infrazen::Response send(std::size_t token, infrazen::Request request);
  // All projects that the token's user has a role in.
  std::vector<Project> projects(std::size_t token);

 private:
  struct Token {
    TokenScope scope;
    support::Session session;
    Catalogue catalogue = {};
    std::string project_id = {};
    std::string project_name = {};
    infrazen::Micros renew_at = {};
    bool fresh = false;  // obtained, and the session does not know yet
    std::optional<infrazen::Error> refusal = {};
  };
  [[nodiscard]] const Token& at(std::size_t token) const { return tokens_.at(token); }
  [[nodiscard]] infrazen::Request request(const TokenScope& scope) const;
  void read(Token& token, const infrazen::Response& answer);
  // The session's: from when on the next token is due.
  infrazen::Micros issue(std::size_t number);

  infrazen::Host* host_;
  Login login_;
  std::deque<Token> tokens_;
  std::chrono::microseconds clock_behind_{0};
  bool clock_known_ = false;
};

}  // namespace iz::openstack
