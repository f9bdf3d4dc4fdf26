// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <set>
#include <string>
#include <string_view>

#include <infrazen/time.hpp>

namespace iz::openstack {

// What the inventory stream remembers: from when on changes are asked for, and of which parts: those that the run
// before has read. Any other (a new project, one that failed or was not there for a while) is listed whole. And the
// projects there were, to find out which are gone.
class InventoryCursor {
 public:
  InventoryCursor() = default;
  // A text that is no cursor of this connector gives an empty one: everything is listed.
  static InventoryCursor parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  infrazen::Micros since{};
  std::set<std::string> projects;  // ids
  void know(std::string_view part) { known_.insert(digest(part)); }
  [[nodiscard]] bool knows(std::string_view part) const { return known_.contains(digest(part)); }

 private:
  // Short, because thousands of parts have to fit into a cursor. A collision makes a part be asked for changes only,
  // until the next full listing.
  static std::string digest(std::string_view part);
  std::set<std::string, std::less<>> known_;
};

}  // namespace iz::openstack
