// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "beget/costs/accrual.hpp"
#include "beget/settings.hpp"
#include <infrazen/sync.hpp>

namespace iz::beget {

// A day as charges, in a scope of its own that replaces what was delivered for it before.
void push_day(infrazen::Sync& sync, const Settings& settings, const AccruedDay& day);

// What the balance lost beside it, as one charge on the last of the days it may belong to.
void push_adjustment(infrazen::Sync& sync, const Settings& settings, const Ledger::Difference& difference);

}  // namespace iz::beget
