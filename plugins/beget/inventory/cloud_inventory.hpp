// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "beget/api/cloud_api.hpp"
#include "beget/settings.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::beget {

// What the cloud has, each listing in a scope of its own: one that cannot be read retires nothing and is counted as a
// failure. Returns how many were to be read.
std::size_t sync_cloud_inventory(infrazen::Sync& sync, const Settings& settings, CloudApi& api,
                                 infrazen::Failures& failures);

}  // namespace iz::beget
