// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "finops/focus_rules.hpp"

// When a column has to be null and when it has to be filled, as a table.
//
// ChargeClass and the statuses are null on most rows, and a null is "not Correction" and "not Unused": every condition
// below is null-safe. A ChargeCategory that FOCUS does not know satisfies no condition: it is reported once, as itself.
namespace iz::finops {

enum class When : std::uint8_t {
  always,
  tax,                 // ChargeCategory is Tax
  normal,              // Usage or Purchase, and not a Correction
  not_usage,           // ChargeCategory is not Usage
  unused,              // CommitmentDiscountStatus is Unused on a Usage row
  metered,             // Usage, neither Unused nor a Correction
  usage,               // ChargeCategory is Usage
  not_usage_purchase,  // neither Usage nor Purchase
  capacity_unused,     // CapacityReservationStatus is Unused
};

enum class Other : std::uint8_t { ignored, null, filled };

struct NullRule {
  std::uint32_t field;  // the column that has to be …
  bool must_be_null;    // … null, else filled
  When when;            // the row is such a row …
  std::uint32_t other;  // … and this column (0 = none) …
  Other state;          // … is in this state
  FocusVersion since;
  FocusVersion until;
  std::string_view message;
};

[[nodiscard]] std::span<const NullRule> null_rules();

// What of a row the conditions look at. Fits a byte-wise comparison: rows of one class are judged once.
struct RowClass {
  std::uint8_t category = 0;  // codes of focus_facts.hpp
  std::uint8_t charge_class = 0;
  std::uint8_t commitment_status = 0;
  std::uint8_t capacity_status = 0;
  bool operator==(const RowClass&) const = default;
};

[[nodiscard]] bool holds(When when, const RowClass& row);

}  // namespace iz::finops
