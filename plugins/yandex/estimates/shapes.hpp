// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/json.hpp"
#include <infrazen/decimal.hpp>
#include <infrazen/failures.hpp>
#include <infrazen/time.hpp>

namespace iz::yandex {

class Client;

// So much of a pricing unit in each hour that the resource is as it is: 4 of core*hour, 16 of gbyte*hour.
struct Measure {
  std::string_view unit;
  infrazen::Decimal per_hour;
};

// What a resource is billed by.
struct Shape {
  std::string type;  // "compute.instance"
  std::string kind;  // what its price depends on: "compute.instance/standard-v3/100", "compute.disk/network-ssd"
  std::string id, name, folder_id, folder_name, cloud_id;
  std::string labels;  // JSON object, "" = none
  std::optional<infrazen::Micros> created;
  std::vector<Measure> measures;  // none: it costs nothing as it is (a machine that is stopped)
};

// Of one element of the provider's listings; nothing for what has no price of its own (an internal address).
[[nodiscard]] std::optional<Shape> instance_shape(support::JsonValue json);
[[nodiscard]] std::optional<Shape> disk_shape(support::JsonValue json);
[[nodiscard]] std::optional<Shape> snapshot_shape(support::JsonValue json);
[[nodiscard]] std::optional<Shape> address_shape(support::JsonValue json);

// Machines, disks, snapshots and public addresses of every folder. What cannot be listed goes to `failures`.
struct ListedShapes {
  std::vector<Shape> shapes;
  std::size_t listings = 0;
};
[[nodiscard]] ListedShapes list_shapes(const Client& client, infrazen::Failures& failures);

}  // namespace iz::yandex
