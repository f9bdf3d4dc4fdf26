// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_part.hpp"

#include <cstring>
#include <utility>

namespace iz::ingest {

ChargePart::Day& ChargePart::count(const EncodedCharge& charge) {
  if (days_.empty() || days_[last_].bill != charge.bill || days_[last_].charge_day != charge.charge_day) {
    const auto [at, fresh] = index_.try_emplace({charge.bill->bill_id, charge.charge_day}, days_.size());
    if (fresh) {
      auto& day = days_.emplace_back();
      day.bill = charge.bill;
      day.charge_day = charge.charge_day;
      day.rows = std::exchange(spare_, {});
      if (const auto stored = stored_days_.find(at->first); stored != stored_days_.end()) day.stored = &stored->second;
    }
    last_ = at->second;
  }
  auto& day = days_[last_];
  ++day.charges;
  day.sum_low += charge.row_hash.low;
  day.sum_high += charge.row_hash.high + (day.sum_low < charge.row_hash.low ? 1 : 0);
  return day;
}

void ChargePart::keep(Day& day, std::string_view encoded, Spool& spool) {
  const auto size = static_cast<std::uint32_t>(encoded.size());
  day.rows.append(reinterpret_cast<const char*>(&size), 4);
  day.rows.append(encoded);
  buffered_ += 4 + encoded.size();
  kept_ += 4 + encoded.size();
  if (buffered_ > kMostBuffered) spool_all(spool);
}

void ChargePart::expect(std::vector<store::CostBucket> stored) {
  expects_ = true;
  for (auto& bucket : stored) stored_days_.emplace(DayOfBill(bucket.bill_id, bucket.charge_day), bucket);
  for (auto& day : days_) {
    const auto known = stored_days_.find({day.bill->bill_id, day.charge_day});
    if (known == stored_days_.end()) continue;
    day.stored = &known->second;
    settle(day);
  }
}

bool ChargePart::settle_equal(Day& day) {
  if (bucket_of(day).hash_sum != day.stored->hash_sum) return false;
  day.settled = true;
  buffered_ -= day.rows.size();
  kept_ -= day.rows.size();
  for (const auto& extent : day.spooled) kept_ -= extent.size;
  day.spooled = {};
  day.rows.clear();
  spare_ = std::exchange(day.rows, {});
  return true;
}

void ChargePart::spool_all(Spool& spool) {
  for (auto& day : days_) {
    if (day.rows.empty()) continue;
    day.spooled.push_back({spool.append(day.rows), day.rows.size()});
    day.rows.clear();
    if (day.rows.capacity() > kMostBuffered / 4) day.rows.shrink_to_fit();
  }
  buffered_ = 0;
}

store::CostBucket bucket_of(const ChargePart::Day& day) {
  store::CostBucket bucket;
  bucket.bill_id = day.bill->bill_id;
  bucket.billing_month = day.bill->billing_month;
  bucket.charge_day = day.charge_day;
  bucket.charges = day.charges;
  const std::uint64_t halves[2] = {__builtin_bswap64(day.sum_high), __builtin_bswap64(day.sum_low)};
  std::memcpy(bucket.hash_sum.bytes.data(), halves, 16);
  return bucket;
}

std::vector<store::CostBucket> ChargePart::buckets() const {
  std::vector<store::CostBucket> list;
  for (const auto& day : days_) list.push_back(bucket_of(day));
  return list;
}

void ChargePart::drop_kept() {
  for (auto& day : days_) {
    day.rows = {};
    day.spooled = {};
  }
  buffered_ = 0;
  kept_ = 0;
}

void ChargePart::forget_charges() {
  days_.clear();
  days_.shrink_to_fit();
  spare_ = {};
  index_.clear();
  last_ = 0;
  buffered_ = 0;
  kept_ = 0;
}

}  // namespace iz::ingest
