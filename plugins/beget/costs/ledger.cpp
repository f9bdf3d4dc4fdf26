// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/costs/ledger.hpp"

#include "beget/cursor_text.hpp"
#include "support/json.hpp"
#include <infrazen/days.hpp>
#include <infrazen/error.hpp>
#include <infrazen/json.hpp>
#include <infrazen/time.hpp>

namespace iz::beget {
namespace {

using infrazen::Decimal;
using infrazen::Error;
using infrazen::JsonArray;
using infrazen::JsonObject;
using support::JsonValue;

constexpr std::string_view kBases = "dmyo";  // in the order of Priced::Basis

Day day_of(JsonValue value) {
  const auto instant =
      value.text().size() == infrazen::kDateChars ? infrazen::parse_instant(value.text()) : std::nullopt;
  if (!instant) damaged_cursor();
  return std::chrono::floor<std::chrono::days>(*instant);
}

Decimal decimal_of(JsonValue value) {
  const auto decimal = value.decimal();
  if (!decimal) damaged_cursor();
  return *decimal;
}

JsonArray written(const Priced& priced) {
  JsonArray row;
  row.text(priced.type).text(priced.id).text(priced.name).text(priced.sku).text(priced.region).text(priced.project);
  row.text(std::string(1, kBases[static_cast<std::size_t>(priced.basis)]) + (priced.prepaid ? "p" : ""));
  row.text(priced.price.to_string()).text(priced.since ? infrazen::day_text(*priced.since) : "");
  row.text(priced.until == Day() ? "" : infrazen::day_text(priced.until));
  return row;
}

Priced read_priced(JsonValue row) {
  if (row.size() != 10) damaged_cursor();
  std::vector<JsonValue> cells(row.begin(), row.end());
  Priced priced;
  std::string* const texts[] = {&priced.type, &priced.id, &priced.name, &priced.sku, &priced.region, &priced.project};
  for (std::size_t i = 0; i < std::size(texts); ++i) *texts[i] = cells[i].text();
  const std::string_view basis = cells[6].text();
  const std::size_t place = basis.empty() ? std::string_view::npos : kBases.find(basis[0]);
  if (place == std::string_view::npos) damaged_cursor();
  priced.basis = static_cast<Priced::Basis>(place);
  priced.prepaid = basis.ends_with('p');
  priced.price = decimal_of(cells[7]);
  if (!cells[8].text().empty()) priced.since = day_of(cells[8]);
  if (!cells[9].text().empty()) priced.until = day_of(cells[9]);
  return priced;
}

}  // namespace

Ledger Ledger::read(std::string_view cursor) {
  Ledger ledger;
  if (cursor.empty()) return ledger;
  const std::string text = json_of(cursor);
  std::optional<support::JsonDocument> document;
  try {
    document.emplace(text, "the cursor");
  } catch (const Error&) {
    damaged_cursor();
  }
  const JsonValue root = document->root();
  if (root["v"].integer() != 1) damaged_cursor();
  if (root["first"].exists()) ledger.first = day_of(root["first"]);
  if (root["day"].exists()) ledger.day = day_of(root["day"]);
  for (const auto& [name, value] : root["sources"].members()) {
    Source& source = ledger.sources[std::string(name)];
    source.seen = day_of(value["seen"]);
    for (const JsonValue row : value["objects"]) source.objects.push_back(read_priced(row));
  }
  if (const JsonValue reading = root["reading"]; reading.exists())
    ledger.reading = {day_of(reading["day"]), decimal_of(reading["amount"])};
  ledger.accrued = decimal_of(root["accrued"]);
  if (const JsonValue open = root["unexplained"]; open.exists())
    ledger.unexplained = {day_of(open["from"]), day_of(open["to"]), decimal_of(open["amount"])};
  ledger.unpriced = root["unpriced"].text();
  return ledger;
}

std::string Ledger::cursor() const {
  JsonObject root;
  root.number("v", 1);
  if (first) root.text("first", infrazen::day_text(*first));
  if (day) root.text("day", infrazen::day_text(*day));
  JsonObject all;
  for (const auto& [name, source] : sources) {
    JsonArray rows;
    for (const Priced& priced : source.objects) rows.raw(written(priced).str());
    all.raw(name, JsonObject().text("seen", infrazen::day_text(source.seen)).raw("objects", rows.str()).str());
  }
  root.raw("sources", all.str());
  if (reading)
    root.raw(
        "reading",
        JsonObject().text("day", infrazen::day_text(reading->day)).text("amount", reading->amount.to_string()).str());
  root.text("accrued", accrued.to_string());
  if (unexplained) {
    root.raw("unexplained", JsonObject()
                                .text("from", infrazen::day_text(unexplained->from))
                                .text("to", infrazen::day_text(unexplained->to))
                                .text("amount", unexplained->amount.to_string())
                                .str());
  }
  root.text("unpriced", unpriced);
  return cursor_of(root.str(), "objects that cost money");
}

}  // namespace iz::beget
