// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>

#include "finops/billing_days.hpp"
#include "ingest/charges/charge_dimensions.hpp"
#include "ingest/charges/charge_loader.hpp"
#include "ingest/charges/charge_part.hpp"
#include "store/costs/cost_difference.hpp"

namespace iz::ingest {

// Makes the stored charges of a part those of its delivery, by multiset difference: days whose fingerprints agree are
// not looked at, equal charges of the others stay, and what changed, came or went is noted. Memory is bounded by a
// slice of a day. In a back-fill only the days that its window touches can be emptied: a part that reaches beyond it
// keeps what it has of days that were not delivered.
class ChargeDifference {
 public:
  struct Days {
    finops::BillingDate first;
    finops::BillingDate last;
  };
  // `window`: the days of a back-fill.
  ChargeDifference(ChargeDimensions& dimensions, ChargeLoader& loader, const Spool& spool, std::optional<Days> window)
      : dimensions_(dimensions), loader_(loader), spool_(spool), window_(window) {}

  void write(store::MarkTransaction& tx, ChargePart& part);
  // Hands all that a part has kept to the loader: of a part that was never delivered.
  void insert_all(const ChargePart& part);

 private:
  void insert_day(const ChargePart::Day& day);
  void compare_day(store::MarkTransaction& tx, std::int32_t part_id, const store::CostBucket& stored,
                   const ChargePart::Day* delivered);
  // The first charges of a settled day are what is stored of it: the kept ones came to it.
  void add_to_day(store::MarkTransaction& tx, std::int32_t part_id, const store::CostBucket& stored, const ChargePart::Day& day);
  void compare_slice(store::CostDifference& difference, const ChargePart::Day* delivered, std::uint32_t from, std::uint32_t to);
  void insert(const ChargePart::Day& day, std::string_view encoded);

  ChargeDimensions& dimensions_;
  ChargeLoader& loader_;
  const Spool& spool_;
  const std::optional<Days> window_;
  std::string scratch_;
};

}  // namespace iz::ingest
