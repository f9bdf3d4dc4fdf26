// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <infrazen/time.hpp>

namespace iz::yandex {

// Up to when each folder was read: the cursor of the metrics. "at=<instant>" counts for all folders but those that
// follow with an instant of their own, because a read of theirs failed: they go on from there. In the same way a part
// of a folder, "<folder>/<type>,<type>", has one where the types could not be listed.
class Horizons {
 public:
  explicit Horizons(std::string_view cursor);
  // nullopt for one that was never read.
  [[nodiscard]] std::optional<infrazen::Micros> of(const std::string& folder) const;
  [[nodiscard]] std::optional<infrazen::Micros> of(const std::string& folder, std::string_view part) const;
  void set(const std::string& folder, infrazen::Micros until);
  void set(const std::string& folder, std::string_view part, infrazen::Micros until);
  // The part has its folder's from now on.
  void forget(const std::string& folder, std::string_view part);
  // The cursor of a run in which `until` was reached by those that went well. `all`: every folder there is was set(),
  // and others are gone; else those that were not stay where they were. Beyond some 60 KB it is packed. Of more that
  // are behind than fit even then, all go on from the furthest, but not from before `earliest`: they are all read from
  // there each time.
  [[nodiscard]] std::string cursor(infrazen::Micros until, bool all = true, infrazen::Micros earliest = {}) const;

 private:
  void take(std::string_view name, infrazen::Micros until);

  std::optional<infrazen::Micros> common_;
  std::map<std::string, infrazen::Micros> horizons_;  // of folders and parts of them
  std::set<std::string> there_;                       // folders that were set()
};

}  // namespace iz::yandex
