// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/cloud/cloud_lists.hpp"

#include <set>

#include "beget/words.hpp"

namespace iz::beget {
namespace {

using support::JsonValue;

// By the provider's own word, inside of a 200 or in the body of a 404; one of a proxy in between says nothing.
bool was_deleted(const CloudListing& single) {
  if (std::string_view(single.error->what()).find("NOT_FOUND") != std::string_view::npos) return true;
  constexpr std::string_view kNotFound = "5";  // of gRPC
  return single.error->http_status() == 404 && single.pages.back().refusal()["code"].text() == kNotFound;
}

}  // namespace

support::Listing list_vps(CloudApi& api) {
  return api.listing("/v1/vps/server/list", "vps", api.pages());
}
support::Listing list_vps_statuses(CloudApi& api) {
  return api.listing("/v1/vps/server/statuses", "statuses");
}
support::Listing list_services(CloudApi& api) {
  return api.listing("/v1/cloud?view=SERVICE_VIEW_FULL", "service", api.pages("total_count"));
}
support::Listing list_snapshots(CloudApi& api) {
  return api.listing("/v1/vps/snapshot", "snapshot");
}
support::Listing list_network(CloudApi& api) {
  support::Listing listing = api.listing("/v1/vps/network", "");
  listing.check = [check = std::move(listing.check)](JsonValue root) {
    check(root);
    const bool known = root["ip"].is_array() || root["additional_ip"].is_array() || root["private_network"].is_array();
    // Lists without rows are left out, so an empty object has none of them.
    if (!root.is_object() || (root.size() > 0 && !known))
      throw infrazen::Error(infrazen::ErrorClass::transient,
                            "the answer has none of the lists of addresses and networks");
  };
  return listing;
}

void add_missing_vps(CloudApi& api, CloudListing& servers, const CloudListing& statuses) {
  if (servers.error) return;
  if (statuses.error) {
    servers.error = statuses.error;
    return;
  }
  std::set<std::string_view> listed;
  for (const JsonValue server : servers.rows) listed.insert(server["id"].text());
  std::vector<support::Listing> singles;
  for (const JsonValue status : statuses.rows) {
    const std::string_view id = status["id"].text();
    if (!id.empty() && !listed.contains(id)) singles.push_back(api.listing("/v1/vps/server/" + std::string(id), "vps"));
  }
  for (CloudListing& single : api.read(std::move(singles))) {
    if (single.error) {
      if (!was_deleted(single)) servers.error = single.error;
      continue;
    }
    for (support::Page& page : single.pages) servers.pages.push_back(std::move(page));
    servers.rows.insert(servers.rows.end(), single.rows.begin(), single.rows.end());
  }
}

std::string_view service_type(JsonValue service) {
  const std::string_view type = service["type"].text();
  if (type.starts_with("MYSQL")) return kMysql;
  if (type.starts_with("POSTGRESQL")) return kPostgresql;
  if (type == "S_3" || type == "S3") return kBucket;
  if (type == "CDN") return kCdn;
  return {};
}

JsonValue service_details(JsonValue service) {
  const std::string_view type = service_type(service);
  for (const auto& [name, value] : service.members()) {
    const bool fits = (type == kMysql && name.starts_with("mysql")) ||
                      (type == kPostgresql && name.starts_with("postgresql")) || (type == kBucket && name == "s3") ||
                      (type == kCdn && name == "cdn");
    if (fits && value.is_object()) return value;
  }
  return {};
}

}  // namespace iz::beget
