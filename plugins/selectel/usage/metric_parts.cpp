// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/usage/metric_parts.hpp"

#include <algorithm>
#include <utility>

#include "support/overlap.hpp"

namespace iz::selectel {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Micros;
using openstack::UsageCursor;

constexpr std::chrono::days kKept{30};  // what Gnocchi still has of its fine points

}  // namespace

MetricParts::MetricParts(infrazen::Sync& sync, const Settings& settings)
    : sync_(sync),
      settings_(settings),
      first_(sync.clock().now() - settings.metrics_since),
      oldest_(sync.clock().now() - kKept) {
  const auto step = std::chrono::duration_cast<std::chrono::microseconds>(settings.granularity);
  const auto settled = (sync.clock().now() - settings.metrics_lag).time_since_epoch();
  after_.at = Micros(settled - settled % step);
  if (!sync.full()) before_ = UsageCursor::parse(sync.cursor());
  if (before_.at == Micros()) {
    before_.at = first_;
  } else {
    after_.at = std::max(after_.at, before_.at);  // metrics_lag may have been raised
  }
}

MetricParts::At& MetricParts::add(const std::string& name, std::size_t token, std::string endpoint) {
  MetricPart part{.token = token, .endpoint = std::move(endpoint), .horizon = std::max(before_.since(name), oldest_)};
  part.asked = {support::read_begin(part.horizon, settings_.metrics_overlap, settings_.granularity, first_), after_.at};
  return *parts_.insert_or_assign(name, std::move(part)).first;
}

void MetricParts::refused(const std::string& project_id, const std::string& project_name, const Error& why) {
  ++refused_;
  failures_.add("project " + project_name, why);
  after_.all_behind(project_id, before_);
}

void MetricParts::fail(At& part, const Error& why) {
  if (why.error_class() == ErrorClass::cancelled) throw Error(why);
  if (!part.second.failed) failures_.add(part.first, why);
  part.second.failed = true;
}

void MetricParts::missing(At& part, const Error& why) {
  if (part.second.missing) return;
  part.second.missing = true;
  sync_.log().info(part.first + ": not there, passed over: " + why.what());
}

std::string MetricParts::cursor() const {
  UsageCursor cursor = after_;
  for (const auto& [name, part] : parts_) {
    if (part.failed || part.missing) cursor.behind(name, part.horizon);
  }
  return cursor.text();
}

}  // namespace iz::selectel
