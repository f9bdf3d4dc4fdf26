// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "finops/billing_days.hpp"
#include "ingest/charges/charge_bills.hpp"
#include "ingest/charges/charge_dimensions.hpp"
#include "ingest/charges/charge_plan.hpp"
#include "ingest/charges/charge_texts.hpp"
#include "ingest/ingest_context.hpp"

namespace iz::ingest {

// What a charge's group of texts refers to: nothing when all of them are null.
struct ChargeContent {
  ChargeDimensions::Known* known = nullptr;  // until the next charge
  bool stored_inline = false;
};
using ChargeContents = std::array<ChargeContent, store::kCostGroups>;

// What is known of a charge once it is encoded.
struct EncodedCharge {
  Bill* bill = nullptr;
  std::chrono::sys_days charge_day;
  Digest row_hash;
  ChargeContents contents;      // only of texts that were not met before
  KnownTexts* texts = nullptr;  // until the next charge; nullptr: its texts are not to be remembered
};

// Turns rows into fact rows for COPY BINARY: validates, hashes, replaces repeated texts by ids. No allocation per row
// once its buffers have grown. See docs/decisions/0001 for what the row hash covers.
class ChargeRows {
 public:
  ChargeRows(IngestContext& context, ChargeDimensions& dimensions, ChargeBills& bills, const finops::BillingDays& days)
      : context_(context), dimensions_(dimensions), bills_(bills), days_(days) {}

  // Texts met under another plan are met anew.
  void forget_texts() { texts_.clear(); }
  // Looks ahead at the texts of rows that are about to be encoded, at most kAhead of them.
  static constexpr std::size_t kAhead = 16;
  void look_ahead(const ChargePlan& plan, const records::BatchView& batch, std::size_t row, std::size_t rows);
  // Appends the fact row to `out`. nullopt: the row cannot be represented, a finding says why, `out` is as it was.
  // `insert_only`: the row will be stored for sure, so its dimensions are needed. After look_ahead() at the row.
  std::optional<EncodedCharge> encode(const ChargePlan& plan, const records::BatchView& batch, std::size_t row,
                                      std::int32_t part_id, bool insert_only, std::string& out);

 private:
  // An instant column repeats its text for rows on end.
  struct InstantMemory {
    char text[32] = {};
    std::size_t size = 0;
    std::int64_t value = 0;
  };
  struct GroupResult {
    bool present = false;
    std::size_t offset = 0;  // of its content in content_
    std::size_t size = 0;
    Digest digest;
  };

  struct RowTexts {
    std::array<Digest, store::kCostGroups> digests;
    std::uint8_t by_id = 0;  // a bit for each group
  };

  bool instant(const records::BatchView& batch, std::size_t row, int column, std::string_view name,
               InstantMemory& memory, std::int64_t& value);
  // Content and digest of a group; its slot among the known ones is on its way into the cache when this returns.
  void gather(const ChargePlan& plan, const records::BatchView& batch, std::size_t row, std::size_t g,
              GroupResult& result);
  bool resolve(const ChargePlan& plan, const records::BatchView& batch, std::size_t row, std::size_t g,
               bool insert_only, const GroupResult& result, ChargeContent& content);
  bool check_content(const ChargePlan& plan, const records::BatchView& batch, std::size_t row, std::size_t g,
                     bool& odd);
  void warn_odd(const ChargePlan& plan, const records::BatchView& batch, std::size_t row, std::size_t g);
  // The digests of a row's groups and which of them it has by id. False: the row stays out, a finding says why.
  bool texts(const ChargePlan& plan, const records::BatchView& batch, std::size_t row, bool insert_only,
             EncodedCharge& charge, RowTexts& texts);
  bool new_texts(const ChargePlan& plan, const records::BatchView& batch, std::size_t row, bool insert_only,
                 EncodedCharge& charge, RowTexts& texts);
  void need(KnownTexts& known);
  bool amounts(const ChargePlan& plan, const records::BatchView& batch, std::size_t row, char*& out, char*& hashed);

  IngestContext& context_;
  ChargeDimensions& dimensions_;
  ChargeBills& bills_;
  const finops::BillingDays& days_;
  std::array<InstantMemory, 4> memory_;
  ChargeTexts texts_;
  std::array<Digest, kAhead> keys_;
  ContentBuffer content_;  // of all groups of a row
  std::string inline_;
};

}  // namespace iz::ingest
