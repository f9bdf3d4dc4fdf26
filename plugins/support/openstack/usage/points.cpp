// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/usage/points.hpp"

#include "support/measured.hpp"
#include "support/openstack/times.hpp"

namespace iz::openstack {
namespace {

using infrazen::Point;
using support::JsonValue;

// The first array of rows below the value, however deep the names of resource, metric and aggregate are.
JsonValue series_of(const JsonValue& value) {
  if (value.is_array()) return value;
  for (const auto& [name, inner] : value.members()) {
    if (const JsonValue found = series_of(inner); found.exists()) return found;
  }
  return {};
}

}  // namespace

std::vector<Point> gnocchi_points(const JsonValue& answer, const Stretch& stretch, double factor) {
  std::vector<Point> points;
  for (const JsonValue row : series_of(answer["measures"])) {
    auto cell = row.begin();
    if (row.size() != 3) continue;
    const auto at = parse_time((*cell++).text());
    ++cell;
    const auto value = support::measured(*cell);
    if (at && value && *at >= stretch.since && *at < stretch.until) points.push_back({*at, *value * factor});
  }
  return support::in_order(std::move(points));
}

}  // namespace iz::openstack
