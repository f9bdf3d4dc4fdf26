// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/identity/tokens.hpp"

#include <algorithm>
#include <utility>

#include "support/openstack/times.hpp"
#include "support/pages.hpp"
#include <infrazen/json.hpp>

namespace iz::openstack {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::JsonObject;
using support::JsonDocument;
using support::JsonValue;

constexpr std::chrono::minutes kMargin{5};
constexpr std::size_t kMostPages = 1000;

std::string named(std::string_view name) {
  return JsonObject().text("name", name).str();
}

std::string scope_json(const TokenScope& scope) {
  JsonObject what;
  if (scope.kind == TokenScope::Kind::domain) {
    scope.id.empty() ? what.text("name", scope.name) : what.text("id", scope.id);
    return JsonObject().raw("domain", what.str()).str();
  }
  if (!scope.id.empty()) {
    what.text("id", scope.id);
  } else {
    what.text("name", scope.name).raw("domain", named(scope.domain));
  }
  return JsonObject().raw("project", what.str()).str();
}

// A password that is wrong says so in words that name the user; what else Keystone answers speaks for itself.
Error worded(const Login& login, const TokenScope& scope, const Error& error) {
  if (error.http_status() != 401 && error.http_status() != 403) return error;
  return {ErrorClass::auth,
          "user " + login.user + " of domain " + login.user_domain + " got no token for " + scope.title() + " at " +
              login.auth_url + ": is the password right, the user enabled, and does it have a role there? " +
              error.what(),
          error.retry_after(), error.http_status()};
}

}  // namespace

std::string TokenScope::title() const {
  const std::string& word = name.empty() ? id : name;
  switch (kind) {
    case Kind::unscoped: return "no scope";
    case Kind::domain: return "domain " + word;
    case Kind::project: return "project " + word;
  }
  return word;
}

std::string TokenScope::kept_as() const {
  return "token of " + title() + (id.empty() || name.empty() ? "" : " (" + id + ")");
}

Tokens::Tokens(infrazen::Host& host, Login login) : host_(&host), login_(std::move(login)) {
  login_.auth_url = versioned(login_.auth_url, "/v3");
}

infrazen::Request Tokens::request(const TokenScope& scope) const {
  const std::string user = JsonObject()
                               .text("name", login_.user)
                               .raw("domain", named(login_.user_domain))
                               .text("password", "${secret:" + login_.password_secret + "}")
                               .str();
  JsonObject auth;
  auth.raw("identity",
           JsonObject().raw("methods", R"(["password"])").raw("password", JsonObject().raw("user", user).str()).str());
  if (scope.kind == TokenScope::Kind::unscoped) {
    auth.text("scope", "unscoped");
  } else {
    auth.raw("scope", scope_json(scope));
  }
  return {.url = login_.auth_url + "/auth/tokens",
          .method = "POST",
          .headers = {{"content-type", "application/json"}, {"accept", "application/json"}},
          .body = JsonObject().raw("auth", auth.str()).str(),
          .auth = infrazen::Auth::json(),
          .keep_token = "X-Subject-Token",
          .keep_token_as = scope.kept_as()};
}

std::vector<std::size_t> Tokens::obtain(const std::vector<TokenScope>& scopes) {
  std::vector<std::size_t> numbers;
  for (const TokenScope& scope : scopes) {
    const std::size_t number = tokens_.size();
    numbers.push_back(number);
    tokens_.push_back(
        {.scope = scope,
         .session = support::Session(host_->clock(), infrazen::Auth::token(scope.kept_as(), "X-Auth-Token"),
                                     [this, number] { return issue(number); })});
  }
  infrazen::Fanout requests(host_->http());
  std::size_t next = 0;
  const auto fill = [&] {
    for (; next < numbers.size() && requests.under_way() < host_->http().parallel(); ++next) {
      requests.start(request(scopes[next]), numbers[next]);
    }
  };
  fill();
  while (auto answer = requests.next()) {
    read(tokens_[answer->tag()], *answer);
    fill();
  }
  return numbers;
}

infrazen::Micros Tokens::issue(std::size_t number) {
  Token& token = tokens_.at(number);
  if (!token.fresh && !token.refusal) read(token, host_->http().try_send(request(token.scope)));
  token.fresh = false;
  if (token.refusal) throw infrazen::Error(*token.refusal);
  return token.renew_at;
}

void Tokens::read(Token& token, const infrazen::Response& answer) {
  token.refusal.reset();
  try {
    answer.require();
    const JsonDocument document(answer.body(), login_.auth_url + "/auth/tokens for " + token.scope.title());
    const JsonValue body = document.root()["token"];
    if (!body.is_object()) {
      throw Error(ErrorClass::transient, login_.auth_url + "/auth/tokens: the answer for " + token.scope.title() +
                                             " holds no token: is this the address of a Keystone v3?");
    }
    token.catalogue = Catalogue(body["catalog"], login_.interface);
    token.project_id = body["project"]["id"].text();
    token.project_name = body["project"]["name"].text();
    // By its length and not by its end: the two clocks need not agree.
    const infrazen::Micros now = host_->clock().now();
    const auto issued = parse_time(body["issued_at"].text());
    const auto expires = parse_time(body["expires_at"].text());
    const std::chrono::microseconds length =
        issued && expires && *expires > *issued ? *expires - *issued : std::chrono::hours(1);
    token.renew_at = now + length - std::min<std::chrono::microseconds>(kMargin, length / 4);
    token.fresh = true;
    if (!clock_known_ && issued) {
      clock_behind_ = std::max(now - *issued, std::chrono::microseconds(0));
      clock_known_ = true;
    }
  } catch (const Error& error) {
    if (error.error_class() == ErrorClass::cancelled) throw;
    token.refusal = worded(login_, token.scope, error);
  }
}

infrazen::Response Tokens::send(std::size_t token, infrazen::Request request) {
  return session(token).send(host_->http(), std::move(request));
}

std::vector<Project> Tokens::projects(std::size_t token) {
  support::PagedListings pages(host_->http());
  pages.add({.name = "projects of user " + login_.user,
             .request = {.url = login_.auth_url + "/auth/projects"},
             .rows = "projects",
             .paging = support::Paging::link("links.next"),
             .session = &session(token),
             .max_pages = kMostPages});
  std::vector<Project> found;
  while (const auto page = pages.next()) {
    for (const JsonValue project : page->rows()) {
      const std::string_view id = project["id"].text();
      if (id.empty()) continue;
      found.push_back({std::string(id), std::string(project["name"].text()), std::string(project["description"].text()),
                       project["enabled"].boolean().value_or(true)});
    }
    if (page->error()) throw Error(*page->error());
  }
  return found;
}

}  // namespace iz::openstack
