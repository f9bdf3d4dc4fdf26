// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "estate.hpp"
#include "ingest/rows/json_check.hpp"
#include "records/kinds.hpp"

// What a cell may hold is decided at the door: a value that PostgreSQL would refuse has to be a finding of its row, because in
// the mark it would take everybody else's rows with it.
namespace iz::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using records::Field;
using records::FieldType;

std::string nines(std::size_t count) { return std::string(count, '9'); }

// Well-formed and not, within the bounds of the database and beyond them.
const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts = {
      "", " ", "x", "NULL", "null", "\\N", "'; DROP TABLE infrazen.runs; --", "{", "}", "{}", "[]", "\"", "\\", "\t\r\n", "%s%n",
      std::string("a\0b", 3), "\xff", "\xed\xa0\x80", "\xf0\x9f\x92\xa9", "\xef\xbf\xbe", "\xe2\x80\xae", "\x7f\x01",
      "0", "-0", "-1", "1.50", "1e3", "1E-3", "1e+3", "1e-20000", "1e20000", "NaN", "Infinity", "-Infinity", nines(38),
      nines(39), "0." + nines(38), "0." + nines(39), "-" + nines(38), "32768", "2147483648", "-2147483649",
      "9223372036854775807", "9223372036854775808", "-9223372036854775808", "0x10", "1_000", " 1", "1 ",
      "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2199-12-31T23:59:59.999999Z", "2200-01-01T00:00:00Z",
      "0000-00-00T00:00:00Z", "2026-02-29T00:00:00Z", "2026-09-01T24:00:00Z", "2026-09-01T23:59:60Z", "infinity", "epoch",
      "1970-01-01", "2199-12-31", "294277-01-01", "4714-11-24 BC",
      R"({"a": 1e-20000})", R"({"a": 0e-20000})", R"({"a": 1e20000})", R"({"a": "\ud800"})", R"({"a": "\udc00\ud800"})",
      R"({"\u0000": 1})", R"({"a": "\u0000"})", R"({"a": 1, "a": 2})", R"({"a": 1e-1000})", R"({"a": "\ud83d\ude00"})",
      R"({"a": 1e299})", R"({"": ""})", R"(["a"])", R"([1, [2, [3]]])", R"(["\u0000"])", R"([1e-16384])", R"([null])",
      R"([{"a": {}}])", R"(["10.0.0.1", 5])", std::string(40, '[') + std::string(40, ']'), "{\"a\": 0." + std::string(20'000, '0') + "}",
      std::string(300, 'k'), std::string(3000, 'k'), std::string(70'000, 'k'), "{\"" + std::string(300'000, 'k') + "\": 1}"};
  return texts;
}

std::string good_value(const Field& field, std::string_view kind) {
  const std::string name(field.name);
  const auto has = [&name](std::string_view part) { return name.find(part) != std::string::npos; };
  if (has("urrency")) return name == "quote_currency" ? "USD" : "RUB";
  switch (field.type) {
    case FieldType::decimal: return "1.5";
    case FieldType::integer: return "1";
    case FieldType::instant: return has("End") || has("_end") || has("_to") ? "2026-10-01T00:00:00Z" : "2026-09-01T00:00:00Z";
    case FieldType::date: return "2026-09-01";
    case FieldType::json_object: return "{}";
    case FieldType::json_array: return "[]";
    case FieldType::text: break;
  }
  if (kind == "charge" && name == "ChargeCategory") return "Usage";
  if (kind == "log" && name == "log_type") return "system";
  return "good";
}

// A row with every needed field.
Record good_row(const records::Kind& kind) {
  Record row;
  for (const Field& field : kind.fields) {
    if (field.needed) row.set(field.id, good_value(field, kind.name));
  }
  return row;
}

class HostileCells : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  Estate estate;
};

