// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/inventory/inventory.hpp"

#include <algorithm>
#include <set>

#include "support/openstack/inventory/inventory.hpp"

namespace iz::selectel {
namespace {

using infrazen::Error;
using support::JsonDocument;
using support::JsonValue;

void push_accounts(infrazen::Sync& sync, const Settings& settings, const std::vector<Cloud::ProjectToken>& projects) {
  sync.push(infrazen::Account{.account_id = settings.account,
                              .name = settings.provider_name + " " + settings.account,
                              .account_type = "billing_account",
                              .currency = settings.vendor ? infrazen::Text("RUB") : infrazen::Text()});
  for (const auto& [project, token] : projects) {
    sync.push(infrazen::Account{
        .account_id = project.id, .name = project.name, .account_type = "project", .parent_id = settings.account});
  }
}

// What the account has and the user sees nothing of: those projects are missing from everything that follows. Returns
// the ids of all that the account has.
std::set<std::string> report_unseen(infrazen::Sync& sync, Cloud& cloud,
                                    const std::vector<Cloud::ProjectToken>& projects) {
  const infrazen::Response answer = cloud.account_get("/vpc/resell/v2/projects");
  const std::string origin = cloud.settings().api_url + "/vpc/resell/v2/projects";
  const JsonDocument document(answer.body(), origin);
  if (!document.root()["projects"].is_array()) {
    throw Error(infrazen::ErrorClass::transient, origin + ": the answer holds no list of projects");
  }
  std::set<std::string> all;
  for (const JsonValue project : document.root()["projects"]) {
    const std::string_view id = project["id"].text();
    all.emplace(id);
    const bool seen = std::ranges::any_of(projects, [&](const auto& known) { return known.project.id == id; });
    if (seen || id.empty() || !project["enabled"].boolean().value_or(true)) continue;
    const std::string message = "project " + std::string(project["name"].text()) + " (" + std::string(id) +
                                ") belongs to the account, and user " + cloud.settings().user +
                                " has no role in it: nothing of it is listed; give the user the role reader there";
    sync.report({.severity = infrazen::Severity::warning,
                 .rule = "project_without_role",
                 .message = message,
                 .origin = origin,
                 .value = id});
  }
  return all;
}

}  // namespace

void sync_inventory(infrazen::Sync& sync, Cloud& cloud) {
  const Settings& settings = cloud.settings();
  const auto projects = cloud.projects();
  openstack::Inventory inventory(sync, cloud.tokens(), kinds(cloud),
                                 {.account = settings.account,
                                  .regions = settings.regions,
                                  .page_size = settings.page_size,
                                  .spot_tag = settings.spot_tag,
                                  .overlap = settings.overlap});
  if (!sync.targeted()) {
    push_accounts(sync, settings, projects);
    // Without the account's own list a project that was deleted cannot be told from one that the user lost.
    if (settings.vendor && settings.projects.empty()) {
      try {
        const std::set<std::string> all = report_unseen(sync, cloud, projects);
        // A list that lacks what the user sees, or has nothing at all, is not the list of everything.
        const bool whole = !all.empty() &&
                           std::ranges::all_of(projects, [&](const auto& one) { return all.contains(one.project.id); });
        if (whole) inventory.retire_projects_but(all);
      } catch (const Error& error) {
        if (error.http_status() == 403) {
          sync.log().warning(std::string("projects that were deleted are not found out: ") + error.what());
        } else {
          inventory.failed("list of the account's projects", error);
        }
      }
    }
  }
  for (const auto& [project, token] : projects) {
    if (const auto& refusal = cloud.tokens().refusal(token)) {
      inventory.failed("project " + project.name, *refusal);
    } else {
      inventory.add(token);
    }
  }
  inventory.run();
}

}  // namespace iz::selectel
