// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "selectel/cloud.hpp"
#include <infrazen/sync.hpp>

namespace iz::selectel {

// Hourly consumption as charges, one scope per billing day.
void sync_costs(infrazen::Sync& sync, Cloud& cloud);
// Balances, and how many days they last.
void sync_balance(infrazen::Sync& sync, Cloud& cloud);
// Transactions of the account.
void sync_documents(infrazen::Sync& sync, Cloud& cloud);

}  // namespace iz::selectel
