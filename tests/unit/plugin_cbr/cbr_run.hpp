// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <gmock/gmock.h>

#include "cbr/quote.hpp"
#include "harness/paths.hpp"
#include "harness/read_text.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/testkit/host.hpp>

// Runs the connector in process, against answers in memory.
namespace iz::cbr::test {

using infrazen::Kind;
using infrazen::testkit::Recording;
using infrazen::testkit::Row;
using iz::test::read_text;

inline const std::filesystem::path kFolder = iz::test::kSourceDir / "plugins/cbr";
inline const std::string kBank = "https://www.cbr.ru/scripts";

// Noon in Moscow.
inline infrazen::Micros noon(std::string_view day) {
  return infrazen::Micros(parse_iso_day(day)) + std::chrono::hours(9);
}

class Connection {
 public:
  explicit Connection(const std::string& currencies = R"(["USD"])", std::string_view since = "2026-03-01") {
    host_.setting("base_url", kBank)
        .json_setting("currencies", currencies)
        .setting("since", since)
        .setting("contact", "finops@harbour.example")
        .clock(noon("2026-03-11"));
  }
  infrazen::testkit::Host& host() { return host_; }
  void answer(const std::string& path, std::string body, std::uint32_t status = 200) {
    host_.http().answer("GET", kBank + path, {status, {}, std::move(body)});
  }
  Recording run(std::uint32_t mode = IZ_SYNC_INCREMENTAL) {
    Recording recording = host_.sync(infrazen_module_v1, {.stream = "rates", .mode = mode, .cursor = cursor});
    if (!recording.cursors.empty()) cursor = recording.cursors.back();
    return recording;
  }
  Recording window(std::string_view since, std::string_view until) {
    return host_.sync(infrazen_module_v1, {.stream = "rates",
                                           .cursor = cursor,
                                           .since = infrazen::Micros(parse_iso_day(since)),
                                           .until = infrazen::Micros(parse_iso_day(until))});
  }
  std::string cursor;

 private:
  infrazen::testkit::Host host_;
};

// "USD 2026-03-12" → rate.
inline std::map<std::string, std::string> rates_of(const Recording& run) {
  std::map<std::string, std::string> rates;
  for (const Row& row : run.of(Kind::rate)) {
    EXPECT_EQ(row["quote_currency"], "RUB");
    EXPECT_EQ(row["source"], "cbr");
    rates[row["base_currency"] + ' ' + row["day"]] = row["rate"];
  }
  return rates;
}

// Documents of the bank's, small.
inline std::string daily_list(const std::string& date, const std::string& usd, const std::string& more = {}) {
  return R"(<?xml version="1.0" encoding="windows-1251"?><ValCurs Date=")" + date +
         R"(" name="Foreign Currency Market"><Valute ID="R01235"><CharCode>USD</CharCode><Nominal>1</Nominal><Value>)" +
         usd + "</Value></Valute>" + more + "</ValCurs>";
}
inline std::string history(const std::string& id, const std::string& from, const std::string& to,
                           const std::vector<std::pair<std::string, std::string>>& records) {
  std::string text = R"(<ValCurs ID=")" + id + R"(" DateRange1=")" + from + R"(" DateRange2=")" + to + R"(">)";
  for (const auto& [date, value] : records)
    text += R"(<Record Date=")" + date + R"("><Nominal>1</Nominal><Value>)" + value + "</Value></Record>";
  return text + "</ValCurs>";
}
inline std::string dynamic(const std::string& from, const std::string& to, const std::string& id = "R01235") {
  return "/XML_dynamic.asp?date_req1=" + from + "&date_req2=" + to + "&VAL_NM_RQ=" + id;
}

}  // namespace iz::cbr::test
