// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/issues.hpp"
#include "yandex/rows/export_row.hpp"
#include <infrazen/decimal.hpp>

// Reserved consumption (CVoS) of one billing account on one day. The export has the fee as rows of SKUs of their own
// and a negative cud_credit on the usage that was covered; which fee covers which usage is matched by the family of the
// SKU, the name of the fee's SKU without "CVoS." and term. Yandex gives a commitment no id: it is billing account /
// SKU.
//
// Two passes over the export: add() sees every row, shares() the covered ones again. What is kept grows with the number
// of SKUs, not of rows.
namespace iz::yandex {

struct Commitment {
  std::string id;
  // Of its first fee row.
  std::vector<std::string> cells;
  std::uint64_t line = 0;
  std::string sku_id, name, family, unit;
  infrazen::Decimal fee;       // what it costs this day
  infrazen::Decimal quantity;  // what it holds this day
  // Handed out so far.
  infrazen::Decimal used_fee;
  infrazen::Decimal used_quantity;
};

// The part of a row that commitments pay.
struct Coverage {
  infrazen::Decimal quantity;
  infrazen::Decimal list;  // at list price
  infrazen::Decimal paid;  // what would have been billed for it
  infrazen::Decimal left;  // of the cud_credit, beyond what the row costs: ≤ 0
  bool whole = false;      // nothing of the row is left to bill
};
// Nothing when no commitment pays for any of the row.
[[nodiscard]] std::optional<Coverage> coverage_of(const ExportRow& row);

[[nodiscard]] bool is_commitment_fee(const ExportRow& row);

// A commitment's part in a covered row.
struct CommitmentShare {
  const Commitment* commitment = nullptr;  // null: the day has no fee that could have paid
  infrazen::Decimal weight;                // of the row's coverage: held ÷ held by all that share it
  infrazen::Decimal effective;             // of the fee
};

class DayCommitments {
 public:
  void add(const ExportRow& row);
  // Between the passes: matches usage with fees.
  void settle(support::Issues& issues);

  // Whether the row's share can only be told once all others were: it takes what rounding leaves over.
  [[nodiscard]] bool comes_last(const ExportRow& row);
  // One share per commitment that covers the row, in the order of their ids.
  void shares(const ExportRow& row, const Coverage& coverage, bool last, std::vector<CommitmentShare>& out);

  // After the last row: what nothing used. 0 for both if it was used up.
  struct Rest {
    infrazen::Decimal fee, quantity;
  };
  [[nodiscard]] Rest rest_of(const Commitment& commitment) const;
  [[nodiscard]] const std::map<std::string, Commitment, std::less<>>& commitments() const { return commitments_; }
  [[nodiscard]] static std::string id_of(const ExportRow& fee);

 private:
  struct Pool {  // commitments of one family
    std::vector<Commitment*> members;
    infrazen::Decimal held, covered, divisor;
    bool used_up = false;
    // Of the row that comes last: the one that is covered most.
    infrazen::Decimal most;
    std::uint64_t last_identity = 0;
    bool last_met = false;
  };
  struct CoveredSku {
    std::string name, unit;
    infrazen::Decimal quantity, most;
    std::uint64_t last_identity = 0;
    std::uint64_t line = 0;
    Pool* pool = nullptr;
  };
  Pool* pool_for(const CoveredSku& sku);
  Pool* pool_of(const ExportRow& row);

  std::map<std::string, Commitment, std::less<>> commitments_;  // by SKU
  std::map<std::string, CoveredSku, std::less<>> skus_;
  std::map<std::string, Pool, std::less<>> pools_;  // by family
};

}  // namespace iz::yandex
