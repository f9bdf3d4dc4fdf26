// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/check.hpp"

#include <algorithm>
#include <optional>

#include "selectel/cloud.hpp"
#include "selectel/money/answers.hpp"
#include "support/url.hpp"

namespace iz::selectel {
namespace {

using infrazen::Check;
using infrazen::Error;
using infrazen::ErrorClass;

// What an operator does about it.
std::string advice(const Error& error) {
  const std::string said = error.what();
  if (error.http_status() == 403) return said + "; give the user the role reader in this project";
  if (error.error_class() == ErrorClass::config) {
    return said + "; if it is this cloud's, add the host to the setting 'endpoint_hosts'";
  }
  return said;
}

class Checker {
 public:
  Checker(Check& check, const Settings& settings) : check_(check), settings_(settings), cloud_(check, settings) {}

  void run() {
    if (settings_.vendor) {
      static_key();
      money();
    }
    if (settings_.has_user) {
      user();
    } else {
      check_.skipped("service user", "no 'user' is given: nothing but the bill is read");
    }
  }

 private:
  void static_key() {
    if (!settings_.has_api_key) {
      check_.skipped("secret api_key", "not given: the service user's token is used for the bill");
      return;
    }
    check_.attempt("secret api_key (X-Token)", [&] { (void)cloud_.account_get("/v3/balances"); });
  }

  void money() {
    const auto now = check_.clock().now();
    const auto hour = std::chrono::floor<std::chrono::hours>(now) - std::chrono::hours(3);
    const auto text = [&](infrazen::Micros at) {
      return support::percent_encoded(wall_text(at, settings_.billing_offset));
    };
    const std::string balances = settings_.has_api_key ? "/v3/balances" : "/v4/balances";
    money("balances", balances);
    money("consumption", "/v1/cloud_billing/statistic/consumption?provider_keys=" + settings_.provider_keys.front() +
                             "&start=" + text(hour) + "&end=" + text(hour + std::chrono::minutes(59)) + "&locale=" +
                             settings_.locale + "&group_type=project_object_region_metric&period_group_type=hour");
    money("prediction", "/v2/billing/prediction");
    money("transactions", "/v2/billing/transactions?created_from=" + text(hour) + "&created_to=" + text(now) +
                              "&limit=1&offset=0&without_removed=true");
    money("projects of the account", "/vpc/resell/v2/projects");
  }

  void money(const std::string& what, const std::string& path) {
    check_.attempt("billing: " + what, [&] {
      try {
        const infrazen::Response answer = cloud_.account_get(path);
        require_success(support::JsonDocument(answer.body(), path).root(), path);
      } catch (const Error& error) {
        if (error.http_status() != 403) throw;
        throw Error(error.error_class(), std::string(error.what()) + "; give the user the role billing on the account");
      }
    });
  }

  void user() {
    const std::string title = settings_.vendor ? "password of user " + settings_.user + ", account scope"
                                               : "password of user " + settings_.user;
    if (!check_.attempt(title, [&] { (void)cloud_.account_token(); })) return;
    std::vector<Cloud::ProjectToken> projects;
    if (!check_.attempt("list of projects", [&] {
          projects = cloud_.projects();
          if (projects.empty()) {
            throw Error(ErrorClass::auth, "user " + settings_.user +
                                              " has a role in no project: give it the role reader in those to be read");
          }
        })) {
      return;
    }
    for (const auto& [project, token] : projects) of_project(project, token);
  }

  void of_project(const openstack::Project& project, std::size_t token) {
    const std::string title = "project " + project.name;
    if (const auto& refusal = cloud_.tokens().refusal(token)) {
      check_.failed(title, refusal->what());
      return;
    }
    if (cloud_.tokens().catalogue(token).empty()) {
      check_.failed(title, "its token has an empty catalogue of services with interface '" + settings_.interface +
                               "': correct the setting 'interface', or the user's role");
      return;
    }
    check_.passed(title);
    for (const openstack::Kind& kind : kinds(cloud_)) of_kind(title, token, kind);
  }

  void of_kind(const std::string& project, std::size_t token, const openstack::Kind& kind) {
    auto endpoints = cloud_.tokens().catalogue(token).find(kind.services);
    if (endpoints.empty() && !kind.fixed_url.empty()) endpoints.push_back({"", "", kind.fixed_url});
    for (const auto& endpoint : endpoints) {
      const bool wanted = settings_.regions.empty() || endpoint.region.empty() ||
                          std::ranges::find(settings_.regions, endpoint.region) != settings_.regions.end();
      if (!wanted) continue;
      const std::string subject =
          project + ": " + std::string(kind.name) + (endpoint.region.empty() ? "" : " in " + endpoint.region);
      std::string url = openstack::versioned(endpoint.url, kind.version) + kind.path;
      if (kind.limited) url += (url.find('?') == std::string::npos ? "?limit=1" : "&limit=1");
      try {
        (void)cloud_.tokens().send(token, {.url = url, .headers = kind.headers});
        check_.passed(subject);
      } catch (const Error& error) {
        if (error.error_class() == ErrorClass::cancelled) throw;
        if (error.http_status() == 404) {
          check_.skipped(subject, "the service is not there: passed over");
        } else if (error.http_status() == 406) {
          check_.passed(subject, "an older version of the service: its first one is used");
        } else {
          check_.failed(subject, advice(error));
        }
      }
    }
  }

  Check& check_;
  const Settings& settings_;
  Cloud cloud_;
};

}  // namespace

void check_connection(Check& check) {
  std::optional<Settings> settings;
  if (!check.attempt("settings", [&] { settings = read_settings(check); })) return;
  Checker(check, *settings).run();
}

}  // namespace iz::selectel
