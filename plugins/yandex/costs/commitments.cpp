// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/costs/commitments.hpp"

#include <algorithm>

namespace iz::yandex {
namespace {

using infrazen::Decimal;
using infrazen::Rounding;

// Decimals of what a division leaves: two more than the export itself shows.
constexpr unsigned kPlaces = 12;
constexpr std::string_view kFeePrefix = "CVoS";
// Quantities that follow from amounts are as exact as these: less than a millionth unused is nothing unused.
constexpr std::int64_t kMillion = 1'000'000;

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '.')) text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// "CVoS. Intel Ice Lake. 100% vCPU, 1 year" → "Intel Ice Lake. 100% vCPU"
std::string_view family_of(std::string_view sku_name) {
  sku_name.remove_prefix(std::min(kFeePrefix.size(), sku_name.size()));
  return without_blanks(sku_name.substr(0, sku_name.rfind(',')));
}

}  // namespace

bool is_commitment_fee(const ExportRow& row) {
  return row.text(Column::sku_name).starts_with(kFeePrefix);
}

std::optional<Coverage> coverage_of(const ExportRow& row) {
  if (row.cud.sign() >= 0 || !row.quantity || row.quantity->sign() <= 0 || is_commitment_fee(row)) return std::nullopt;
  const Decimal price = row.cost + row.volume;  // of the whole row, without the commitment
  if (price.sign() <= 0) return std::nullopt;
  Coverage coverage;
  coverage.paid = std::min(-row.cud, price);
  coverage.left = row.cud + coverage.paid;
  coverage.whole = coverage.paid == price;
  if (coverage.whole) {
    coverage.quantity = *row.quantity;
    coverage.list = row.cost;
  } else {
    coverage.quantity = Decimal::divide(*row.quantity * coverage.paid, price, kPlaces, Rounding::half_even);
    coverage.list = row.volume.is_zero() ? coverage.paid
                                         : Decimal::divide(row.cost * coverage.paid, price, kPlaces, Rounding::half_up);
  }
  return coverage;
}

std::string DayCommitments::id_of(const ExportRow& fee) {
  return std::string(fee.text(Column::billing_account_id)) + '/' + std::string(fee.text(Column::sku_id));
}

void DayCommitments::add(const ExportRow& row) {
  if (is_commitment_fee(row)) {
    const auto [at, fresh] = commitments_.try_emplace(std::string(row.text(Column::sku_id)));
    Commitment& commitment = at->second;
    if (fresh) {
      commitment.id = id_of(row);
      commitment.line = row.line;
      commitment.sku_id = row.text(Column::sku_id);
      commitment.name = row.text(Column::sku_name);
      commitment.family = family_of(commitment.name);
      commitment.unit = row.text(Column::pricing_unit);
      for (const std::string_view cell : row.cells) commitment.cells.emplace_back(cell);
    }
    commitment.fee += row.cost + row.volume;
    commitment.quantity += row.quantity.value_or(Decimal());
    return;
  }
  const auto coverage = coverage_of(row);
  if (!coverage) return;
  auto found = skus_.find(row.text(Column::sku_id));
  if (found == skus_.end()) found = skus_.emplace(row.text(Column::sku_id), CoveredSku()).first;
  CoveredSku& sku = found->second;
  if (sku.line == 0) {
    sku.line = row.line;
    sku.name = row.text(Column::sku_name);
    sku.unit = row.text(Column::pricing_unit);
  }
  sku.quantity += coverage->quantity;
  const std::uint64_t identity = row.identity();
  if (coverage->quantity > sku.most || (coverage->quantity == sku.most && identity < sku.last_identity)) {
    sku.most = coverage->quantity;
    sku.last_identity = identity;
  }
}

// By name, whole or with something behind it; else the only one that is counted in the same unit.
DayCommitments::Pool* DayCommitments::pool_for(const CoveredSku& sku) {
  if (const auto same = pools_.find(sku.name); same != pools_.end()) return &same->second;
  Pool* found = nullptr;
  std::size_t longest = 0;
  for (auto& [family, pool] : pools_) {
    if (family.size() > longest && sku.name.starts_with(family)) {
      found = &pool;
      longest = family.size();
    }
  }
  if (found != nullptr) return found;
  for (auto& [family, pool] : pools_) {
    if (pool.members.front()->unit != sku.unit) continue;
    if (found != nullptr) return nullptr;
    found = &pool;
  }
  return found;
}

