// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/cloud.hpp"

#include <algorithm>

namespace iz::selectel {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;

}  // namespace

Cloud::Cloud(infrazen::Host& host, const Settings& settings)
    : host_(&host),
      settings_(settings),
      tokens_(host, {.auth_url = settings.auth_url,
                     .user = settings.user,
                     .user_domain = settings.user_domain,
                     .interface = settings.interface}) {}

std::size_t Cloud::account_token() {
  if (!settings_.has_user) {
    throw Error(ErrorClass::config,
                "this needs a token of a service user: give 'user' and the secret 'password' besides the api_key");
  }
  if (!account_token_) {
    openstack::TokenScope scope;
    if (settings_.vendor) scope = {.kind = openstack::TokenScope::Kind::domain, .name = settings_.account};
    account_token_ = tokens_.obtain({scope}).front();
  }
  if (const auto& refusal = tokens_.refusal(*account_token_)) throw Error(*refusal);
  return *account_token_;
}

std::vector<Cloud::ProjectToken> Cloud::projects() {
  std::vector<openstack::Project> all = tokens_.projects(account_token());
  for (const std::string& wanted : settings_.projects) {
    const bool there = std::ranges::any_of(all, [&](const auto& p) { return p.id == wanted || p.name == wanted; });
    if (!there) {
      throw Error(ErrorClass::config, "setting 'projects' names " + wanted + ", and user " + settings_.user +
                                          " has no role in a project of that name or id");
    }
  }
  std::erase_if(all, [&](const openstack::Project& project) {
    const auto& wanted = settings_.projects;
    const bool named = std::ranges::find(wanted, project.id) != wanted.end() ||
                       std::ranges::find(wanted, project.name) != wanted.end();
    return !project.enabled || (!wanted.empty() && !named);
  });
  std::vector<openstack::TokenScope> scopes;
  for (const auto& project : all) {
    scopes.push_back({.kind = openstack::TokenScope::Kind::project, .id = project.id, .name = project.name});
  }
  const std::vector<std::size_t> numbers = tokens_.obtain(scopes);
  std::vector<ProjectToken> found;
  for (std::size_t i = 0; i < all.size(); ++i) found.push_back({all[i], numbers[i]});
  return found;
}

infrazen::Request Cloud::account_request(std::string_view path) const {
  infrazen::Request request{.url = settings_.api_url + std::string(path),
                            // Consumption of a large account takes its time.
                            .deadline = std::chrono::minutes(5)};
  if (settings_.has_api_key) request.auth = infrazen::Auth::header("api_key", "X-Token");
  return request;
}

support::Session* Cloud::account_session() {
  return settings_.has_api_key ? nullptr : &tokens_.session(account_token());
}

infrazen::Response Cloud::account_get(std::string_view path) {
  support::Session* const session = account_session();
  return session == nullptr ? host_->http().send(account_request(path))
                            : session->send(host_->http(), account_request(path));
}

infrazen::Response Cloud::token_get(std::string_view path) {
  return tokens_.send(account_token(),
                      {.url = settings_.api_url + std::string(path), .deadline = std::chrono::minutes(5)});
}

std::vector<openstack::Kind> kinds(Cloud& cloud) {
  std::vector<openstack::Kind> all = openstack::stock_kinds();
  if (cloud.settings().vendor) {
    for (auto& kind : vendor_kinds(cloud)) all.push_back(std::move(kind));
  }
  for (const std::string& unwanted : cloud.settings().without) {
    if (std::erase_if(all, [&](const openstack::Kind& kind) { return kind.name == unwanted; }) == 0) {
      std::string known;
      for (const auto& kind : all) known += (known.empty() ? "" : ", ") + std::string(kind.name);
      throw Error(ErrorClass::config, "setting 'without' names '" + unwanted + "', which is no kind: " + known);
    }
  }
  return all;
}

}  // namespace iz::selectel
