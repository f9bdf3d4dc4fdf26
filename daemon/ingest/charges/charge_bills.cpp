// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_bills.hpp"

#include <algorithm>

#include <xxhash.h>

namespace iz::ingest {

namespace {

// One bill of an account per dataset; all charges are one.
constexpr std::string_view kDataset = "charges";

}  // namespace

Bill& ChargeBills::bill(std::string_view account, std::int64_t period_start_us, std::int64_t period_end_us) {
  if (last_ != nullptr && last_->period_start_us == period_start_us && last_->period_end_us == period_end_us &&
      last_->billing_account_id == account) {
    return *last_;
  }
  // The connection's name and not its number: a bill has the same identity in every database it is imported into.
  std::string key;
  const std::int64_t numbers[3] = {static_cast<std::int64_t>(context_.run().connection.size()), period_start_us, period_end_us};
  key.append(std::string_view(reinterpret_cast<const char*>(numbers), sizeof(numbers)));
  key.append(context_.run().connection);
  key.append(account);
  const auto hash = XXH3_128bits(key.data(), key.size());
  if (const auto known = by_id_.find(hash.low64); known != by_id_.end()) return *(last_ = known->second);

  if (!std::ranges::binary_search(checked_, account)) {
    store::check_billing_claim(context_.session(), context_.lease(), context_.run().provider, account, kDataset);
    checked_.insert(std::ranges::lower_bound(checked_, account), std::string(account));
  }
  auto& bill = bills_.emplace_back();
  bill.bill_id = static_cast<std::int64_t>(hash.low64);
  bill.digest = {hash.low64, hash.high64};
  bill.billing_account_id = account;
  bill.period_start_us = period_start_us;
  bill.period_end_us = period_end_us;
  bill.billing_month = days_.billing_month(period_start_us);
  bill.leaf = leaf(bill.billing_month);
  by_id_.emplace(hash.low64, &bill);
  return *(last_ = &bill);
}

const std::string& ChargeBills::leaf(std::chrono::sys_days month) {
  auto& leaf = leaves_[month];
  if (leaf.empty()) leaf = store::ensure_cost_month(context_.session(), month);
  return leaf;
}

void ChargeBills::write(store::MarkTransaction& tx) {
  std::vector<store::CostBill> fresh;
  for (const auto& bill : bills_) {
    if (!bill.written) fresh.push_back(bill);
  }
  store::write_bills(tx, fresh, context_.run().provider, kDataset);
}

void ChargeBills::committed() {
  for (auto& bill : bills_) bill.written = true;
}

}  // namespace iz::ingest
