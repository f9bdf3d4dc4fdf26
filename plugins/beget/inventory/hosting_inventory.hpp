// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "beget/api/hosting_api.hpp"
#include "beget/settings.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::beget {

// What the hosting account has, each listing in a scope of its own: one that cannot be read retires nothing and is
// counted as a failure. Returns how many were to be read.
std::size_t sync_hosting_inventory(infrazen::Sync& sync, const Settings& settings, HostingApi& api,
                                   infrazen::Failures& failures);

// The id of the hosting as a resource, of inventory and charges: "plan:Blog".
[[nodiscard]] std::string hosting_id(support::JsonValue account);

}  // namespace iz::beget
