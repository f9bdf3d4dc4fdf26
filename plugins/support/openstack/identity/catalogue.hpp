// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/json.hpp"

// Which services a token reaches, and where: `token.catalog` of Keystone's answer.
namespace iz::openstack {

struct Endpoint {
  std::string type;    // "compute"
  std::string region;  // "" where the catalogue names none
  std::string url;     // without '/' at its end
};

class Catalogue {
 public:
  Catalogue() = default;
  // Keeps the endpoints of one interface ("public"). Entries that are not as they should be are left out: a catalogue
  // lists services nobody here asks for.
  Catalogue(support::JsonValue catalog, std::string_view interface);

  // One per region, of the first of `types` that the region has: a service is known under several names
  // ("volumev3", "block-storage").
  [[nodiscard]] std::vector<Endpoint> find(std::span<const std::string_view> types) const;
  [[nodiscard]] const std::vector<Endpoint>& endpoints() const { return endpoints_; }
  [[nodiscard]] bool empty() const { return endpoints_.empty(); }

 private:
  std::vector<Endpoint> endpoints_;
};

// `url` with `version` ("/v2.0") at its end unless a version stands there already: some catalogues name it, some do
// not.
[[nodiscard]] std::string versioned(std::string_view url, std::string_view version);

}  // namespace iz::openstack
