// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "selectel/cloud.hpp"
#include "support/pages.hpp"
#include <infrazen/sync.hpp>

namespace iz::selectel {

// What was consumed of a project from a balance.
using Totals = std::map<std::pair<std::string, std::string>, infrazen::Decimal>;  // project id, balance; roubles

// Reads hours of consumption and hands them over as charges. A scope is one billing day: the longest that an answer by
// hours covers, so what is read again is what may have changed and no more; within it only charges that differ are
// written. Hours as scopes would be two dozen times as many for the same difference.
class Consumption {
 public:
  Consumption(infrazen::Sync& sync, Cloud& cloud) : sync_(sync), cloud_(cloud) {}

  // One day, up to the present hour. Adds what it sums up to. Throws when not all of it could be read: nothing of the
  // day has been handed over then.
  void day(std::chrono::sys_days day, Totals& totals);

 private:
  struct Chunk {
    infrazen::Micros since;
    infrazen::Micros until;
  };
  [[nodiscard]] std::string path(const Chunk& chunk) const;
  // Adds the rows of the chunk's hours. Throws for an answer that cannot be taken.
  void hours_of(const support::Page& page, const Chunk& chunk, std::chrono::sys_days day,
                std::vector<std::pair<support::JsonValue, infrazen::Micros>>& hours) const;
  void row(infrazen::Scope& scope, const support::JsonValue& row, std::chrono::sys_days day, infrazen::Micros hour,
           Totals& totals);
  void report_unmapped(std::string_view object_type, std::string_view metric, std::string_view provider_key);

  infrazen::Sync& sync_;
  Cloud& cloud_;
  std::set<std::string> unmapped_;
};

// Holds a month's totals against the provider's own report; each difference is a finding.
void compare_with_report(infrazen::Sync& sync, Cloud& cloud, std::chrono::sys_days month, const Totals& totals);

}  // namespace iz::selectel
