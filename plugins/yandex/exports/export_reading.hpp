// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/byte_source.hpp"
#include "support/issues.hpp"
#include "yandex/costs/commitments.hpp"
#include "yandex/costs/cost_settings.hpp"
#include "yandex/rows/export_row.hpp"
#include <infrazen/sink.hpp>

// Reading one billing export: twice, because a row that a commitment covers cannot be written before every row of its
// day was seen. Memory grows with the number of accounts, days, SKUs and commitments in the file, not with its rows.
namespace iz::yandex {

// What is delivered, replaced and restated as one: a billing account's charges of one billing day.
struct AccountDay {
  std::string account;
  Day day{};
  auto operator<=>(const AccountDay&) const = default;
  bool operator==(const AccountDay& other) const { return day == other.day && account == other.account; }
};

// The name of its scope. Every export that holds the day goes there.
[[nodiscard]] std::string scope_of(const AccountDay& day);

// What a row adds up to, to hold passes and charges against each other.
struct RowSums {
  std::uint64_t rows = 0;
  infrazen::Decimal payable;  // cost + credit
  bool operator==(const RowSums&) const = default;
};

struct SurveyedDay {
  DayCommitments commitments;
  RowSums sums;
  std::int64_t newest = 0;  // the greatest updated_at, seconds since the epoch
  std::string locale;       // of its first row
  bool main = false;        // no day of this account has more rows in this file
};

struct Survey {
  ExportHeader header;
  std::map<AccountDay, SurveyedDay> days;
  bool refused = false;  // the file is no billing export; findings say why
};

struct ReadingHooks {
  std::function<void(std::uint64_t bytes)> progress = [](std::uint64_t) {};  // now and then; may throw
  std::function<void(const ExportRow&)> row = [](const ExportRow&) {};       // every row that is taken
};

// First pass. Findings go to `issues`. Throws infrazen::Error (transient) for a file that is cut off.
[[nodiscard]] Survey survey_export(support::ByteSource& source, std::string_view name, support::Issues& issues,
                                   const ReadingHooks& hooks);

// Second pass: the charges of `days` into their scopes, which are open. Throws infrazen::Error (transient) when the
// file is not the one that was surveyed.
struct Delivery {
  const infrazen::Sink& sink;
  const CostSettings& settings;
  infrazen::Micros now;
  std::string_view name;
};
void deliver_export(support::ByteSource& source, Survey& survey, const std::set<AccountDay>& days,
                    const Delivery& delivery, const ReadingHooks& hooks);

}  // namespace iz::yandex
