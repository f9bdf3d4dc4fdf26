// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "estate.hpp"

// Balances, prices, rates, documents, accounts.
namespace iz::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SmallRecords : public ::testing::Test {
 protected:
  std::int64_t sync(std::uint32_t kind, const std::vector<Record>& rows) {
    auto run = estate.run({.stream = "s"});
    run->push(kind, rows).mark();
    return run->id();
  }
  PgRows findings() { return estate.query("SELECT rule, column_name, value FROM findings ORDER BY finding_id"); }
  Estate estate;
};

Record balance(const std::string& amount, const std::string& as_of) {
  return Record{{{IZ_BALANCE_ACCOUNT_ID, "a"}, {IZ_BALANCE_AMOUNT, amount}, {IZ_BALANCE_CURRENCY, "RUB"},
                 {IZ_BALANCE_AS_OF, as_of}},
                {}};
}

TEST_F(SmallRecords, a_balance_makes_a_row_only_when_it_changed) {
  sync(IZ_KIND_BALANCE, {balance("100.00", "2026-01-01T00:00:00Z"), balance("100", "2026-01-02T00:00:00Z")});
  sync(IZ_KIND_BALANCE, {balance("100.00", "2026-01-03T00:00:00Z")});
  sync(IZ_KIND_BALANCE, {balance("-5.5", "2026-01-04T00:00:00Z"), balance("-5.5", "2026-01-05T00:00:00Z"),
                         balance("100", "2026-01-06T00:00:00Z")});
  sync(IZ_KIND_BALANCE, {balance("-5.5", "2026-01-04T00:00:00Z")});
  EXPECT_THAT(estate.query("SELECT amount, as_of::date FROM balances ORDER BY as_of"),
              ElementsAre(ElementsAre("100.00", "2026-01-01"), ElementsAre("-5.5", "2026-01-04"), ElementsAre("100", "2026-01-06")));
  EXPECT_THAT(estate.query("SELECT amount, balance_kind FROM current_balances"), ElementsAre(ElementsAre("100", "main")));
}

Record price(const std::string& amount, const std::string& from, const std::string& to = {}) {
  Record row{{{IZ_PRICE_SKU_ID, "cpu"}, {IZ_PRICE_UNIT, "hour"}, {IZ_PRICE_UNIT_PRICE, amount}, {IZ_PRICE_CURRENCY, "RUB"},
              {IZ_PRICE_VALID_FROM, from}},
             {}};
  if (!to.empty()) row.set(IZ_PRICE_VALID_TO, to);
  return row;
}

class Prices : public SmallRecords {
 protected:
  PgRows periods() {
    return estate.query("SELECT unit_price, valid_from::date, valid_to::date FROM prices ORDER BY valid_from");
  }
};

TEST_F(Prices, a_new_price_ends_the_one_before) {
  sync(IZ_KIND_PRICE, {price("1.10", "2026-01-01T00:00:00Z")});
  sync(IZ_KIND_PRICE, {price("1.20", "2026-03-01T00:00:00Z")});
  EXPECT_THAT(periods(), ElementsAre(ElementsAre("1.10", "2026-01-01", "2026-03-01"),
                                     ElementsAre("1.20", "2026-03-01", std::nullopt)));
}

TEST_F(Prices, a_price_that_is_stated_again_makes_no_row) {
  sync(IZ_KIND_PRICE, {price("1.10", "2026-01-01T00:00:00Z"), price("1.1", "2026-01-15T00:00:00Z")});
  sync(IZ_KIND_PRICE, {price("1.10", "2026-02-01T00:00:00Z")});
  sync(IZ_KIND_PRICE, {price("1.10", "2026-01-01T00:00:00Z")});
  EXPECT_THAT(periods(), ElementsAre(ElementsAre("1.10", "2026-01-01", std::nullopt)));
  EXPECT_EQ(estate.number("SELECT count(*) FROM prices WHERE updated_at > first_seen"), 0);
}

