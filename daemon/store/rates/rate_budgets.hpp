// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/session/database.hpp"
#include "store/streams/streams.hpp"

// The rows in which daemons share what a provider's account may be asked. What is done with them:
// schedule/rate_budget.hpp.
namespace iz::store {

// One host as one account of a provider may call it.
struct RateKey {
  std::string provider;
  std::string account;
  std::string host;
  auto operator<=>(const RateKey&) const = default;
};

// Instants are the database's; the epoch stands for "never".
struct RateState {
  Instant next_slot{};     // what lies before is given away
  Instant paused_until{};  // the provider said so
  Instant slowed_at{};     // by the last 429
  double slowed_rate = 0;  // requests a second at that moment
  double ceiling = 0;      // where it grows back to, when no limit is configured
  bool operator==(const RateState&) const = default;
};

struct RateRow {
  RateState state;
  Instant now{};
};

// Lets `change` rewrite the row while nobody else can, and returns it. Commits without waiting for the disk: what a
// crash of the server loses is a fraction of a second of a budget. RunError as ever.
RateRow change_rate_budget(Database& database, const RateKey& key,
                           const std::function<void(RateState& state, Instant now)>& change);

// In the order of the keys; one that has no row yet is as new.
[[nodiscard]] std::vector<RateRow> load_rate_budgets(Database& database, const std::vector<RateKey>& keys);

// Rows that nobody has touched for so long. Returns how many went.
std::size_t drop_idle_rate_budgets(Database& database, std::chrono::hours idle);

}  // namespace iz::store
