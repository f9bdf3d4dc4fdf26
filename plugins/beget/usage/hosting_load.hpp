// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <set>
#include <string>

#include "beget/api/hosting_api.hpp"
#include "beget/settings.hpp"
#include "beget/usage/metrics_cursor.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::beget {

// The load of the hosting's sites and databases in "CP" points, hour by hour, as far as hours have ended: what the
// plan's plan_cp limits. One call each, so it is read at most once an hour. Adds what there is to `things`; returns the
// number of parts that were to be read.
std::size_t read_hosting_load(infrazen::Sync& sync, const Settings& settings, HostingApi& api, MetricsCursor& cursor,
                              std::set<std::string>& things, std::optional<infrazen::Micros> since,
                              infrazen::Micros until, infrazen::Failures& failures);

}  // namespace iz::beget
