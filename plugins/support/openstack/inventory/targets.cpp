// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include "support/openstack/inventory/inventory.hpp"

// A targeted run: the listings of the kinds that were asked for, and of their rows those that were asked for.
namespace iz::openstack {

bool Inventory::asked_for(const Kind& kind) const {
  return !sync_.targeted() || std::ranges::any_of(sync_.targets(), [&](const infrazen::Target& target) {
    return target.resource_type.empty() || target.resource_type == kind.type;
  });
}

bool Inventory::asked_for(std::string_view type, std::string_view id) const {
  return std::ranges::any_of(sync_.targets(), [&](const infrazen::Target& target) {
    return target.external_id == id && (target.resource_type.empty() || target.resource_type == type);
  });
}

void Inventory::retire_targets() {
  for (const infrazen::Target& target : sync_.targets()) {
    const bool there = found_.contains({std::string(target.resource_type), std::string(target.external_id)});
    const std::string type(target.resource_type);
    if (there || unsure_.contains(type)) continue;
    if (!read_.contains(type)) {
      // No such kind here, one that is not asked for, or a catalogue without the service: nobody looked.
      if (!type.empty())
        sync_.log().info(type + " is listed nowhere in this run: " + std::string(target.external_id) + " stays");
      continue;
    }
    sync_.push(infrazen::Retirement{.type = target.resource_type, .external_id = target.external_id});
  }
}

}  // namespace iz::openstack
