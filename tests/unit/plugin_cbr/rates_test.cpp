// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr_run.hpp"

namespace iz::cbr::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using Rates = std::map<std::string, std::string>;

std::vector<std::string> asked(Connection& connection) {
  std::vector<std::string> paths;
  for (const auto& sent : connection.host().http().sent()) paths.push_back(sent.url.substr(kBank.size()));
  return paths;
}

TEST(CbrRates, testdata_gives_one_rate_per_list) {
  Connection connection(R"(["USD","KZT"])");
  connection.host().http().load(kFolder / "testdata");
  const auto run = connection.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  EXPECT_EQ(rates_of(run), (Rates{{"USD 2026-02-17", "78.0001"},
                                  {"USD 2026-02-28", "78.5"},
                                  {"USD 2026-03-07", "79.9"},
                                  {"USD 2026-03-12", "80.1234"},
                                  {"KZT 2026-02-28", "0.17425"},
                                  {"KZT 2026-03-12", "0.175001"}}))
      << "each by its own nominal; days without a list have no row";
  EXPECT_THAT(connection.run().of(Kind::rate), IsEmpty());
  EXPECT_EQ(connection.host().http().sent().size(), 4U) << "nothing new: one request";
  for (const auto& sent : connection.host().http().sent())
    EXPECT_THAT(sent.headers,
                Contains(Pair("User-Agent", HasSubstr("InfraZen cbr/1.0 (exchange rates for cost reports; "
                                                      "finops@harbour.example)"))));
}

TEST(CbrRates, the_next_day_comes_with_its_list_and_a_gap_is_asked_for) {
  Connection connection;
  connection.host().http().load(kFolder / "testdata");
  (void)connection.run();
  Connection later;
  later.cursor = connection.cursor;
  later.host().clock(noon("2026-03-12"));
  later.answer("/XML_daily.asp", daily_list("13.03.2026", "81"));
  EXPECT_EQ(rates_of(later.run()), (Rates{{"USD 2026-03-13", "81"}}));
  EXPECT_THAT(asked(later), ElementsAre("/XML_daily.asp")) << "no day lies between";

  Connection monday;
  monday.cursor = later.cursor;
  monday.host().clock(noon("2026-03-16"));
  monday.answer("/XML_daily.asp", daily_list("17.03.2026", "82,5"));
  monday.answer(dynamic("14/03/2026", "17/03/2026"),
                history("R01235", "14.03.2026", "17.03.2026", {{"17.03.2026", "82,5"}, {"14.03.2026", "82"}}));
  EXPECT_EQ(rates_of(monday.run()), (Rates{{"USD 2026-03-14", "82"}, {"USD 2026-03-17", "82.5"}}));
}

TEST(CbrRates, a_cursor_that_cannot_be_read_costs_reading_everything_again) {
  Connection connection;
  connection.host().http().load(kFolder / "testdata");
  const auto first = connection.run();
  const std::string cursor = std::exchange(connection.cursor, "page=3");
  const auto again = connection.run();
  ASSERT_TRUE(again.ok()) << again.message;
  EXPECT_EQ(rates_of(again), rates_of(first));
  EXPECT_EQ(connection.cursor, cursor);
}

TEST(CbrRates, an_earlier_day_and_another_currency_are_filled_in) {
  Connection connection;
  connection.host().http().load(kFolder / "testdata");
  (void)connection.run();
  Connection wider(R"(["USD","EUR"])", "2026-02-20");
  wider.cursor = connection.cursor;
  wider.answer(
      "/XML_daily.asp",
      daily_list("12.03.2026", "80,1234",
                 R"(<Valute ID="R01239"><CharCode>EUR</CharCode><Nominal>1</Nominal><Value>90</Value></Valute>)"));
  wider.answer(dynamic("06/02/2026", "14/02/2026"),
               history("R01235", "06.02.2026", "14.02.2026", {{"07.02.2026", "77"}}));
  wider.answer(dynamic("06/02/2026", "12/03/2026", "R01239"),
               history("R01239", "06.02.2026", "12.03.2026", {{"12.03.2026", "90"}}));
  wider.answer("/XML_daily.asp?date_req=06/02/2026", daily_list("06.02.2026", "77"));
  const auto run = wider.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(rates_of(run), (Rates{{"USD 2026-02-07", "77"}, {"EUR 2026-03-12", "90"}}));
  EXPECT_THAT(wider.run().of(Kind::rate), IsEmpty());
}

