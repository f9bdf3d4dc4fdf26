// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/openstack/mappers/mapped.hpp"

namespace iz::openstack {

// How a service says that there is more.
enum class Pages {
  links,      // "<collection>_links": [{"rel": "next", "href"}]: Nova, Cinder, Neutron, Octavia
  next,       // "next": "/v2/images?marker=…": Glance
  last_name,  // nothing: the next page begins after the last row, until one is empty: object storage
  whole,      // everything comes at once
};

// What tells, without listing everything, that something changed.
enum class Feed {
  none,           // always listed whole
  changes_since,  // rows that changed, deleted ones with status DELETED: Nova
  updated_at,     // rows that changed, deleted ones not: Cinder
};

// A listing that hangs on a row of another: the node groups of a cluster. Its rows belong to the same scope.
struct Child {
  std::string path;  // below the kind's endpoint
  std::string collection;
  Mapper mapper;
};

// One kind of things that a service lists, for one project in one region at a time.
struct Kind {
  std::string_view name;                   // "servers": the last part of its scopes' names
  std::string_view type;                   // of the resources it makes
  std::vector<std::string_view> services;  // names in the catalogue, the preferred one first
  std::string_view version;                // "/v2.0": added to an endpoint that names none
  std::string path;                        // "/servers/detail"
  std::string collection;
  Pages pages = Pages::links;
  Mapper mapper = {};
  Feed feed = Feed::none;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string id = "id";
  bool limited = true;         // takes limit=
  std::string fixed_url = {};  // where the service is when no catalogue names it; "" = then it is not there
  std::function<std::vector<Child>(const support::JsonValue& row)> children = {};
  // Called for each place once its endpoint has answered with rows; what it throws fails the part.
  std::function<void(const Place& place, std::size_t token, const std::string& endpoint)> before = {};
};

// Nova, Cinder, Neutron, Glance, Octavia, Manila, Swift.
[[nodiscard]] std::vector<Kind> stock_kinds();

}  // namespace iz::openstack
