// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/costs/charge_lines.hpp"

namespace iz::yandex {
namespace {

using infrazen::Decimal;

void add_credit(const Decimal& amount, std::string_view kind, std::vector<ChargeLine>& lines) {
  if (amount.is_zero()) return;
  lines.push_back({.kind = LineKind::credit,
                   .list = amount,
                   .contracted = amount,
                   .billed = amount,
                   .effective = amount,
                   .credit_kind = kind});
}

// The covered part, once per commitment: amounts and quantity by weight, the last one takes the rest.
void add_covered(const ExportRow& row, const Coverage& coverage, DayCommitments& commitments, bool last,
                 std::vector<ChargeLine>& lines) {
  std::vector<CommitmentShare> shares;
  commitments.shares(row, coverage, last, shares);
  Decimal list = coverage.list;
  Decimal paid = coverage.paid;
  Decimal quantity = coverage.quantity;
  for (const CommitmentShare& share : shares) {
    const bool rest = &share == &shares.back();
    const ChargeLine line{.kind = LineKind::covered,
                          .list = rest ? list : coverage.list * share.weight,
                          .contracted = rest ? paid : coverage.paid * share.weight,
                          .billed = Decimal(),
                          .effective = share.effective,
                          .quantity = rest ? quantity : coverage.quantity * share.weight,
                          .commitment = share.commitment,
                          .credit_kind = {}};
    list -= line.list;
    paid -= line.contracted;
    quantity -= *line.quantity;
    lines.push_back(line);
  }
}

}  // namespace

void lines_of(const ExportRow& row, DayCommitments& commitments, bool last, std::vector<ChargeLine>& lines) {
  lines.clear();
  ChargeLine line{.kind = LineKind::usage,
                  .list = row.cost,
                  .contracted = row.cost + row.volume,
                  .billed = {},
                  .effective = {},
                  .quantity = row.quantity,
                  .commitment = nullptr,
                  .credit_kind = {}};
  Decimal commitment_credit = row.cud;
  if (is_commitment_fee(row)) {
    line.kind = LineKind::purchase;
    line.billed = line.contracted;
    const auto& all = commitments.commitments();
    if (const auto found = all.find(row.text(Column::sku_id)); found != all.end()) line.commitment = &found->second;
    lines.push_back(line);
  } else if (const auto coverage = coverage_of(row)) {
    commitment_credit = coverage->left;
    add_covered(row, *coverage, commitments, last, lines);
    if (!coverage->whole) {
      line.list -= coverage->list;
      line.contracted -= coverage->paid;
      line.billed = line.effective = line.contracted;
      *line.quantity -= coverage->quantity;
      lines.push_back(line);
    }
  } else {
    line.billed = line.effective = line.contracted;
    lines.push_back(line);
  }
  add_credit(row.grant, name_of(Column::monetary_grant_credit), lines);
  add_credit(row.misc, name_of(Column::misc_credit), lines);
  add_credit(commitment_credit, name_of(Column::cud_credit), lines);
  add_credit(row.other, name_of(Column::credit), lines);
}

std::optional<ChargeLine> unused_line(const DayCommitments& day, const Commitment& commitment) {
  const DayCommitments::Rest rest = day.rest_of(commitment);
  if (rest.fee.is_zero()) return std::nullopt;
  return ChargeLine{.kind = LineKind::unused,
                    .list = rest.fee,
                    .contracted = rest.fee,
                    .billed = Decimal(),
                    .effective = rest.fee,
                    .quantity = rest.quantity,
                    .commitment = &commitment,
                    .credit_kind = {}};
}

}  // namespace iz::yandex