void DayCommitments::settle(support::Issues& issues) {
  for (auto& [sku, commitment] : commitments_) {
    Pool& pool = pools_[commitment.family];
    pool.members.push_back(&commitment);
    pool.held += commitment.quantity;
  }
  for (auto& [id, sku] : skus_) {
    sku.pool = pool_for(sku);
    if (sku.pool == nullptr) {
      issues.add({.rule = "commitment_without_fee",
                  .column = name_of(Column::cud_credit),
                  .form = id,
                  .line = sku.line,
                  .value = sku.name,
                  .message = "usage was covered by a commitment (CVoS) whose fee is not among the rows of this account "
                             "and day: its effective cost is taken as 0"});
      continue;
    }
    Pool& pool = *sku.pool;
    pool.covered += sku.quantity;
    if (sku.most > pool.most || (sku.most == pool.most && sku.last_identity < pool.last_identity)) {
      pool.most = sku.most;
      pool.last_identity = sku.last_identity;
    }
  }
  for (auto& [family, pool] : pools_) {
    const Decimal unused = pool.held - pool.covered;
    pool.used_up = !pool.covered.is_zero() && unused * kMillion <= pool.held;
    pool.divisor = pool.used_up ? pool.covered : pool.held;
    if (pool.used_up && (-unused) * kMillion > pool.held) {
      issues.add({.rule = "commitment_overrun",
                  .column = name_of(Column::cud_credit),
                  .form = family,
                  .line = pool.members.front()->line,
                  .value = family,
                  .message = "more usage was covered than the commitment (CVoS) holds on this day: its fee is shared "
                             "among all of it"});
    }
  }
}

DayCommitments::Pool* DayCommitments::pool_of(const ExportRow& row) {
  const auto found = skus_.find(row.text(Column::sku_id));
  return found == skus_.end() ? nullptr : found->second.pool;
}

bool DayCommitments::comes_last(const ExportRow& row) {
  Pool* const pool = pool_of(row);
  if (pool == nullptr || !pool->used_up || pool->last_met) return false;
  const auto coverage = coverage_of(row);
  if (!coverage || coverage->quantity != pool->most || row.identity() != pool->last_identity) return false;
  pool->last_met = true;
  return true;
}

void DayCommitments::shares(const ExportRow& row, const Coverage& coverage, bool last,
                            std::vector<CommitmentShare>& out) {
  out.clear();
  Pool* const pool = pool_of(row);
  if (pool == nullptr) {
    out.push_back({nullptr, Decimal(1), Decimal()});
    return;
  }
  Decimal weight_left(1);
  Decimal quantity_left = coverage.quantity;
  for (Commitment* commitment : pool->members) {
    const bool only_one_left = commitment == pool->members.back();
    CommitmentShare& share = out.emplace_back();
    share.commitment = commitment;
    share.weight = only_one_left || pool->held.is_zero()
                       ? weight_left
                       : Decimal::divide(commitment->quantity, pool->held, kPlaces, Rounding::down);
    weight_left -= share.weight;
    const Decimal quantity = only_one_left ? quantity_left : coverage.quantity * share.weight;
    quantity_left -= quantity;
    share.effective =
        last ? commitment->fee - commitment->used_fee
             : Decimal::divide(commitment->fee * coverage.quantity, pool->divisor, kPlaces, Rounding::half_even);
    commitment->used_fee += share.effective;
    commitment->used_quantity += quantity;
  }
}

DayCommitments::Rest DayCommitments::rest_of(const Commitment& commitment) const {
  const auto pool = pools_.find(commitment.family);
  if (pool != pools_.end() && pool->second.used_up) return {};
  return {commitment.fee - commitment.used_fee, commitment.quantity - commitment.used_quantity};
}

}  // namespace iz::yandex
