// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <set>
#include <string>
#include <string_view>

#include <infrazen/time.hpp>

namespace iz::openstack {

// What the inventory stream remembers: from when on changes are asked for, and of which places. A place that is not
// known (a new project, one that failed) is listed whole.
class InventoryCursor {
 public:
  InventoryCursor() = default;
  // A text that is no cursor of this connector gives an empty one: everything is listed.
  static InventoryCursor parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  infrazen::Micros since{};
  void know(std::string_view part) { known_.insert(digest(part)); }
  void forget(std::string_view part) { known_.erase(digest(part)); }
  [[nodiscard]] bool knows(std::string_view part) const { return known_.contains(digest(part)); }

 private:
  // Short, because thousands of parts have to fit into a cursor. A collision makes a part be asked for changes only,
  // until the next full listing.
  static std::string digest(std::string_view part);
  std::set<std::string, std::less<>> known_;
};

}  // namespace iz::openstack
