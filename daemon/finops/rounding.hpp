// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <span>
#include <vector>

#include <infrazen/decimal.hpp>

// Rounding for documents, the only place where money is rounded. Largest remainder (Hamilton's method): what is lost by
// cutting goes, one smallest coin each, to those who lost most; of equals, to the earlier one.
namespace iz::finops {

// The lines with `places` decimals, adding up exactly to their sum rounded half up. No line moves by a whole coin or
// more.
[[nodiscard]] std::vector<infrazen::Decimal> round_lines(std::span<const infrazen::Decimal> lines, unsigned places);

// `total`, which has at most `places` decimals, split in proportion to the weights; the parts add up to it exactly.
// Throws std::invalid_argument when a weight is negative, all are 0, or the total has more decimals.
[[nodiscard]] std::vector<infrazen::Decimal> split_total(const infrazen::Decimal& total,
                                                         std::span<const infrazen::Decimal> weights, unsigned places);

}  // namespace iz::finops
