// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Billing exports made up by seed, and what they add up to. Amounts are whole numbers of 10^-12 units of currency here;
// nothing of the connector is used, so that a mistake in it cannot be made twice.
namespace iz::yandex::test {

__extension__ typedef __int128 Units;
inline constexpr int kUnitPlaces = 12;

// "-12.5" for -12500000000000.
std::string text_of(Units value);
Units units_of(std::string_view text);

struct MadeRow {
  std::map<std::string, std::string> cells;  // by column; labels as label.user_labels.<name>
  Units cost = 0, credit = 0;
};

// How a file is written: everything that may differ without meaning anything.
struct WritingStyle {
  bool byte_order_mark = false;
  bool crlf = false;
  bool quote_all = false;
  bool shuffle_columns = false;
  bool last_break = true;
};
std::string write_export(const std::vector<MadeRow>& rows, const WritingStyle& style, std::mt19937_64& random);

struct MadeDay {
  std::string account, date;
  std::vector<MadeRow> rows;
  std::map<std::string, Units> fees;  // by SKU of the commitment
  Units payable = 0;
};
MadeDay make_day(const std::string& account, const std::string& date, std::mt19937_64& random);
WritingStyle make_style(std::mt19937_64& random);

}  // namespace iz::yandex::test
