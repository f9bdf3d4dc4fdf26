// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/costs/reconciliation.hpp"

namespace iz::beget {

Reconciliation reconcile(const infrazen::Decimal& before, const infrazen::Decimal& after,
                         const infrazen::Decimal& accrued) {
  Reconciliation result{before - after, accrued, 0, 0};
  if (result.drop.sign() < 0) {
    result.top_up = accrued - result.drop;
  } else {
    result.unexplained = result.drop - accrued;
  }
  return result;
}

}  // namespace iz::beget