TEST(CbrRates, a_window_is_read_with_the_days_before_it_and_leaves_the_cursor) {
  Connection connection;
  connection.host().http().load(kFolder / "testdata");
  (void)connection.run();
  const std::string cursor = connection.cursor;
  connection.answer(dynamic("27/12/2024", "12/01/2025"),
                    history("R01235", "27.12.2024", "12.01.2025", {{"28.12.2024", "100,5"}}));
  const auto run = connection.window("2025-01-10", "2025-01-13");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(rates_of(run), (Rates{{"USD 2024-12-28", "100.5"}})) << "the new year has no list for ten days";
  EXPECT_THAT(run.cursors, ElementsAre(cursor));
}

TEST(CbrRates, an_id_that_changed_within_the_range_is_read_under_both) {
  Connection connection(R"(["USD"])", "2026-02-01");
  connection.answer("/XML_daily.asp", daily_list("12.03.2026", "80"));
  std::string former = daily_list("17.01.2026", "7000");
  former.replace(former.find("R01235"), 6, "R00001");
  connection.answer("/XML_daily.asp?date_req=18/01/2026", former);
  connection.answer(dynamic("18/01/2026", "12/03/2026"),
                    history("R01235", "18.01.2026", "12.03.2026", {{"12.03.2026", "80"}}));
  connection.answer(dynamic("18/01/2026", "12/03/2026", "R00001"),
                    history("R00001", "18.01.2026", "12.03.2026", {{"20.01.2026", "7001"}}));
  EXPECT_EQ(rates_of(connection.run()), (Rates{{"USD 2026-01-20", "7001"}, {"USD 2026-03-12", "80"}}));
}

// What is no rate, and what is said of it.
struct Refusal {
  const char* name;
  std::string daily, dynamic;
  std::uint32_t status;
  std::uint32_t error_class;
  const char* words;
};

class CbrRefusals : public ::testing::TestWithParam<Refusal> {};

TEST_P(CbrRefusals, nothing_is_taken_and_the_words_say_why) {
  Connection connection;
  connection.answer("/XML_daily.asp", GetParam().daily, GetParam().status);
  connection.answer(dynamic("15/02/2026", "12/03/2026"), GetParam().dynamic);
  const auto run = connection.run();
  EXPECT_EQ(run.error_class, GetParam().error_class) << run.message;
  EXPECT_THAT(run.message, HasSubstr(GetParam().words));
  EXPECT_THAT(run.rows, IsEmpty());
  EXPECT_EQ(connection.cursor, "");
}

const std::string kGoodList = daily_list("12.03.2026", "80");
const std::string kEmptyHistory = history("R01235", "15.02.2026", "12.03.2026", {});

