// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/inventory/cloud_inventory.hpp"

#include <array>
#include <functional>
#include <string>

#include "beget/cloud/cloud_lists.hpp"
#include "beget/inventory/cloud_rows.hpp"
#include "beget/inventory/listed_scope.hpp"
#include "beget/words.hpp"

namespace iz::beget {
namespace {

using support::JsonValue;
using Types = std::initializer_list<std::string_view>;

// One listing: its scope, what it lists, and how a row of it becomes records.
struct Part {
  std::string_view scope;
  Types types;
  std::function<support::Listing(CloudApi&)> listing;
  void (*emit)(const Settings&, JsonValue row, ListedScope& scope);
};

constexpr Types kVpsTypes{kVps};
constexpr Types kServiceTypes{kMysql, kPostgresql, kBucket, kCdn, kCloudService};
constexpr Types kSnapshotTypes{kSnapshot};
constexpr Types kNetworkTypes{kAdditionalIp, kPrivateNetwork};
constexpr Types kProjectTypes{kProject};
constexpr Types kKeyTypes{kSshKey};

const std::array<Part, 6>& parts() {
  static const std::array<Part, 6> kParts{{
      {"cloud/vps", kVpsTypes, list_vps, emit_vps},
      {"cloud/services", kServiceTypes, list_services, emit_service},
      {"cloud/snapshots", kSnapshotTypes, list_snapshots, emit_snapshot},
      {"cloud/network", kNetworkTypes, list_network, emit_network},
      {"cloud/projects", kProjectTypes,
       [](CloudApi& api) {
         return api.listing("/v1/cloud/projects/list", "page.projects", api.pages("page.total_count"));
       },
       emit_project},
      {"cloud/ssh-keys", kKeyTypes, [](CloudApi& api) { return api.listing("/v1/vps/sshKey", "keys"); }, emit_ssh_key},
  }};
  return kParts;
}

}  // namespace

std::size_t sync_cloud_inventory(infrazen::Sync& sync, const Settings& settings, CloudApi& api,
                                 infrazen::Failures& failures) {
  std::vector<const Part*> wanted;
  std::vector<support::Listing> listings;
  for (const Part& part : parts()) {
    if (!ListedScope::wanted(sync, part.types)) continue;
    wanted.push_back(&part);
    listings.push_back(part.listing(api));
  }
  const bool servers = !wanted.empty() && wanted.front()->emit == emit_vps;
  if (servers) listings.push_back(list_vps_statuses(api));
  auto results = api.read(std::move(listings));
  if (servers) add_missing_vps(api, results.front(), results.back());

  for (std::size_t i = 0; i < wanted.size(); ++i) {
    try {
      ListedScope scope(sync, wanted[i]->scope, wanted[i]->types);
      for (const JsonValue row : results[i].require().rows) wanted[i]->emit(settings, row, scope);
      scope.complete();
    } catch (const infrazen::Error& error) {
      failures.add(std::string(wanted[i]->scope), error);
      sync.log().warning(std::string(wanted[i]->scope) + ": " + error.what());
    }
  }
  return wanted.size();
}

}  // namespace iz::beget
