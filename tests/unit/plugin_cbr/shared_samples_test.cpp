// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr/lists.hpp"
#include "cbr_run.hpp"
#include "finops/exchange.hpp"
#include "harness/shared_data.hpp"
#include "support/json.hpp"
#include <infrazen/days.hpp>

// The samples beside the checkout and what they are said to give.
namespace iz::cbr::test {
namespace {

using infrazen::Decimal;

constexpr const char* kSamples = "providers/samples/cbr";

std::string sample(const std::string& name) {
  return read_text(iz::test::shared_data(kSamples) / name);
}

class CbrSamples : public ::testing::Test {
 protected:
  void SetUp() override {
    IZ_REQUIRE_SHARED("providers/samples/cbr/EXPECTED.json");
    expected_.emplace(sample("EXPECTED.json"), "EXPECTED.json");
  }
  [[nodiscard]] support::JsonValue expected() const { return expected_->root(); }

  // What the connector stores when each sample is the bank's answer: histories one by one, by a run of its own, then
  // the daily lists.
  finops::RateBook book() {
    finops::RateBook book;
    const auto put = [&](const Recording& run) {
      EXPECT_TRUE(run.ok()) << run.message;
      for (const Row& row : run.of(Kind::rate))
        book.add(row["base_currency"], "RUB", parse_iso_day(row["day"]), *Decimal::parse(row["rate"]));
    };
    for (const auto& [name, value] : expected()["files"].members()) {
      const std::string file(name);
      if (file.starts_with("XML_dynamic")) {
        put(history_run(file));
      } else {
        put(daily_run(file));
      }
    }
    put(daily_run("XML_daily_2026-10-03.xml"));
    return book;
  }

  static Recording history_run(const std::string& file) {
    const History history = parse_history(sample(file), file);
    const std::string currency = file.substr(12, 3);
    Connection connection("[\"" + currency + "\"]", infrazen::day_text(history.from + std::chrono::days(14)));
    connection.host().clock(infrazen::Micros(history.through));
    const auto& last = history.records.back();
    // The list of the history's last day, without which it is not believed.
    connection.answer("/XML_daily.asp", daily_list(list_day(last.day), last.quote.value.to_string(),
                                                   currency == "USD" ? "" : entry(history.id, currency, last.quote)));
    connection.answer("/XML_daily.asp?date_req=" + query_day(history.from), daily_list(list_day(history.from), "1"));
    connection.answer(dynamic(query_day(history.from), query_day(last.day), history.id), sample(file));
    return connection.run();
  }
  static std::string entry(const std::string& id, const std::string& currency, const Quote& quote) {
    return "<Valute ID=\"" + id + "\"><CharCode>" + currency + "</CharCode><Nominal>" + std::to_string(quote.nominal) +
           "</Nominal><Value>" + quote.value.to_string() + "</Value></Valute>";
  }
  // As the list of the day after the one that was read last.
  static Recording daily_run(const std::string& file) {
    const DailyList list = parse_daily(sample(file), file);
    std::string currencies;
    Connection connection;
    for (const auto& known : list.entries) {
      currencies += (currencies.empty() ? "[\"" : ",\"") + known.currency + '"';
      connection.cursor += known.currency + ' ' + infrazen::day_text(list.day - std::chrono::days(30)) + ' ' +
                           infrazen::day_text(list.day - std::chrono::days(1)) + '\n';
    }
    connection.host().json_setting("currencies", currencies + "]").setting("since", infrazen::day_text(list.day));
    connection.host().clock(infrazen::Micros(list.day));
    connection.answer("/XML_daily.asp", sample(file));
    return connection.run();
  }

  std::optional<support::JsonDocument> expected_;
};

TEST_F(CbrSamples, every_file_has_the_records_it_is_said_to_have) {
  for (const auto& [name, value] : expected()["files"].members()) {
    const std::string file(name);
    const std::size_t records = file.starts_with("XML_dynamic") ? parse_history(sample(file), file).records.size()
                                                                : parse_daily(sample(file), file).entries.size();
    EXPECT_EQ(static_cast<std::int64_t>(records), value["records"].integer()) << file;
  }
  EXPECT_EQ(parse_history(sample("XML_dynamic_KZT_old_no_vunit.xml"), "old").records.size(), 2U);
}

TEST_F(CbrSamples, what_is_stored_gives_the_expected_rate_of_any_day) {
  const finops::RateBook book = this->book();
  std::size_t looked_up = 0;
  for (const auto wanted : expected()["lookups"]) {
    const auto rate = book.convert(Decimal(1), wanted["currency"].text(), "RUB", parse_iso_day(wanted["day"].text()));
    ASSERT_TRUE(rate) << wanted["currency"].text() << ' ' << wanted["day"].text();
    EXPECT_EQ(rate->to_string(), wanted["rate"].text()) << wanted["currency"].text() << ' ' << wanted["day"].text();
    ++looked_up;
  }
  EXPECT_EQ(looked_up, 17U);
  for (const auto wanted : expected()["missing"]) {
    EXPECT_EQ(book.convert(Decimal(1), wanted["currency"].text(), "RUB", parse_iso_day(wanted["day"].text())),
              std::nullopt)
        << wanted["why"].text();
  }
}

TEST_F(CbrSamples, the_day_that_is_stored_is_that_of_the_list) {
  for (const auto wanted : expected()["lookups"]) {
    const std::string currency(wanted["currency"].text());
    if (currency != "USD") continue;
    const bool early = wanted["day"].text().starts_with("2024");
    const auto run =
        history_run(early ? "XML_dynamic_USD_2024-08-28_2024-10-02.xml" : "XML_dynamic_USD_2026-04-28_2026-10-20.xml");
    const auto rates = rates_of(run);
    EXPECT_EQ(rates.at("USD " + std::string(wanted["source_date"].text())), wanted["rate"].text());
    if (wanted["day"].text() != wanted["source_date"].text())
      EXPECT_FALSE(rates.contains("USD " + std::string(wanted["day"].text()))) << "a day without a list has no row";
  }
}

}  // namespace
}  // namespace iz::cbr::test
