// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "export_writer.hpp"

#include <algorithm>
#include <set>

namespace iz::yandex::test {
namespace {

constexpr Units kOne = 1'000'000'000'000;

std::uint64_t dice(std::mt19937_64& random, std::uint64_t sides) {
  return random() % sides;
}

const char* const kServices[] = {"Compute Cloud", "Object Storage", "Managed Service for PostgreSQL",
                                 "Виртуальные сети, \"VPC\""};
const char* const kTeams[] = {"", "shop", "data", "команда", "a,b", "line\nbreak"};

MadeRow plain_row(const std::string& account, const std::string& date, std::mt19937_64& random) {
  MadeRow row;
  const std::uint64_t service = dice(random, 4);
  const std::uint64_t sku = dice(random, 5);
  row.cells = {{"billing_account_id", account},
               {"billing_account_name", "made-up " + account},
               {"cloud_id", "cloud-1"},
               {"cloud_name", "main"},
               {"folder_id", "folder-" + std::to_string(dice(random, 3))},
               {"folder_name", dice(random, 4) == 0 ? "" : "folder"},
               {"resource_id", dice(random, 5) == 0 ? "" : "res-" + std::to_string(dice(random, 20))},
               {"service_id", "svc-" + std::to_string(service)},
               {"service_name", kServices[service]},
               {"sku_id", "sku-" + std::to_string(service) + "-" + std::to_string(sku)},
               {"sku_name", "SKU, number \"" + std::to_string(sku) + "\""},
               {"date", date},
               {"currency", "RUB"},
               {"pricing_unit", "gbyte*hour"},
               {"locale", "ru"},
               {"updated_at", std::to_string(1792000000 + dice(random, 100'000))},
               {"exported_at", "2026-10-15T01:04:42Z"}};
  // Prices with 4 decimals, quantities with up to 3; sometimes a cost that is no product at all, as with tiers.
  const Units price = static_cast<Units>(dice(random, 90'000) + 1) * (kOne / 10'000);
  const Units thousandths = static_cast<Units>(dice(random, 100'000) + 1);
  row.cost = price * thousandths / 1000;
  if (dice(random, 6) == 0) row.cost = row.cost / 3 + 1;
  row.cells["pricing_quantity"] = text_of(thousandths * (kOne / 1000));
  row.cells["label.user_labels.team"] = kTeams[dice(random, 6)];
  if (dice(random, 2) == 0) row.cells["label.user_labels.cost-center"] = "cc-" + std::to_string(dice(random, 4));
  if (dice(random, 7) == 0) row.cells["label.user_labels.new." + date.substr(8)] = "x";
  return row;
}

void credit(MadeRow& row, const std::string& column, Units amount) {
  row.cells[column] = text_of(amount);
  row.credit += amount;
}

void finish(MadeRow& row) {
  row.cells["cost"] = text_of(row.cost);
  row.cells["credit"] = text_of(row.credit);
  for (const char* column : {"monetary_grant_credit", "volume_incentive_credit", "cud_credit", "misc_credit"})
    row.cells.try_emplace(column, "0");
}

// A commitment of some cores, and usage of them: wholly covered, partly covered, not covered.
void add_commitment(MadeDay& day, const std::string& family, std::uint64_t number, std::mt19937_64& random) {
  const Units price = static_cast<Units>(dice(random, 20'000) + 5'000) * (kOne / 10'000);
  const Units fee_price = price * 4 / 5;
  const std::uint64_t held = 24 * (dice(random, 16) + 1);
  MadeRow fee = plain_row(day.account, day.date, random);
  const std::string sku = "cvos-" + std::to_string(number);
  fee.cells["sku_id"] = sku;
  fee.cells["sku_name"] = "CVoS. " + family + ", 1 year";
  fee.cells["resource_id"] = "";
  fee.cells["service_id"] = "svc-0";
  fee.cells["service_name"] = kServices[0];
  fee.cells["pricing_unit"] = "core*hour";
  fee.cells["pricing_quantity"] = std::to_string(held);
  fee.cost = fee_price * static_cast<Units>(held) + static_cast<Units>(dice(random, 3));
  day.fees[sku] = fee.cost;
  finish(fee);
  day.rows.push_back(fee);

  std::uint64_t left = dice(random, 3) == 0 ? held / 2 : held;  // sometimes half of it stays unused
  for (int i = 0; left != 0; ++i) {
    MadeRow row = plain_row(day.account, day.date, random);
    const std::uint64_t covered = i == 6 ? left : dice(random, left) + 1;
    const std::uint64_t beyond = dice(random, 3) == 0 ? dice(random, 24) + 1 : 0;
    left -= covered;
    row.cells["sku_id"] = "cpu-" + std::to_string(number);
    row.cells["sku_name"] = family;
    row.cells["service_id"] = "svc-0";
    row.cells["service_name"] = kServices[0];
    row.cells["resource_id"] = "vm-" + std::to_string(number) + "-" + std::to_string(i);
    row.cells["pricing_unit"] = "core*hour";
    row.cells["pricing_quantity"] = std::to_string(covered + beyond);
    row.cost = price * static_cast<Units>(covered + beyond);
    credit(row, "cud_credit", -price * static_cast<Units>(covered));
    finish(row);
    day.rows.push_back(row);
  }
}

std::string quoted(std::string_view text, bool always) {
  if (!always && text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string text_of(Units value) {
  std::string digits;
  Units rest = value < 0 ? -value : value;
  for (int i = 0; i < kUnitPlaces || rest != 0; ++i) {
    if (i == kUnitPlaces) digits += '.';
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (digits.size() == kUnitPlaces) digits += ".0";
  if (value < 0) digits += '-';
  std::ranges::reverse(digits);
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

Units units_of(std::string_view text) {
  Units value = 0;
  int places = -1;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  for (const char c : text) {
    if (c == '.') {
      places = 0;
    } else {
      value = value * 10 + (c - '0');
      if (places >= 0) ++places;
    }
  }
  for (int i = places < 0 ? 0 : places; i < kUnitPlaces; ++i) value *= 10;
  return negative ? -value : value;
}

std::string write_export(const std::vector<MadeRow>& rows, const WritingStyle& style, std::mt19937_64& random) {
  std::set<std::string> names;
  for (const MadeRow& row : rows) {
    for (const auto& [name, value] : row.cells) names.insert(name);
  }
  std::vector<std::string> columns(names.begin(), names.end());
  if (style.shuffle_columns) std::ranges::shuffle(columns, random);
  const std::string line_break = style.crlf ? "\r\n" : "\n";
  std::string out = style.byte_order_mark ? "\xEF\xBB\xBF" : "";
  for (std::size_t i = 0; i < columns.size(); ++i) out += (i == 0 ? "" : ",") + quoted(columns[i], style.quote_all);
  for (const MadeRow& row : rows) {
    out += line_break;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto cell = row.cells.find(columns[i]);
      out += (i == 0 ? "" : ",") + quoted(cell == row.cells.end() ? std::string() : cell->second, style.quote_all);
    }
  }
  return style.last_break ? out + line_break : out;
}

MadeDay make_day(const std::string& account, const std::string& date, std::mt19937_64& random) {
  MadeDay day{.account = account, .date = date, .rows = {}, .fees = {}, .payable = 0};
  const std::uint64_t count = 20 + dice(random, 60);
  for (std::uint64_t i = 0; i < count; ++i) {
    MadeRow row = plain_row(account, date, random);
    switch (dice(random, 6)) {
      case 0: credit(row, "monetary_grant_credit", -row.cost / 2); break;
      case 1: credit(row, "volume_incentive_credit", -row.cost / 7); break;
      case 2:
        credit(row, "misc_credit", -row.cost / 3);
        credit(row, "monetary_grant_credit", -row.cost / 5);
        break;
      default: break;
    }
    finish(row);
    day.rows.push_back(row);
  }
  const std::uint64_t commitments = dice(random, 3);
  for (std::uint64_t i = 0; i < commitments; ++i)
    add_commitment(day, "Family " + std::to_string(i) + ". vCPU", i, random);
  std::ranges::shuffle(day.rows, random);
  for (const MadeRow& row : day.rows) day.payable += row.cost + row.credit;
  return day;
}

WritingStyle make_style(std::mt19937_64& random) {
  return {.byte_order_mark = dice(random, 2) == 0,
          .crlf = dice(random, 2) == 0,
          .quote_all = dice(random, 2) == 0,
          .shuffle_columns = dice(random, 2) == 0,
          .last_break = dice(random, 2) == 0};
}

}  // namespace iz::yandex::test
