// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "beget/api/cloud_api.hpp"
#include "beget/api/hosting_api.hpp"
#include "beget/settings.hpp"
#include <infrazen/sync.hpp>

namespace iz::beget {

// One run of the stream `metrics`: of each series the points after the last one that is stored.
void sync_metrics(infrazen::Sync& sync, const Settings& settings, CloudApi* cloud, HostingApi* hosting);

}  // namespace iz::beget
