// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <sysexits.h>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/wait_until.hpp"
#include "integration/back_fill/back_filled_rates.hpp"

// A range of days that somebody asks for, by the built programs, in front of a fake bank.
namespace iz::test {
namespace {

using std::chrono::days;
using testing::HasSubstr;

TEST_F(BackFilledRates, come_in_once_and_a_plain_run_goes_on_where_it_was) {
  start();
  const std::string regular = table();
  const std::string place = this->place();
  const auto first = fill(today_ - days(200), today_ - days(190));
  ASSERT_TRUE(first.status.ok()) << first.err << daemon_.log();
  EXPECT_EQ(first.out, "rates\n");
  EXPECT_THAT(first.err, HasSubstr("from " + iso(today_ - days(200)) + " up to, not including, " +
                                   iso(today_ - days(190)) + " is asked for"));
  // The days and the fortnight before them; `until` is not among them, and nothing else came or went.
  EXPECT_GE(std::stoi(stored(today_ - days(200), today_ - days(190))), 6) << "five lists a week";
  EXPECT_EQ(stored(today_ - days(190), today_ - days(34)), "0");
  EXPECT_EQ(stored(today_ - days(400), today_ - days(214)), "0");
  EXPECT_EQ(table().substr(table().size() - regular.size()), regular);
  EXPECT_EQ(this->place(), place) << "cursor and schedule are as they were";

  const std::string filled = table();
  ASSERT_TRUE(fill(today_ - days(200), today_ - days(190)).status.ok());
  EXPECT_EQ(table(), filled) << "twice is as once";
  EXPECT_EQ(states(), "done done");

  const std::size_t asked = server_.requests().size();
  daemon_.sync("rates", "rates");
  EXPECT_EQ(server_.requests().size(), asked + 1) << "nothing new: one request for the latest list";
  bank_.publish(today_ + days(1));
  daemon_.sync("rates", "rates");
  EXPECT_EQ(stored(today_ + days(1), today_ + days(2)), "1");
  EXPECT_EQ(scalar("SELECT count(*) FROM findings"), "0");

  // The history says which runs these were.
  const auto runs = boost::json::parse(daemon_.get("/v1/runs?connection=rates").body).at("runs").as_array();
  ASSERT_EQ(runs.size(), 5U);
  EXPECT_EQ(runs[0].at("mode").as_string(), "incremental");
  EXPECT_TRUE(runs[0].at("window").is_null());
  EXPECT_EQ(runs[2].at("mode").as_string(), "back_fill");
  EXPECT_EQ(runs[2].at("state").as_string(), "succeeded");
  EXPECT_EQ(runs[2].at("window").at("since").as_string(), iso(today_ - days(200)));
  EXPECT_EQ(runs[2].at("window").at("until").as_string(), iso(today_ - days(190)));
  const auto listed = tool(daemon_, {"connection", "back-fills", "rates"});
  EXPECT_EQ(listed.err, "");
  EXPECT_THAT(listed.out, HasSubstr(iso(today_ - days(200)) + "  " + iso(today_ - days(190)) + "  done"));
  EXPECT_THAT(daemon_.log(), HasSubstr("back-fills the days from " + iso(today_ - days(200))));
}

TEST_F(BackFilledRates, one_that_waits_stands_for_another_and_the_status_says_what_goes_on) {
  start();
  gate_.shut();
  ASSERT_TRUE(ask({"--since", iso(today_ - days(200)), "--until", iso(today_ - days(190))}).status.ok());
  ASSERT_TRUE(wait_until([this] { return gate_.held() > 0; })) << daemon_.log();
  EXPECT_EQ(states(), "running");
  ASSERT_TRUE(ask({"--since", iso(today_ - days(100)), "--until", iso(today_ - days(90))}).status.ok());
  const auto again = ask({"--since", iso(today_ - days(99)), "--until", iso(today_ - days(91))});
  EXPECT_THAT(again.err, HasSubstr("from " + iso(today_ - days(100)) + " up to, not including, " +
                                   iso(today_ - days(90)) + " waits already"));
  EXPECT_EQ(states(), "running waiting");
  const auto status = tool(daemon_, {"status"});
  EXPECT_THAT(status.out, HasSubstr("back-fills " + iso(today_ - days(200)) + " up to, not including, " +
                                    iso(today_ - days(190)) + "; back-fills waiting: 1"));
  gate_.open();
  ASSERT_TRUE(wait_until([this] { return states() == "done done"; })) << states() << daemon_.log();
  EXPECT_GE(std::stoi(stored(today_ - days(100), today_ - days(90))), 6);
  ASSERT_TRUE(wait_until([this] { return tool(daemon_, {"status"}).out.find("back-fill") == std::string::npos; }))
      << tool(daemon_, {"status"}).out;
}

TEST_F(BackFilledRates, killed_in_the_middle_it_is_done_by_the_next_start_with_the_same_rows) {
  start();
  ASSERT_TRUE(fill(today_ - days(300), today_ - days(280)).status.ok()) << daemon_.log();
  const std::string filled = table();
  const std::string place = this->place();
  (void)daemon_.query("DELETE FROM infrazen.currency_rates WHERE day < '" + iso(today_ - days(270)) + "'");

  gate_.shut();
  ASSERT_TRUE(ask({"--since", iso(today_ - days(300)), "--until", iso(today_ - days(280))}).status.ok());
  ASSERT_TRUE(wait_until([this] { return gate_.held() > 0; })) << daemon_.log();
  daemon_.kill9();
  gate_.open();
  daemon_.start();
  ASSERT_TRUE(wait_until([this] { return states() == "done done"; })) << states() << daemon_.log();
  EXPECT_EQ(table(), filled);
  EXPECT_EQ(this->place(), place);
  EXPECT_EQ(scalar("SELECT string_agg(outcome, ' ' ORDER BY run_id) FROM runs WHERE mode = 'back_fill'"),
            "succeeded lost succeeded");
}

TEST_F(BackFilledRates, what_cannot_be_is_refused_before_any_run) {
  start();
  const auto refused = [this](std::vector<std::string> arguments, int code, const std::string& because) {
    const auto result = ask(arguments);
    EXPECT_EQ(result.status.code, code) << result.err;
    EXPECT_THAT(result.err, HasSubstr(because));
  };
  refused({"--since", "01.02.2026"}, EX_DATAERR, "since: \"01.02.2026\" is not a day like 2026-03-01");
  refused({"--since", iso(today_ + days(1))}, EX_DATAERR, "has not begun; today is " + iso(today_));
  refused({"--since", iso(today_), "--until", iso(today_)}, EX_DATAERR, "no day lies between");
  refused({"--since", iso(today_), "--until", iso(today_ + days(2))}, EX_DATAERR, "at most");
  refused({"--since", iso(today_), "--stream", "costs"}, EX_NOINPUT, "no stream costs of connection rates");
  EXPECT_FALSE(ask({"--since", iso(today_), "--full"}).status.ok());
  EXPECT_FALSE(ask({"--until", iso(today_)}).status.ok());
  ASSERT_TRUE(tool(daemon_, {"connection", "pause", "rates"}).status.ok());
  ASSERT_TRUE(wait_until([this] {
    return ask({"--since", iso(today_)}).err.find("rates is paused; infrazen connection resume rates") !=
           std::string::npos;
  }));
  EXPECT_EQ(scalar("SELECT count(*) FROM runs"), "1");
}

}  // namespace
}  // namespace iz::test
