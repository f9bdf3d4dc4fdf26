// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>

#include <infrazen/decimal.hpp>

namespace iz::support {

// A unit price to which the product's rule of FOCUS applies: price × quantity is the cost to within half a unit of its
// last place, and to half of 0.0001. Nothing where there is no such price.
[[nodiscard]] std::optional<infrazen::Decimal> unit_price(const infrazen::Decimal& cost,
                                                          const std::optional<infrazen::Decimal>& quantity);

}  // namespace iz::support
