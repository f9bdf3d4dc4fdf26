// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/session/mark_session.hpp"

// Parts, bills, claims and fingerprints of the cost tables.
namespace iz::store {

struct CostPart {
  std::int32_t part_id = 0;
  bool delivered = false;  // it has charges from an earlier mark
};
// The part of that name, made if it is new. In a transaction of its own: a part without charges is nothing.
[[nodiscard]] CostPart open_cost_part(MarkSession& session, const StreamLease& lease, std::string_view scope);

struct CostBill {
  std::int64_t bill_id = 0;
  std::string billing_account_id;
  std::int64_t period_start_us = 0;
  std::int64_t period_end_us = 0;
  std::chrono::sys_days billing_month;
};

// Whether another connection has claimed the account: throws RunError (config) naming it. A look ahead, before anything is
// written; claim_bills says the last word.
void check_billing_claim(MarkSession& session, const StreamLease& lease, std::string_view provider,
                         std::string_view billing_account_id, std::string_view dataset);
// Inside the mark: bills and claims that are new; RunError (config) as above.
void write_bills(MarkTransaction& tx, std::span<const CostBill> bills, std::string_view provider, std::string_view dataset);

// The leaf of cost_charges for a month, made if need be, in a transaction of its own.
[[nodiscard]] std::string ensure_cost_month(MarkSession& session, std::chrono::sys_days month);

// One day of a part of a bill: how many charges, and the sum of their hashes modulo 2^128.
struct CostBucket {
  std::int64_t bill_id = 0;
  std::chrono::sys_days billing_month;
  std::chrono::sys_days charge_day;
  std::int64_t charges = 0;
  Uuid hash_sum;
};
[[nodiscard]] std::vector<CostBucket> load_buckets(MarkTransaction& tx, std::int32_t part_id);
// Before the mark: good until somebody else has the lease.
[[nodiscard]] std::vector<CostBucket> load_buckets(MarkSession& session, std::int32_t part_id);
// Replaces the fingerprints of the days given; one with no charges is removed.
void write_buckets(MarkTransaction& tx, std::int32_t part_id, std::span<const CostBucket> buckets);
void part_delivered(MarkTransaction& tx, std::int32_t part_id);
// Roll-ups of the days given: now when they hold few charges in all, else left to the job thread and marked dirty.
void roll_up_days(MarkTransaction& tx, std::int32_t part_id, std::span<const CostBucket> buckets);

}  // namespace iz::store