TEST_P(HostileCells, of_no_field_fail_the_mark) {
  const records::Kind* kind = records::find_kind(GetParam());
  ASSERT_NE(kind, nullptr);
  const bool charges = kind->id == IZ_KIND_CHARGE;
  for (const Field& field : kind->fields) {
    std::vector<Record> rows{good_row(*kind)};
    for (const std::string& text : hostile_texts()) rows.push_back(good_row(*kind).set(field.id, text));
    auto run = estate.run({.stream = charges ? "costs" : "s"});
    try {
      if (charges) run->open("part", kind->id);
      run->push(kind->id, rows, charges ? "part" : "");
      if (charges) run->close("part", kind->id);
      run->mark();
    } catch (const std::exception& error) {
      ADD_FAILURE() << kind->name << "." << field.name << ": " << error.what();
    }
  }
  // The first row of each batch is a good one: nothing above counts if that was refused too.
  EXPECT_THAT(estate.query("SELECT rule, column_name, message FROM findings WHERE severity = 'rejected' AND position = 1"), IsEmpty());
  EXPECT_GT(estate.number("SELECT count(*) FROM findings WHERE severity = 'rejected'"), 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, HostileCells,
                         ::testing::Values(IZ_KIND_RESOURCE, IZ_KIND_RELATION, IZ_KIND_RETIREMENT, IZ_KIND_CHARGE, IZ_KIND_LOG,
                                           IZ_KIND_COMPONENT, IZ_KIND_PRICE, IZ_KIND_RATE, IZ_KIND_BALANCE, IZ_KIND_DOCUMENT,
                                           IZ_KIND_ACCOUNT),
                         [](const auto& kind) { return std::string(records::find_kind(kind.param)->name); });

class HostileJson : public ::testing::Test {
 protected:
  Estate estate;
};

TEST_F(HostileJson, a_number_beyond_the_database_costs_its_row_and_no_other) {
  const auto log = [](const std::string& event, const std::string& metadata) {
    return good_row(*records::find_kind(IZ_KIND_LOG)).set(IZ_LOG_EVENT_ID, event).set(IZ_LOG_METADATA, metadata);
  };
  auto run = estate.run({.stream = "logs"});
  run->push(IZ_KIND_LOG, {log("1", R"({"a": 1e-3})"), log("2", R"({"a": 1e-20000})"), log("3", "{}")}).mark();
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM resource_logs"), "2");
  EXPECT_THAT(estate.query("SELECT rule, column_name, value FROM findings"),
              Contains(ElementsAre("json_range", "metadata", R"({"a": 1e-20000})")));
}

// Everything that check_json() calls an object or an array is given to the server.
TEST_F(HostileJson, what_passes_the_check_passes_the_server) {
  std::vector<std::string> texts = hostile_texts();
  for (const char* number : {"0", "-0", "-0.0", "1e5", "1E+5", "1e299", "1e300", "1e308", "1e309", "5e-324", "1e-1100", "1e-1101",
                             "1e-16383", "1e-16384", "0e1100", "0e99999", "0e-99999", "0.0e-1099", "18446744073709551616",
                             "1e9223372036854775808", "1e-9223372036854775808", "-1.5e-1000"}) {
    texts.push_back("[" + std::string(number) + "]");
    texts.push_back("{\"a\": [" + std::string(number) + " ]}");
  }
  for (const char* text : {R"("\u0000")", R"("\\u0000")", R"("\ud800")", R"("\ud800\u0041")", R"("\udc00")", R"("\ud83d\ude00")",
                           R"("\uffff")", R"("\u001f")", R"("\/")", R"("\x")", "\"\x7f\"", "\"\t\"", "\"\xef\xbf\xbe\""}) {
    texts.push_back("[" + std::string(text) + "]");
    texts.push_back("{" + std::string(text) + ": 1}");
  }
  texts.push_back("[" + nines(299) + "]");
  texts.push_back("[" + nines(301) + "]");
  texts.push_back("[0." + nines(1100) + "]");
  texts.push_back("[0." + nines(17'000) + "]");
  std::size_t given = 0;
  for (const auto& text : texts) {
    const auto shape = ingest::check_json(text);
    if (shape != ingest::JsonShape::object && shape != ingest::JsonShape::array) continue;
    ++given;
    EXPECT_NO_THROW(estate.query("SELECT $json$" + text + "$json$::jsonb")) << text.substr(0, 100);
  }
  EXPECT_GT(given, 30U);
}

}  // namespace
}  // namespace iz::test
