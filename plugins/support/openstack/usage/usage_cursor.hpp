// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <infrazen/time.hpp>

namespace iz::openstack {

// Up to when points were read: all of them up to `at`, but of parts that failed, which are behind.
class UsageCursor {
 public:
  static UsageCursor parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  infrazen::Micros at{};
  [[nodiscard]] infrazen::Micros since(const std::string& part) const;
  void behind(const std::string& part, infrazen::Micros since) { behind_[part] = since; }
  // Everything of a project ("<project>/…") that could not be read at all stays where `before` had it.
  void all_behind(const std::string& project, const UsageCursor& before);

 private:
  std::map<std::string, infrazen::Micros> behind_;  // by part; "<project>/" = its parts that have no entry
};

}  // namespace iz::openstack
