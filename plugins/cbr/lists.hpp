// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cbr/quote.hpp"

// The bank's two documents. Readers of both throw infrazen::Error naming `origin`: transient for what is no such
// document (a page of a proxy or of maintenance, a body that was cut: they come with HTTP 200 too), permanent for a
// document with a field that has no sense.
namespace iz::cbr {

// XML_daily: all currencies of one day.
struct DailyList {
  struct Entry {
    std::string id;  // "R01235", what XML_dynamic asks for
    std::string currency;
    Quote quote;
  };
  Day day;  // the day the list is for: not always the one that was asked for
  std::vector<Entry> entries;

  [[nodiscard]] const Entry* find(std::string_view currency) const;  // by code: their order changes
};
[[nodiscard]] DailyList parse_daily(std::string_view body, const std::string& origin);

// XML_dynamic: one currency's lists within a range of days. Days without a list of their own have no record, and a
// range of days off has none at all.
struct History {
  struct Record {
    Day day;
    Quote quote;
  };
  std::string id;
  Day from;
  Day through;
  std::vector<Record> records;  // in the order of their days, each day once
};
[[nodiscard]] History parse_history(std::string_view body, const std::string& origin);

}  // namespace iz::cbr
