// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <csignal>

#include <gtest/gtest.h>

#include "fakes/cbr/bank.hpp"
#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"

// Rates in the database, by a real daemon in front of a fake bank.
namespace iz::test {
namespace {

using std::chrono::days;

std::string iso(CbrBank::Day day) {
  const std::chrono::year_month_day date(day);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(date.year()), unsigned(date.month()), unsigned(date.day()));
  return text;
}

class CbrBook : public ::testing::Test {
 protected:
  CbrBook() {
    server_.handle_others([this](const ReceivedRequest& request) { return bank_.answer(request); });
  }
  void connect(const std::string& currencies, CbrBank::Day since) {
    daemon_.connection("rates", "connector: cbr\nallow_plain_loopback: true\nsettings: {currencies: " + currencies +
                                    ", since: \"" + iso(since) + "\", base_url: \"" +
                                    server_.url("/scripts", "127.0.0.1") + "\"}\nstreams: {rates: {interval: 300d}}\n");
  }
  void sync() {
    daemon_.sync("rates", "rates");
    ASSERT_TRUE(daemon_.wait_outcome("rates", "rates", "succeeded")) << daemon_.log();
  }
  [[nodiscard]] std::string scalar(const std::string& sql) const {
    return daemon_.scalar("SET search_path = infrazen; " + sql);
  }
  // Of the table, against the bank's own: every row, and one for each list from `first` on.
  void expect_whole(const std::string& currency, CbrBank::Day first, CbrBank::Day last) const {
    std::size_t lists = 0;
    for (CbrBank::Day day = first; day <= last; day += days(1)) {
      const std::string stored =
          scalar("SELECT coalesce((SELECT trim_scale(rate)::text FROM currency_rates WHERE base_currency = '" +
                 currency + "' AND day = '" + iso(day) + "'), '')");
      if (stored.empty()) continue;
      EXPECT_EQ(stored, CbrBank::rate(currency, day)) << iso(day);
      ++lists;
    }
    EXPECT_GE(lists, static_cast<std::size_t>((last - first).count()) * 5 / 7) << "five lists a week";
    EXPECT_EQ(scalar("SELECT count(*) FROM currency_rates WHERE base_currency = '" + currency + "'"),
              std::to_string(lists));
  }

  const CbrBank::Day today_ = std::chrono::floor<days>(std::chrono::system_clock::now());
  CbrBank bank_{today_ - days(400), today_};
  HttpServer server_;
  Infrazend daemon_{shared_cluster(), {"cbr"}};
};

TEST_F(CbrBook, rates_are_filled_in_from_any_day_and_asked_for_once) {
  connect("[USD]", today_ - days(30));
  daemon_.start();
  ASSERT_TRUE(daemon_.wait_outcome("rates", "rates", "succeeded")) << daemon_.log();
  expect_whole("USD", today_ - days(44), today_);
  const std::size_t asked = server_.requests().size();
  sync();
  EXPECT_EQ(server_.requests().size(), asked + 1) << "nothing new: one request for the latest list";

  // A year back, and another currency with a nominal of a hundred.
  connect("[USD, KZT]", today_ - days(365));
  daemon_.process().signal(SIGHUP);
  ASSERT_TRUE(wait_until([&] {
    daemon_.sync("rates", "rates");
    return scalar("SELECT count(*) FROM currency_rates WHERE base_currency = 'KZT'") != "0";
  }));
  expect_whole("USD", today_ - days(379), today_);
  expect_whole("KZT", today_ - days(379), today_);

  // The list for tomorrow, published today.
  bank_.publish(today_ + days(1));
  sync();
  EXPECT_EQ(scalar("SELECT trim_scale(rate)::text FROM currency_rates WHERE base_currency = 'KZT' AND day = '" +
                   iso(today_ + days(1)) + "'"),
            CbrBank::rate("KZT", today_ + days(1)));
  daemon_.sync("rates", "rates", "full");
  expect_whole("USD", today_ - days(379), today_ + days(1));
  EXPECT_EQ(scalar("SELECT count(*) FROM findings"), "0") << "no rate was ever restated";
}

}  // namespace
}  // namespace iz::test
