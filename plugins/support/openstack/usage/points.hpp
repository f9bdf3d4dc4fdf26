// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <vector>

#include "support/json.hpp"
#include <infrazen/metrics.hpp>

// Points as OpenStack's services give them. Metrics are measurements, and no money: they are doubles.
namespace iz::openstack {

// [since, until)
struct Stretch {
  infrazen::Micros since;
  infrazen::Micros until;
};

// Gnocchi's answer to an aggregation over one resource: {"measures": {"<id>": {"<metric>": {"<aggregate>": [[instant,
// granularity, value], …]}}}}, or {"measures": {"aggregated": […]}} for arithmetic. In the order of time, each instant
// once; what lies outside of the stretch is left out. Each value is multiplied by `factor`.
[[nodiscard]] std::vector<infrazen::Point> gnocchi_points(const support::JsonValue& answer, const Stretch& stretch,
                                                          double factor = 1);

}  // namespace iz::openstack
