// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "finops/billing_days.hpp"
#include "ingest/charges/charge_dimensions.hpp"
#include "ingest/ingest_context.hpp"
#include "store/costs/cost_bills.hpp"

namespace iz::ingest {

struct Bill : store::CostBill {
  Digest digest;
  std::string leaf;  // partition of its month
  bool written = false;
};

// The bills of a run. A new one is checked against the claims of other connections, and its month's partition made, before
// any of its charges is kept.
class ChargeBills {
 public:
  ChargeBills(IngestContext& context, const finops::BillingDays& days) : context_(context), days_(days) {}

  // Stays where it is until the run ends.
  [[nodiscard]] Bill& bill(std::string_view account, std::int64_t period_start_us, std::int64_t period_end_us);
  [[nodiscard]] const std::string& leaf(std::chrono::sys_days month);

  void write(store::MarkTransaction& tx);
  void committed();

 private:
  IngestContext& context_;
  const finops::BillingDays& days_;
  std::deque<Bill> bills_;
  std::unordered_map<std::uint64_t, Bill*> by_id_;
  std::map<std::chrono::sys_days, std::string> leaves_;
  std::vector<std::string> checked_;  // accounts, sorted
  Bill* last_ = nullptr;
};

}  // namespace iz::ingest
