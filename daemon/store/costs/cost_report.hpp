// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/decimal.hpp>

#include "store/session/database.hpp"

// What a month cost, by one dimension. Read as whoever the session is: row-level security applies.
namespace iz::store {

enum class CostDimension : std::uint8_t { service, account, sub_account, region, connection, category, tag };

// "service", "account", "sub-account", "region", "connection", "category" or "tag:KEY"; false when it is none of them.
[[nodiscard]] bool parse_cost_dimension(std::string_view text, CostDimension& dimension, std::string& tag_key);

struct CostLine {
  std::string key;   // "" = the charges have none
  std::string name;  // account's name and the like; may be empty
  std::string currency;
  infrazen::Decimal billed;     // BilledCost
  infrazen::Decimal effective;  // EffectiveCost, where a charge gave one
  std::int64_t charges = 0;
};

struct CostReport {
  std::vector<CostLine> lines;   // largest billed first, within a currency
  std::vector<CostLine> totals;  // one per currency; currencies are never added up
};

struct CostQuestion {
  std::chrono::year_month month;  // the billing month
  CostDimension by = CostDimension::service;
  std::string tag_key;
  std::string connection;  // empty = all that the session may see
};

[[nodiscard]] CostReport cost_report(Database& database, const CostQuestion& question);

}  // namespace iz::store