INSTANTIATE_TEST_SUITE_P(
    Answers, CbrRefusals,
    ::testing::Values(
        Refusal{"html", "<html><body>maintenance</body></html>", "", 200, IZ_ERR_TRANSIENT, "XML_daily.asp"},
        Refusal{"another_document", "<Error>bad parameters</Error>", "", 200, IZ_ERR_TRANSIENT,
                "no list of rates but a document <Error>"},
        Refusal{"empty_list", R"(<ValCurs Date="12.03.2026"/>)", "", 200, IZ_ERR_TRANSIENT, "0 currencies and no USD"},
        Refusal{"nothing", "", "", 200, IZ_ERR_TRANSIENT, "XML_daily.asp"},
        Refusal{"cut", kGoodList.substr(0, kGoodList.size() / 2), "", 200, IZ_ERR_TRANSIENT, "XML_daily.asp"},
        Refusal{"odd_value", daily_list("12.03.2026", "-80"), "", 200, IZ_ERR_PERMANENT, "USD: '-80' is no amount"},
        Refusal{"odd_date", daily_list("30.02.2026", "80"), "", 200, IZ_ERR_PERMANENT, "no date of the calendar"},
        Refusal{"old_list", daily_list("12.01.2026", "80"), "", 200, IZ_ERR_TRANSIENT,
                "is this machine's clock right?"},
        Refusal{"list_of_the_future", daily_list("12.05.2026", "80"), "", 200, IZ_ERR_TRANSIENT,
                "is this machine's clock right?"},
        Refusal{"forbidden", "", "", 403, IZ_ERR_AUTH, "does not answer this machine's address"},
        Refusal{"down", "", "", 503, IZ_ERR_TRANSIENT, "HTTP 503"},
        Refusal{"history_lacks_the_list_s_day", kGoodList, kEmptyHistory, 200, IZ_ERR_TRANSIENT,
                "the history has no rate for 12.03.2026"},
        Refusal{"history_has_another_rate", kGoodList,
                history("R01235", "15.02.2026", "12.03.2026", {{"12.03.2026", "81"}}), 200, IZ_ERR_TRANSIENT,
                "the history has 81 for 12.03.2026, the list of that day has 80"},
        Refusal{"history_of_another_range", kGoodList, history("R01235", "15.02.2026", "11.03.2026", {}), 200,
                IZ_ERR_TRANSIENT, "not what was asked for"},
        Refusal{"history_of_another_currency", kGoodList, history("R01239", "15.02.2026", "12.03.2026", {}), 200,
                IZ_ERR_TRANSIENT, "not what was asked for"},
        Refusal{"history_in_html", kGoodList, "<html></html>", 200, IZ_ERR_TRANSIENT, "XML_dynamic.asp"},
        Refusal{"a_record_twice", kGoodList,
                history("R01235", "15.02.2026", "12.03.2026", {{"12.03.2026", "80"}, {"12.03.2026", "80"}}), 200,
                IZ_ERR_PERMANENT, "two records of 12.03.2026"},
        Refusal{"a_record_outside", kGoodList, history("R01235", "15.02.2026", "12.03.2026", {{"13.03.2026", "80"}}),
                200, IZ_ERR_PERMANENT, "outside of the range"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(CbrRates, a_currency_that_fails_leaves_the_others_in_and_its_own_past) {
  Connection connection(R"(["USD","XXX"])");
  connection.host().http().load(kFolder / "testdata");
  const auto run = connection.run();
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_PERMANENT));
  EXPECT_THAT(run.message, HasSubstr("XXX: it is not in the bank's list of 12.03.2026: correct setting 'currencies'"));
  EXPECT_EQ(rates_of(run).size(), 4U);
  EXPECT_THAT(connection.cursor, HasSubstr("USD 2026-02-15 2026-03-12"));
}

TEST(CbrRates, a_full_run_reads_all_again) {
  Connection connection;
  connection.host().http().load(kFolder / "testdata");
  (void)connection.run();
  EXPECT_EQ(rates_of(connection.run(IZ_SYNC_FULL)).size(), 4U);
}

TEST(CbrRates, settings_that_make_no_sense_are_named) {
  for (const auto& [currencies, since, words] :
       std::vector<std::array<const char*, 3>>{{R"(["RUB"])", "2026-03-01", "RUB is what the rates are in"},
                                               {R"(["dollar"])", "2026-03-01", "'dollar' is no currency"},
                                               {R"([])", "2026-03-01", "name at least one"},
                                               {R"(["USD"])", "01.03.2026", "write it as 2026-01-31"},
                                               {R"(["USD"])", "1997-12-31", "rates begin in February 1998"}}) {
    Connection connection(currencies, since);
    const auto run = connection.run();
    EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_CONFIG));
    EXPECT_THAT(run.message, HasSubstr(words));
  }
}

TEST(CbrRates, check_tries_the_list_and_each_currency) {
  Connection connection(R"(["USD","XXX"])");
  connection.host().http().load(kFolder / "testdata");
  connection.answer(dynamic("26/02/2026", "12/03/2026"), history("R01235", "26.02.2026", "12.03.2026", {}));
  const auto run = connection.host().check(infrazen_module_v1);
  ASSERT_EQ(run.verdicts.size(), 4U);
  EXPECT_EQ(run.verdicts[2].verdict, IZ_CHECK_PASSED) << run.verdicts[2].detail;
  EXPECT_EQ(run.verdicts[3].subject, "currency XXX");
  EXPECT_EQ(run.verdicts[3].verdict, IZ_CHECK_FAILED);
}

}  // namespace
}  // namespace iz::cbr::test
