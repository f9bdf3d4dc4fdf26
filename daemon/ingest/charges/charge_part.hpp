// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/charges/charge_rows.hpp"
#include "ingest/rows/spool.hpp"
#include "store/costs/cost_bills.hpp"

namespace iz::ingest {

// One delivery of one part of a bill: per day of each bill the number of charges and the sum of their hashes, and, unless
// they are written ahead, the charges themselves in the spool, day by day. Charges of a day that turn out to be those that are
// stored are not kept any longer: nearly all of a bill that is delivered again.
class ChargePart {
 public:
  ChargePart(std::string scope, store::CostPart stored) : scope_(std::move(scope)), stored_(stored) {}

  struct Extent {
    std::uint64_t offset = 0;
    std::size_t size = 0;
  };
  struct Day {
    Bill* bill = nullptr;
    std::chrono::sys_days charge_day;
    std::int64_t charges = 0;
    std::uint64_t sum_low = 0;   // of the hashes, modulo 2^128
    std::uint64_t sum_high = 0;
    std::string rows;            // each with its length (4 bytes) before it; what is not spooled yet
    std::vector<Extent> spooled;
    const store::CostBucket* stored = nullptr;  // of the delivery before, once that is known
    bool settled = false;                       // the first of its charges are all that is stored of it; kept are the others
  };

  [[nodiscard]] const std::string& scope() const noexcept { return scope_; }
  [[nodiscard]] std::int32_t part_id() const noexcept { return stored_.part_id; }
  [[nodiscard]] bool delivered_before() const noexcept { return stored_.delivered; }

  // Counts a charge in its day.
  Day& count(const EncodedCharge& charge);
  // Keeps an encoded charge for the mark. Buffers beyond their share go to the spool.
  void keep(Day& day, std::string_view encoded, Spool& spool);
  void spool_all(Spool& spool);
  // The days of the delivery before, to settle days with.
  void expect(std::vector<store::CostBucket> stored);
  [[nodiscard]] bool expects() const noexcept { return expects_; }
  // Lets go of a day's charges if they are, as a multiset, those that are stored; true if it did. After keep().
  bool settle(Day& day) {
    return day.stored != nullptr && !day.settled && day.charges == day.stored->charges && settle_equal(day);
  }
  [[nodiscard]] std::size_t kept_bytes() const noexcept { return kept_; }
  [[nodiscard]] std::size_t spooled_bytes() const noexcept { return kept_ - buffered_; }
  void drop_kept();  // the charges, not the counts

  [[nodiscard]] const std::vector<Day>& days() const noexcept { return days_; }
  [[nodiscard]] std::vector<store::CostBucket> buckets() const;
  void forget_charges();

  bool written_ahead = false;  // its charges are in the mark's transaction already, not here
  bool closed = false;
  bool abandoned = false;      // was open at a mark: may not go on

 private:
  static constexpr std::size_t kMostBuffered = 8U << 20;
  using DayOfBill = std::pair<std::int64_t, std::chrono::sys_days>;

  bool settle_equal(Day& day);

  std::string scope_;
  store::CostPart stored_;
  std::vector<Day> days_;
  std::map<DayOfBill, std::size_t> index_;
  std::map<DayOfBill, store::CostBucket> stored_days_;
  bool expects_ = false;
  std::string spare_;  // a buffer that was let go of
  std::size_t last_ = 0;
  std::size_t buffered_ = 0;
  std::size_t kept_ = 0;
};

[[nodiscard]] store::CostBucket bucket_of(const ChargePart::Day& day);

// Calls take(encoded) for every charge of a day, reading at most a piece of the spool at a time.
template <typename Take>
void for_each_charge(const ChargePart::Day& day, const Spool& spool, std::string& scratch, Take take) {
  const auto walk = [&](std::string_view rows) {
    while (!rows.empty()) {
      std::uint32_t size;
      std::memcpy(&size, rows.data(), 4);
      take(rows.substr(4, size));
      rows.remove_prefix(4 + size);
    }
  };
  for (const auto& extent : day.spooled) {
    spool.read(extent.offset, extent.size, scratch);
    walk(scratch);
  }
  walk(day.rows);
}

}  // namespace iz::ingest
