// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "yandex/costs/commitments.hpp"
#include "yandex/rows/export_row.hpp"
#include <infrazen/decimal.hpp>

// What the rows of an export become: figures only, no texts. Of all lines of a day, the sum of `billed` is Σ (cost +
// credit) of its rows, and so is the sum of `effective`.
namespace iz::yandex {

enum class LineKind : std::uint8_t {
  usage,
  covered,   // usage that a commitment pays
  purchase,  // of a commitment, for one day
  unused,    // what is left of a commitment's fee
  credit,    // pays the bill, changes no price
};

struct ChargeLine {
  LineKind kind = LineKind::usage;
  infrazen::Decimal list, contracted, billed, effective;
  std::optional<infrazen::Decimal> quantity;
  const Commitment* commitment = nullptr;
  std::string_view credit_kind;  // the export's column; lives for ever

  bool operator==(const ChargeLine&) const = default;
};

// The lines of one row. `last`: see DayCommitments::comes_last().
void lines_of(const ExportRow& row, DayCommitments& commitments, bool last, std::vector<ChargeLine>& lines);

// What is left of a commitment after the last row, if anything is.
[[nodiscard]] std::optional<ChargeLine> unused_line(const DayCommitments& day, const Commitment& commitment);

}  // namespace iz::yandex