TEST_F(Prices, a_price_delivered_late_takes_its_place_in_between) {
  sync(IZ_KIND_PRICE, {price("1", "2026-01-01T00:00:00Z"), price("3", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
  sync(IZ_KIND_PRICE, {price("2", "2026-02-01T00:00:00Z")});
  EXPECT_THAT(periods(), ElementsAre(ElementsAre("1", "2026-01-01", "2026-02-01"), ElementsAre("2", "2026-02-01", "2026-03-01"),
                                     ElementsAre("3", "2026-03-01", "2026-04-01")));
}

TEST_F(Prices, a_row_that_says_nonsense_is_rejected) {
  sync(IZ_KIND_PRICE, {price("1", "2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"),
                       price("1", "2026-02-01T00:00:00Z").set(IZ_PRICE_CURRENCY, "rub"),
                       price("1", "2026-02-01T00:00:00Z").set(IZ_PRICE_PRICE_KIND, "guess")});
  EXPECT_THAT(periods(), IsEmpty());
  EXPECT_THAT(findings(), ElementsAre(ElementsAre("period_order", "valid_to", "2026-01-01T00:00:00Z"),
                                      ElementsAre("currency_format", "currency", "rub"),
                                      ElementsAre("unknown_word", "price_kind", "guess")));
}

Record rate(const std::string& amount, const std::string& day) {
  return Record{{{IZ_RATE_BASE_CURRENCY, "USD"}, {IZ_RATE_QUOTE_CURRENCY, "RUB"}, {IZ_RATE_RATE, amount}, {IZ_RATE_DAY, day},
                 {IZ_RATE_SOURCE, "cbr"}},
                {}};
}

TEST_F(SmallRecords, a_restated_rate_replaces_the_old_one_and_is_a_finding) {
  sync(IZ_KIND_RATE, {rate("90.1234", "2026-01-01"), rate("91", "2026-01-02")});
  sync(IZ_KIND_RATE, {rate("90.1234", "2026-01-01"), rate("92", "2026-01-02"), rate("0", "2026-01-03")});
  EXPECT_THAT(estate.query("SELECT day, rate, previous_rate FROM currency_rates ORDER BY day"),
              ElementsAre(ElementsAre("2026-01-01", "90.1234", std::nullopt), ElementsAre("2026-01-02", "92", "91")));
  EXPECT_THAT(findings(), ElementsAre(ElementsAre("not_positive", "rate", "0"), ElementsAre("rate_restated", "rate", "92")));
}

Record document(const std::string& amount, const std::string& status) {
  return Record{{{IZ_DOCUMENT_ACCOUNT_ID, "a"}, {IZ_DOCUMENT_DOCUMENT_ID, "d-1"}, {IZ_DOCUMENT_DOCUMENT_TYPE, "invoice"},
                 {IZ_DOCUMENT_ISSUED_AT, "2026-02-01T00:00:00Z"}, {IZ_DOCUMENT_AMOUNT, amount}, {IZ_DOCUMENT_CURRENCY, "RUB"},
                 {IZ_DOCUMENT_STATUS, status}},
                {}};
}

TEST_F(SmallRecords, a_document_keeps_what_it_said_before_and_another_amount_is_a_finding) {
  sync(IZ_KIND_DOCUMENT, {document("1000.10", "issued")});
  const auto paid = sync(IZ_KIND_DOCUMENT, {document("1000.10", "paid")});
  EXPECT_THAT(findings(), IsEmpty());
  sync(IZ_KIND_DOCUMENT, {document("1000.10", "paid")});
  sync(IZ_KIND_DOCUMENT, {document("999", "paid")});
  EXPECT_THAT(estate.query("SELECT amount, status FROM documents"), ElementsAre(ElementsAre("999", "paid")));
  EXPECT_THAT(estate.query("SELECT column_name, old_value, new_value FROM document_changes ORDER BY id"),
              ElementsAre(ElementsAre("status", "\"issued\"", "\"paid\""), ElementsAre("amount", "1000.10", "999")));
  EXPECT_EQ(estate.number("SELECT min(run_id) FROM document_changes"), paid);
  EXPECT_THAT(findings(), ElementsAre(ElementsAre("document_restated", "amount", "999")));
}

TEST_F(SmallRecords, accounts_are_written_once_and_changed_in_place) {
  const auto account = [](const std::string& name) {
    return Record{{{IZ_ACCOUNT_ACCOUNT_ID, "b1"}, {IZ_ACCOUNT_ACCOUNT_TYPE, "billing_account"}, {IZ_ACCOUNT_NAME, name},
                   {IZ_ACCOUNT_BILLING_TIME_ZONE, "Europe/Moscow"}},
                  {}};
  };
  sync(IZ_KIND_ACCOUNT, {account("one")});
  const auto version = estate.query("SELECT xmin FROM accounts");
  sync(IZ_KIND_ACCOUNT, {account("one")});
  EXPECT_EQ(estate.query("SELECT xmin FROM accounts"), version);
  sync(IZ_KIND_ACCOUNT, {account("two")});
  EXPECT_THAT(estate.query("SELECT name, billing_time_zone FROM accounts"), ElementsAre(ElementsAre("two", "Europe/Moscow")));
}

}  // namespace
}  // namespace iz::test
