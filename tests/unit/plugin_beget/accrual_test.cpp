// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/costs/accrual.hpp"

#include <gmock/gmock.h>

#include <infrazen/abi/sink.h>
#include <infrazen/days.hpp>
#include <infrazen/error.hpp>

namespace iz::beget {
namespace {

using infrazen::Decimal;
using ::testing::IsEmpty;

Decimal d(std::string_view text) {
  return *Decimal::parse(text);
}
Day day(int month, int number) {
  return std::chrono::sys_days(std::chrono::year(2026) / month / number);
}
Priced server(const std::string& id, const char* price, std::optional<Day> since = std::nullopt) {
  Priced one;
  one.type = "vps";
  one.id = one.name = id;
  one.sku = "vps:x";
  one.price = d(price);
  one.since = since;
  return one;
}
Priced domain(const char* price, Day until) {
  Priced one = server("dom-1", price);
  one.type = "domain";
  one.basis = Priced::Basis::yearly;
  one.until = until;
  return one;
}
std::string words(const AccruedDay& bill) {
  std::string text = infrazen::day_text(bill.day) + ":";
  for (const AccruedLine& line : bill.lines)
    text += ' ' + line.priced.id + '=' + line.share.billed.to_string() + (line.estimated ? "?" : "");
  return text;
}
std::vector<std::string> words(const std::vector<AccruedDay>& bills) {
  std::vector<std::string> all;
  for (const AccruedDay& bill : bills) all.push_back(words(bill));
  return all;
}
using Words = std::vector<std::string>;

TEST(Shares, a_month_and_a_year_add_up_to_their_price) {
  Priced license = server("l", "310.01");
  license.basis = Priced::Basis::monthly;
  Decimal month;
  for (int n = 1; n <= 28; ++n) month += share_of(license, day(2, n))->billed;
  EXPECT_EQ(month, d("310.01"));

  const Priced name = domain("199", day(6, 1));
  Decimal year;
  int days = 0;
  for (Day at = day(6, 1) - std::chrono::days(400); at < day(7, 1); at += std::chrono::days(1)) {
    const auto share = share_of(name, at);
    if (!share) continue;
    EXPECT_EQ(share->billed, Decimal(0)) << "it is paid at once";
    year += share->effective;
    ++days;
  }
  EXPECT_EQ(year, d("199"));
  EXPECT_EQ(days, 365);
  EXPECT_EQ(share_of(name, day(5, 31))->effective, d("0.55"));
}

TEST(Accrual, a_resource_that_is_deleted_is_charged_for_its_last_day) {
  Ledger ledger;
  EXPECT_EQ(words(accrue(ledger, day(3, 1), {{"vps", {{server("a", "7"), server("b", "5")}}}})),
            Words{"2026-03-01: a=7 b=5"});
  EXPECT_EQ(words(accrue(ledger, day(3, 1), {{"vps", {{server("a", "9")}}}})), Words{"2026-03-01: a=9 b=5"})
      << "a price that changed counts as it is now; what was there this morning is charged";
  EXPECT_EQ(words(accrue(ledger, day(3, 2), {{"vps", {{server("a", "9")}}}})), Words{"2026-03-02: a=9"});
  EXPECT_EQ(ledger.accrued, d("14"));
}

TEST(Accrual, days_on_which_nobody_looked_are_estimated_from_what_was_known) {
  Ledger ledger;
  (void)accrue(ledger, day(3, 1), {{"vps", {{server("a", "7"), server("b", "5")}}}});
  // b went meanwhile, nobody knows when; c came on the third.
  EXPECT_EQ(words(accrue(ledger, day(3, 4), {{"vps", {{server("a", "8"), server("c", "2", day(3, 3))}}}})),
            (Words{"2026-03-02: a=7? b=5?", "2026-03-03: a=7? b=5? c=2?", "2026-03-04: a=8 c=2"}));
  EXPECT_EQ(ledger.accrued, d("38"));
}

TEST(Accrual, a_listing_that_cannot_be_read_goes_on_with_what_is_known_of_it) {
  Ledger ledger;
  (void)accrue(ledger, day(3, 1), {{"vps", {{server("a", "7")}}}, {"plan", {{server("p", "1")}}}});
  EXPECT_EQ(words(accrue(ledger, day(3, 2), {{"vps", std::nullopt}, {"plan", {{server("p", "1")}}}})),
            Words{"2026-03-02: p=1 a=7?"});
  EXPECT_EQ(words(accrue(ledger, day(3, 2), {{"vps", {{server("a", "7")}}}, {"plan", {{server("p", "1")}}}})),
            Words{"2026-03-02: p=1 a=7"})
      << "read in the evening, it is known after all";
  EXPECT_EQ(words(accrue(ledger, day(3, 2), {{"vps", std::nullopt}, {"plan", {{server("p", "1")}}}})),
            Words{"2026-03-02: p=1 a=7"})
      << "and stays known when it cannot be read again";
  EXPECT_EQ(unknown_source(ledger, {{"vps", std::nullopt}}), std::nullopt);
  EXPECT_EQ(unknown_source(ledger, {{"network", std::nullopt}}), "network");
}

TEST(Accrual, a_listing_that_the_connection_no_longer_has_is_not_accrued) {
  Ledger ledger;
  (void)accrue(ledger, day(3, 1), {{"vps", {{server("a", "7")}}}, {"plan", {{server("p", "1")}}}});
  EXPECT_EQ(words(accrue(ledger, day(3, 2), {{"plan", {{server("p", "1")}}}})), Words{"2026-03-02: p=1"});
  EXPECT_EQ(words(accrue(ledger, day(3, 4), {{"plan", {{server("p", "1")}}}, {"vps", {{server("a", "7")}}}})),
            (Words{"2026-03-03: p=1?", "2026-03-04: p=1 a=7"}))
      << "nor is what came new";
}

TEST(Accrual, a_renewal_is_drawn_once_and_spread_over_the_next_year) {
  Ledger ledger;
  (void)accrue(ledger, day(5, 31), {{"domains", {{domain("365", day(6, 1))}}}});
  auto bills = accrue(ledger, day(6, 1), {{"domains", {{domain("365", day(6, 1) + std::chrono::days(365))}}}});
  EXPECT_EQ(words(bills), Words{"2026-06-01: dom-1=0 dom-1=365"});
  bills = accrue(ledger, day(6, 1), {{"domains", {{domain("365", day(6, 1) + std::chrono::days(365))}}}});
  EXPECT_EQ(words(bills), Words{"2026-06-01: dom-1=0 dom-1=365"}) << "once that day, however often it is looked at";
  bills = accrue(ledger, day(6, 3), {{"domains", {{domain("365", day(6, 1) + std::chrono::days(365))}}}});
  EXPECT_EQ(words(bills), (Words{"2026-06-02: dom-1=0?", "2026-06-03: dom-1=0"}));
  EXPECT_EQ(ledger.accrued, d("365"));
}

TEST(Accrual, the_past_is_made_of_what_was_there_then) {
  const SourceReads reads{{"vps", {{server("a", "7", day(2, 10)), server("p", "1")}}}};
  EXPECT_EQ(words(accrue_past(day(2, 9), reads)), "2026-02-09: p=1?");
  EXPECT_EQ(words(accrue_past(day(2, 10), reads)), "2026-02-10: a=7? p=1?");
}

TEST(Accrual, a_clock_that_goes_back_ends_the_run) {
  Ledger ledger;
  (void)accrue(ledger, day(3, 2), {{"vps", {{server("a", "7")}}}});
  EXPECT_THROW((void)accrue(ledger, day(3, 1), {{"vps", {{server("a", "7")}}}}), infrazen::Error);
}

// A day a row: accrued 10, and the balance read that morning.
class Settling : public ::testing::Test {
 protected:
  Settlement morning(const char* balance) {
    (void)accrue(ledger_, ++today_, {{"vps", {{server("a", "10")}}}});
    return settle(ledger_, today_, d(balance));
  }
  Ledger ledger_;
  Day today_ = day(3, 1) - std::chrono::days(1);
};

TEST_F(Settling, a_balance_that_falls_by_what_was_accrued_needs_nothing) {
  EXPECT_EQ(morning("100").looked_at, std::nullopt) << "there is nothing to compare with";
  const auto second = morning("90");
  EXPECT_EQ(second.looked_at->unexplained, Decimal(0));
  EXPECT_EQ(second.booked, std::nullopt);
  EXPECT_EQ(settle(ledger_, today_, d("1")).looked_at, std::nullopt) << "the first reading of a day counts";
  EXPECT_EQ(ledger_.unexplained, std::nullopt);
}

TEST_F(Settling, a_difference_is_booked_when_the_next_reading_does_not_take_it_back) {
  (void)morning("100");
  EXPECT_EQ(morning("87.5").booked, std::nullopt) << "2.5 more than was accrued";
  const auto third = morning("77.5");
  ASSERT_TRUE(third.booked);
  EXPECT_EQ(third.booked->amount, d("2.5"));
  EXPECT_EQ(infrazen::day_text(third.booked->to), "2026-03-02");
  EXPECT_EQ(morning("67.5").booked, std::nullopt) << "once";
}

TEST_F(Settling, a_day_that_is_drawn_before_one_reading_and_after_the_other_cancels_out) {
  (void)morning("100");
  EXPECT_EQ(morning("100").booked, std::nullopt) << "today's has not been drawn yet";
  EXPECT_EQ(morning("80").booked, std::nullopt) << "now it was, with the next";
  EXPECT_EQ(ledger_.unexplained, std::nullopt);
  EXPECT_EQ(morning("70").booked, std::nullopt);
}

TEST_F(Settling, a_rise_is_a_top_up_by_all_that_makes_up_for_the_accrual) {
  (void)morning("100");
  const auto second = morning("590");
  EXPECT_EQ(second.looked_at->top_up, d("500"));
  EXPECT_EQ(second.looked_at->drop, d("-490"));
  EXPECT_EQ(second.looked_at->unexplained, Decimal(0));
  EXPECT_EQ(morning("580").booked, std::nullopt);
}

TEST_F(Settling, a_morning_without_a_reading_is_made_up_for_by_the_next) {
  (void)morning("100");
  (void)accrue(ledger_, ++today_, {{"vps", {{server("a", "10")}}}});
  const auto third = morning("80");
  EXPECT_EQ(third.looked_at->accrued, d("20"));
  EXPECT_EQ(third.looked_at->unexplained, Decimal(0));
}

TEST(LedgerCursor, says_what_it_was_told) {
  Ledger ledger;
  Priced one = server("a \"quoted\" имя", "0.30000000000000004", day(1, 15));
  one.project = "p-1";
  one.prepaid = true;
  (void)accrue(ledger, day(3, 1), {{"vps", {{one}}}, {"domains", {{domain("199.5", day(6, 1))}}}});
  (void)settle(ledger, day(3, 1), d("1339.57"));
  ledger.unexplained = {day(2, 27), day(2, 28), d("-2.5")};
  ledger.unpriced = "17";
  const std::string cursor = ledger.cursor();
  EXPECT_EQ(Ledger::read(cursor).cursor(), cursor);
  const Ledger again = Ledger::read(cursor);
  EXPECT_EQ(again.sources.at("vps").objects.at(0).price, d("0.30000000000000004"));
  EXPECT_TRUE(again.sources.at("vps").objects.at(0).prepaid);
  EXPECT_EQ(again.reading->amount, d("1339.57"));
  EXPECT_EQ(again.unexplained->amount, d("-2.5"));
  EXPECT_THAT(Ledger::read("").sources, IsEmpty());
  for (const char* damaged : {"{", "{\"v\":2}", "zstd:nonsense", "{\"v\":1,\"accrued\":\"x\"}"})
    EXPECT_THROW((void)Ledger::read(damaged), infrazen::Error) << damaged;
}

TEST(LedgerCursor, a_thousand_servers_fit) {
  std::vector<Priced> servers;
  for (int i = 0; i < 1000; ++i) {
    servers.push_back(server("b0006fef-f721-5b51-a513-" + std::to_string(std::hash<int>()(i * 7919) * 2654435761U),
                             "16", day(1, 1 + i % 28)));
  }
  Ledger ledger;
  (void)accrue(ledger, day(3, 1), {{"vps", servers}});
  const std::string cursor = ledger.cursor();
  EXPECT_LE(cursor.size(), std::size_t{IZ_CURSOR_MAX});
  EXPECT_EQ(Ledger::read(cursor).sources.at("vps").objects.size(), 1000U);
}

}  // namespace
}  // namespace iz::beget
