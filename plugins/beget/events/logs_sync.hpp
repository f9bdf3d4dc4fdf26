// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "beget/api/cloud_api.hpp"
#include "beget/api/hosting_api.hpp"
#include "beget/settings.hpp"
#include <infrazen/sync.hpp>

namespace iz::beget {

// One run of the stream `logs`: what was done to servers (started, rebuilt, restored) and with backups.
void sync_logs(infrazen::Sync& sync, const Settings& settings, CloudApi* cloud, HostingApi* hosting);

}  // namespace iz::beget
