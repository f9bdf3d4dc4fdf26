// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/json.hpp"
#include <infrazen/decimal.hpp>
#include <infrazen/time.hpp>

namespace iz::yandex {

// The price of the slice of a month's quantity that begins at `from`.
struct Tier {
  infrazen::Decimal from, price;
};

// What a SKU costs from an instant on, until its next version of the same kind; that may lie in the future.
struct PriceVersion {
  bool contract = false;  // of one billing account; comes before the street price
  infrazen::Micros since;
  std::vector<Tier> tiers;  // ascending; never empty
  std::string currency;
};

struct Sku {
  std::string id, name, service_id, unit;
  std::vector<PriceVersion> versions;  // by kind, then since

  // Where the version ends; nothing while it is the last of its kind.
  [[nodiscard]] std::optional<infrazen::Micros> end_of(const PriceVersion& version) const;
  // The version that holds at that time; nullptr before the first.
  [[nodiscard]] const PriceVersion* at(infrazen::Micros time) const;
};

// An element of /billing/v1/skus. Whatever of it cannot be read is left out and named in `faults`.
[[nodiscard]] Sku read_sku(support::JsonValue json, std::vector<std::string>& faults);

}  // namespace iz::yandex
