// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/json.hpp"
#include <infrazen/records.hpp>

// What a row of an OpenStack listing becomes. Nothing in here is of one provider: a connector adds its own kinds beside
// these.
namespace iz::openstack {

// Raw types of resources.
namespace types {
inline constexpr std::string_view kServer = "compute.server";
inline constexpr std::string_view kVolume = "block.volume";
inline constexpr std::string_view kSnapshot = "block.snapshot";
inline constexpr std::string_view kBackup = "block.backup";
inline constexpr std::string_view kImage = "image.image";
inline constexpr std::string_view kNetwork = "network.network";
inline constexpr std::string_view kSubnet = "network.subnet";
inline constexpr std::string_view kPort = "network.port";
inline constexpr std::string_view kRouter = "network.router";
inline constexpr std::string_view kFloatingIp = "network.floating_ip";
inline constexpr std::string_view kSecurityGroup = "network.security_group";
inline constexpr std::string_view kLoadBalancer = "network.load_balancer";
inline constexpr std::string_view kShare = "share.share";
inline constexpr std::string_view kBucket = "object.bucket";
}  // namespace types

struct Flavor {
  std::string name;
  std::optional<std::int64_t> vcpus;
  std::optional<std::int64_t> ram_mib;
  std::optional<std::int64_t> disk_gib;
};
using Flavors = std::map<std::string, Flavor, std::less<>>;  // by id

// Where a row was listed.
struct Place {
  std::string account;  // the billing account that all projects belong to
  std::string project_id;
  std::string project_name;
  std::string region;
  std::string spot_tag;              // a server with this tag may be taken away at any time; "" = there is none
  const Flavors* flavors = nullptr;  // for a Nova that names a server's flavor by id alone
};

struct Mapped {
  infrazen::Resource resource;
  std::vector<infrazen::Relation> relations;

  // The resource's own relation to another; nothing without an id.
  void relate(std::string_view relation, std::string_view to_type, std::string_view to_id);
};

using Mapper = std::function<Mapped(const support::JsonValue& row, const Place& place)>;

// The fields every kind has: id, name, account, project, region, instants, tags from "metadata" and "tags".
[[nodiscard]] Mapped mapped(std::string_view type, const support::JsonValue& row, const Place& place);
// Whose it is by the row's own word; "" when it does not say. A network shared by another project is listed there.
[[nodiscard]] std::string_view owner_of(const support::JsonValue& row);
// Adds a member to the resource's attributes for each of `names` that the row has.
[[nodiscard]] infrazen::Json attributes(const support::JsonValue& row, std::initializer_list<std::string_view> names);

inline constexpr std::int64_t kMiB = 1024 * 1024;
inline constexpr std::int64_t kGiB = 1024 * kMiB;
// MiB as whole GiB, rounded up, for a column of whole numbers: 1536 is 2. memory_bytes is exact.
[[nodiscard]] infrazen::Whole gib_of_mib(std::int64_t mib);
// A text field that is null when the row has none or an empty one.
[[nodiscard]] infrazen::Text text_of(const support::JsonValue& value);

Mapped map_server(const support::JsonValue& row, const Place& place);
Mapped map_volume(const support::JsonValue& row, const Place& place);
Mapped map_snapshot(const support::JsonValue& row, const Place& place);
Mapped map_backup(const support::JsonValue& row, const Place& place);
Mapped map_image(const support::JsonValue& row, const Place& place);
Mapped map_network(const support::JsonValue& row, const Place& place);
Mapped map_subnet(const support::JsonValue& row, const Place& place);
Mapped map_port(const support::JsonValue& row, const Place& place);
Mapped map_router(const support::JsonValue& row, const Place& place);
Mapped map_floating_ip(const support::JsonValue& row, const Place& place);
Mapped map_security_group(const support::JsonValue& row, const Place& place);
Mapped map_load_balancer(const support::JsonValue& row, const Place& place);
Mapped map_share(const support::JsonValue& row, const Place& place);
Mapped map_container(const support::JsonValue& row, const Place& place);

[[nodiscard]] Flavor read_flavor(const support::JsonValue& row);

}  // namespace iz::openstack
