// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <sysexits.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/wait_until.hpp"
#include "integration/back_fill/back_filled_rates.hpp"

// Back-fills that nobody wants any more.
namespace iz::test {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

class WithdrawnBackFills : public BackFilledRates {
 protected:
  ProcessResult withdraw(const std::string& number) { return tool(daemon_, {"connection", "withdraw", number}); }
  // The number of the newest.
  [[nodiscard]] std::string newest() const { return scalar("SELECT max(back_fill_id) FROM back_fills"); }
  // Asks for a window, whose run then stays in its middle.
  void begin(CbrBank::Day since, CbrBank::Day until) {
    gate_.shut();
    ASSERT_TRUE(ask({"--since", iso(since), "--until", iso(until)}).status.ok());
    ASSERT_TRUE(wait_until([this] { return gate_.held() > 0 && states() == "running"; })) << states() << daemon_.log();
  }
  [[nodiscard]] std::string outcomes() const {
    return scalar("SELECT coalesce(string_agg(outcome, ' ' ORDER BY run_id), '') FROM runs WHERE mode = 'back_fill'");
  }
};

TEST_F(WithdrawnBackFills, one_that_waits_never_begins) {
  start();
  begin(today_ - days(200), today_ - days(190));
  ASSERT_TRUE(ask({"--since", iso(today_ - days(100)), "--until", iso(today_ - days(90))}).status.ok());
  const std::string number = newest();
  const auto withdrawn = withdraw(number);
  EXPECT_TRUE(withdrawn.status.ok()) << withdrawn.err;
  EXPECT_EQ(withdrawn.err, "back-fill " + number + " of rates is withdrawn\n");
  EXPECT_TRUE(withdraw(number).status.ok()) << "twice is as once";
  EXPECT_EQ(states(), "running withdrawn");
  EXPECT_THAT(tool(daemon_, {"connection", "back-fills", "rates"}).out,
              AllOf(HasSubstr("  withdrawn  "), HasSubstr("withdrawn by ")));
  EXPECT_THAT(tool(daemon_, {"status"}).out, testing::Not(HasSubstr("back-fills waiting")));
  gate_.open();
  ASSERT_TRUE(wait_until([this] { return states() == "done withdrawn"; })) << states() << daemon_.log();
  // They go oldest first, so what comes after it shows that it was passed over.
  const auto next = fill(today_ - days(300), today_ - days(290));
  EXPECT_TRUE(next.status.ok()) << next.err;
  EXPECT_EQ(stored(today_ - days(100), today_ - days(90)), "0");
  EXPECT_EQ(outcomes(), "succeeded succeeded");
  const auto again = ask({"--since", iso(today_ - days(100)), "--until", iso(today_ - days(90)), "--wait"});
  EXPECT_THAT(again.err, HasSubstr("is asked for")) << "the one that was withdrawn does not stand for it";
  EXPECT_GE(std::stoi(stored(today_ - days(100), today_ - days(90))), 6);
}

TEST_F(WithdrawnBackFills, the_run_of_one_that_runs_is_cancelled_and_it_is_not_tried_again) {
  start();
  const std::string place = this->place();
  begin(today_ - days(200), today_ - days(190));
  ProcessResult asked;
  std::thread waits([&] {  // a second one, which stands behind it
    asked = ask({"--since", iso(today_ - days(200)), "--until", iso(today_ - days(190)), "--wait"});
  });
  EXPECT_TRUE(wait_until([this] { return states() == "running waiting"; })) << states();
  const std::string second = newest();
  EXPECT_TRUE(withdraw(second).status.ok());
  waits.join();
  EXPECT_EQ(asked.status.code, 1) << asked.err;
  EXPECT_THAT(asked.err, HasSubstr("rates: withdrawn by ")) << "who waits for it is told";

  const std::string first = scalar("SELECT min(back_fill_id) FROM back_fills");
  EXPECT_TRUE(withdraw(first).status.ok());
  // The bank still holds its answer back.
  EXPECT_TRUE(wait_until([this] { return outcomes() == "cancelled"; }, seconds(30))) << outcomes() << daemon_.log();
  EXPECT_EQ(states(), "withdrawn withdrawn");
  EXPECT_EQ(scalar("SELECT attempts FROM back_fills WHERE back_fill_id = " + first), "0");
  EXPECT_TRUE(wait_until([this] { return daemon_.log().find("its back-fill was withdrawn") != std::string::npos; }));
  EXPECT_EQ(this->place(), place) << "the stream's schedule and cursor are as they were";
  gate_.open();

  daemon_.stop();
  daemon_.start();
  ASSERT_TRUE(fill(today_ - days(100), today_ - days(90)).status.ok()) << daemon_.log();
  EXPECT_EQ(outcomes(), "cancelled succeeded") << "nor does a restart bring it back";
  daemon_.sync("rates", "rates");
}

TEST_F(WithdrawnBackFills, what_is_settled_or_not_there_cannot_be) {
  start();
  ASSERT_TRUE(fill(today_ - days(200), today_ - days(190)).status.ok()) << daemon_.log();
  const std::string number = newest();
  const auto done = withdraw(number);
  EXPECT_EQ(done.status.code, EX_DATAERR);
  EXPECT_EQ(done.err, "back-fill " + number + " is done already: nothing of it is left to withdraw\n");
  const auto none = withdraw("4711");
  EXPECT_EQ(none.status.code, EX_NOINPUT);
  EXPECT_THAT(none.err, HasSubstr("there is no back-fill 4711; infrazen connection back-fills shows them"));
  EXPECT_EQ(states(), "done");
  EXPECT_EQ(scalar("SELECT count(*) FROM audit WHERE action = 'POST /v1/back-fills/" + number + "/withdraw'"), "1");
}

TEST_F(WithdrawnBackFills, another_daemon_that_runs_it_learns_of_it) {
  start();
  begin(today_ - days(200), today_ - days(190));
  Infrazend other(daemon_.options());  // without the connection: what it is asked for is a row of the database
  other.start();
  const std::string number = newest();
  ASSERT_TRUE(wait_until([&] { return other.post("/v1/back-fills/" + number + "/withdraw").status == 200; }));
  EXPECT_TRUE(wait_until([this] { return outcomes() == "cancelled"; }, seconds(60))) << outcomes() << daemon_.log();
  EXPECT_EQ(states(), "withdrawn");
}

}  // namespace
}  // namespace iz::test
