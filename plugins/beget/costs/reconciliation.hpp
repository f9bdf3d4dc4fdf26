// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <infrazen/decimal.hpp>

namespace iz::beget {

// What happened to the balance between two readings, beside what was accrued for the time between them:
// drop = accrued + unexplained - top_up.
struct Reconciliation {
  infrazen::Decimal drop;  // negative: it rose
  infrazen::Decimal accrued;
  infrazen::Decimal top_up;       // inferred, because the API does not show any
  infrazen::Decimal unexplained;  // positive: more was drawn than accrued
};

// A balance that rose was topped up, by all that makes up for what was accrued: what else happened in that time cannot
// be told apart. One that fell by another amount than was accrued leaves the rest unexplained.
[[nodiscard]] Reconciliation reconcile(const infrazen::Decimal& before, const infrazen::Decimal& after,
                                       const infrazen::Decimal& accrued);

}  // namespace iz::beget
