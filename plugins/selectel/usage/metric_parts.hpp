// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "selectel/settings.hpp"
#include "support/openstack/identity/catalogue.hpp"
#include "support/openstack/usage/points.hpp"
#include "support/openstack/usage/usage_cursor.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::selectel {

// One service of one project in one region.
struct MetricPart {
  std::size_t token = 0;
  std::string endpoint;        // that has the points
  infrazen::Micros horizon;    // up to which it was read
  openstack::Stretch asked{};  // of this run: the overlap, and what is new
  bool failed = false;
  bool missing = false;  // its service answered 404: when it is there again, it is read from where it was

  [[nodiscard]] bool has_new() const { return horizon < asked.until; }
};

// The parts of a run of the metrics and the cursor that comes of what became of them.
class MetricParts {
 public:
  using At = std::map<std::string, MetricPart>::value_type;  // "<project>/<region>/<what>"

  MetricParts(infrazen::Sync& sync, const Settings& settings);

  At& add(const std::string& name, std::size_t token, std::string endpoint);
  // Nothing of a project can be read: it stays where it was.
  void refused(const std::string& project_id, const std::string& project_name, const infrazen::Error& why);
  // Throws a cancellation on.
  void fail(At& part, const infrazen::Error& why);
  void missing(At& part, const infrazen::Error& why);

  [[nodiscard]] std::string cursor() const;
  // Throws when something failed.
  void raise() const { failures_.raise(parts_.size() + refused_); }

 private:
  infrazen::Sync& sync_;
  const Settings& settings_;
  openstack::UsageCursor before_;
  openstack::UsageCursor after_;
  infrazen::Micros first_;   // where a first run begins
  infrazen::Micros oldest_;  // what Gnocchi still has of its fine points
  infrazen::Failures failures_{"parts of the metrics"};
  std::size_t refused_ = 0;
  std::map<std::string, MetricPart> parts_;
};

}  // namespace iz::selectel
