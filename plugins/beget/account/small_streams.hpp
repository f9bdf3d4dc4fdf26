// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "beget/api/cloud_api.hpp"
#include "beget/api/hosting_api.hpp"
#include "beget/settings.hpp"
#include <infrazen/sync.hpp>

namespace iz::beget {

// `balance`: what is left and for how many days. Of the hosting API, which has the account's balance for both.
void sync_balance(infrazen::Sync& sync, const Settings& settings, HostingApi* hosting);

// `prices`: configurations of servers and services, renewals of domains. Stated as valid from today on; one that did
// not change makes no new row.
void sync_prices(infrazen::Sync& sync, const Settings& settings, CloudApi* cloud, HostingApi* hosting);

}  // namespace iz::beget
