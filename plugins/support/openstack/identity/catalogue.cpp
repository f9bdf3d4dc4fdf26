// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/identity/catalogue.hpp"

#include <algorithm>

namespace iz::openstack {
namespace {

std::string_view without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

// "v2", "v2.1", "v3": a piece of a path that says a version.
bool is_version(std::string_view piece) {
  return piece.size() >= 2 && piece[0] == 'v' && piece[1] >= '0' && piece[1] <= '9' &&
         piece.find_first_not_of("0123456789.", 1) == std::string_view::npos;
}

}  // namespace

Catalogue::Catalogue(support::JsonValue catalog, std::string_view interface) {
  for (const support::JsonValue service : catalog) {
    const std::string_view type = service["type"].text();
    for (const support::JsonValue endpoint : service["endpoints"]) {
      const std::string_view url = endpoint["url"].text();
      if (type.empty() || url.empty() || endpoint["interface"].text() != interface) continue;
      std::string_view region = endpoint["region_id"].text();
      if (region.empty()) region = endpoint["region"].text();
      endpoints_.push_back({std::string(type), std::string(region), std::string(without_slash(url))});
    }
  }
}

std::vector<Endpoint> Catalogue::find(std::span<const std::string_view> types) const {
  std::vector<Endpoint> found;
  for (const std::string_view type : types) {
    for (const Endpoint& endpoint : endpoints_) {
      const bool known = std::ranges::find(found, endpoint.region, &Endpoint::region) != found.end();
      if (endpoint.type == type && !known) found.push_back(endpoint);
    }
  }
  return found;
}

std::string versioned(std::string_view url, std::string_view version) {
  url = without_slash(url);
  std::string_view rest = url;
  if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) rest.remove_prefix(scheme + 3);
  for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
    rest.remove_prefix(slash + 1);
    if (is_version(rest.substr(0, rest.find('/')))) return std::string(url);
  }
  return std::string(url) + std::string(version);
}

}  // namespace iz::openstack
