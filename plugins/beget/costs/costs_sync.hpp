// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "beget/api/cloud_api.hpp"
#include "beget/api/hosting_api.hpp"
#include "beget/settings.hpp"
#include <infrazen/sync.hpp>

namespace iz::beget {

// One run of the stream `costs`: today's accrual and that of days on which no run was, trued up against the balance.
// cloud, hosting: null where the connection has no secret for it.
void sync_costs(infrazen::Sync& sync, const Settings& settings, CloudApi* cloud, HostingApi* hosting);

}  // namespace iz::beget
