// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/reports/usage_report.hpp"

#include <gmock/gmock.h>

#include "yandex/reports/imported_sums.hpp"
#include "yandex/reports/protobuf.hpp"
#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(UsageReport, the_request_is_the_bytes_that_protobuf_says) {
  // billing_account_id = 1: "ab"; start_date = 2, end_date = 3: Timestamp{seconds = 1: 86400, 172800}; DAY = 1 in 10
  EXPECT_EQ(service_report_request("ab", Day(1970y / 1 / 2), Day(1970y / 1 / 3)),
            "\x0a\x02"
            "ab"
            "\x12\x04\x08\x80\xa3\x05"
            "\x1a\x04\x08\x80\xc6\x0a"
            "\x50\x01"s);
  EXPECT_EQ(framed("abc"),
            "\0\0\0\0\x03"
            "abc"s);
}

TEST(UsageReport, services_are_read_by_day_whatever_else_the_answer_has) {
  // entities_data = 5 {cost = 1 {"9"}, entity = 4 {id = 1 "s1", name = 2 "Compute", description = 3},
  //   periodic = 5 {expense = 3 {"-1.25"}, timestamp = 4 {seconds 86400, nanos = 2: 1}}, a fixed64 = 9}
  const std::string period =
      "\x1a\x07\x0a\x05"
      "-1.25"
      "\x22\x06\x08\x80\xa3\x05\x10\x01"s;
  const std::string entity =
      "\x0a\x02"
      "s1"
      "\x12\x07"
      "Compute"
      "\x1a\x01"
      "x"s;
  const std::string body =
      "\x0a\x03\x0a\x01"
      "9"
      "\x22" +
      std::string(1, static_cast<char>(entity.size())) + entity + "\x2a" +
      std::string(1, static_cast<char>(period.size())) + period +
      "\x49"
      "12345678"s;
  const std::string message = "\x08\x01\x2a" + std::string(1, static_cast<char>(body.size())) + body;
  const ServiceReport report = read_service_report(unframed(framed(message)));
  ASSERT_EQ(report.size(), 1U);
  EXPECT_EQ(report.at("s1").name, "Compute");
  EXPECT_EQ(report.at("s1").expense.at(Day(1970y / 1 / 2)).to_string(), "-1.25");
}

TEST(UsageReport, an_answer_that_is_cut_is_said_to_be_cut) {
  const std::string whole = framed(
      "\x08\x01\x2a\x03"
      "abc"s);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_THROW((void)unframed(std::string_view(whole).substr(0, size)), infrazen::Error) << size;
  }
  for (const std::string& cut : {"\x2a\x05"
                                 "abc"s,
                                 "\x08"s, "\x2a"s, "\x0b"s}) {
    EXPECT_THROW((void)read_service_report(cut), infrazen::Error);
  }
}

TEST(ImportedSums, survive_the_checkpoint_and_the_oldest_days_go_when_it_is_full) {
  ImportedSums sums("");
  sums.last_request = *infrazen::parse_instant("2026-10-01T00:00:00Z");
  sums.last_comparison["acc"] = *infrazen::parse_instant("2026-09-01T00:00:00Z");
  ExportHeader header;
  header.places.fill(-1);
  header.places[static_cast<std::size_t>(Column::billing_account_id)] = 0;
  header.places[static_cast<std::size_t>(Column::service_id)] = 1;
  ExportRow row;
  row.header = &header;
  row.cells = {"acc", "svc"};
  row.cost = *infrazen::Decimal::parse("10.5");
  row.grant = *infrazen::Decimal::parse("-0.25");
  for (row.day = Day(2020y / 1 / 1); row.day < Day(2026y / 1 / 1); row.day += std::chrono::days(1)) {
    sums.begin_file();
    sums.add(row);
    sums.add(row);
    sums.take({"acc", row.day});
  }
  const std::string text = sums.str();
  EXPECT_LE(text.size(), std::size_t{40} << 10);
  const ImportedSums again(text);
  EXPECT_EQ(again.last_request, sums.last_request);
  EXPECT_EQ(again.last_comparison.at("acc"), sums.last_comparison.at("acc"));
  EXPECT_EQ(again.days().at({"acc", Day(2025y / 12 / 31)}).at("svc").to_string(), "20.5");
  EXPECT_FALSE(again.days().contains({"acc", Day(2020y / 1 / 1)}));
}

TEST(ImportedSums, of_thousands_of_accounts_the_comparisons_of_longest_ago_go_first_and_days_keep_their_room) {
  ImportedSums sums("");
  for (int i = 0; i < 3000; ++i) {
    sums.last_comparison["account-" + std::to_string(i)] =
        *infrazen::parse_instant("2026-09-01T00:00:00Z") + std::chrono::minutes(i);
  }
  sums.take({"account-0", Day(2026y / 9 / 1)});
  const std::string text = sums.str();
  EXPECT_LE(text.size(), std::size_t{40} << 10);
  const ImportedSums again(text);
  EXPECT_TRUE(again.last_comparison.contains("account-2999"));
  EXPECT_FALSE(again.last_comparison.contains("account-0")) << "the one that is due next anyway";
  EXPECT_TRUE(again.days().contains({"account-0", Day(2026y / 9 / 1)}));
}

}  // namespace
}  // namespace iz::yandex
