// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/back_fills/back_fills.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "harness/pg_cluster.hpp"
#include "records/run_sink.hpp"
#include "store/schema/migrations.hpp"
#include "store/streams/run_history.hpp"
#include "store/streams/streams.hpp"

// Back-fills as they stand in the database.
namespace iz::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

sys_days day(unsigned of_january) {
  return std::chrono::year(2026) / 1 / std::chrono::day(of_january);
}

class BackFillBook : public testing::Test {
 protected:
  BackFillBook() : admin_(fresh_database()) {
    store::db_init(admin_);
    database_ = std::make_unique<store::Database>(
        shared_cluster().conninfo(pg_scalar(admin_, "SELECT current_database()"), "infrazen"));
    (void)store::register_connection(*database_, {"c1", "acme", "simulator", "sim", "UTC", {"costs", "logs"}});
  }
  store::BackFillRow ask(unsigned since, unsigned until, const std::string& stream = "costs") {
    return store::ask_back_fill(*database_, "c1", stream, {day(since), day(until)}, "alice");
  }
  store::StreamLease lease() {
    return store::acquire_lease(*database_, store::load_streams(*database_, "c1").at(0).stream_id, owner_, 1min)
        .value();
  }
  std::string states() {
    std::string all;
    for (const auto& row : store::list_back_fills(*database_, "c1", "", 100))
      all = row.state + (all.empty() ? "" : " ") + all;
    return all;
  }

  std::string admin_;
  std::unique_ptr<store::Database> database_;
  store::Uuid owner_ = store::random_uuid();
};

TEST_F(BackFillBook, one_that_waits_stands_for_all_of_its_days) {
  const auto first = ask(1, 10);
  EXPECT_FALSE(first.repeated);
  EXPECT_EQ(first.state, "waiting");
  EXPECT_EQ(first.window, (store::DayWindow{day(1), day(10)}));
  for (const auto& [since, until] : {std::pair{1U, 10U}, {3U, 4U}}) {
    const auto again = ask(since, until);
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.id, first.id);
  }
  EXPECT_FALSE(ask(9, 11).repeated) << "the tenth is not of it";
  EXPECT_FALSE(ask(1, 10, "logs").repeated) << "another stream";
  const auto state = store::load_streams(*database_, "c1").at(0);
  EXPECT_EQ(state.back_fills_waiting, 2);
  EXPECT_TRUE(state.back_fill_due);
}

TEST_F(BackFillBook, one_that_has_begun_does_not_stand_for_who_asks_after_it) {
  const auto first = ask(1, 10);
  auto held = lease();
  const auto due = store::due_back_fill(*database_, held);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->id, first.id);
  const auto run = store::begin_back_fill(*database_, held, *due);
  EXPECT_EQ(states(), "running");
  EXPECT_FALSE(ask(1, 10).repeated) << "what it has read may have changed since";
  EXPECT_TRUE(ask(1, 10).repeated);
  const auto history = store::load_runs(*database_, "c1", "costs", 10);
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].mode, "back_fill");
  EXPECT_EQ(history[0].window, first.window);

  // The daemon that ran it is gone: it waits again, and its run is lost.
  EXPECT_EQ(store::recover_leases(*database_, owner_), 1U);
  EXPECT_EQ(states(), "waiting waiting");
  EXPECT_EQ(store::load_runs(*database_, "c1", "costs", 10)[0].outcome, "lost");
  held = lease();
  EXPECT_EQ(store::due_back_fill(*database_, held)->id, first.id);
  EXPECT_EQ(run, history[0].run_id);
}

TEST_F(BackFillBook, a_failure_is_tried_again_later_or_given_up_and_a_repeated_request_does_not_wait) {
  const auto first = ask(1, 10);
  const auto second = ask(10, 12);
  auto held = lease();
  EXPECT_TRUE(store::back_fill_failed(*database_, held, first.id, {IZ_ERR_TRANSIENT, "503", 1h, true}));
  auto due = store::due_back_fill(*database_, held);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->id, second.id) << "one that waits holds up no other";
  store::back_fill_failed(*database_, held, second.id, {IZ_ERR_PERMANENT, "there is no such bill", std::nullopt, true});
  EXPECT_EQ(states(), "waiting failed");
  EXPECT_FALSE(store::due_back_fill(*database_, held));
  const auto waiting = store::back_fills_waiting(*database_, held);
  EXPECT_EQ(waiting.count, 1);
  EXPECT_GT(*waiting.due, std::chrono::system_clock::now() + 30min);
  EXPECT_TRUE(ask(1, 10).repeated);
  due = store::due_back_fill(*database_, held);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->id, first.id);
  EXPECT_EQ(due->attempts, 1);
  EXPECT_FALSE(ask(10, 12).repeated) << "one that was given up is asked for anew";

  auto thief = held;
  --thief.epoch;
  EXPECT_FALSE(store::back_fill_failed(*database_, thief, first.id,
                                       {IZ_ERR_PERMANENT, "not ours any more", std::nullopt, true}));
  EXPECT_EQ(states(), "waiting failed waiting");
}

TEST_F(BackFillBook, one_that_was_withdrawn_stays_so_however_its_run_ends) {
  const auto first = ask(1, 10);
  const auto second = ask(20, 22);
  auto held = lease();
  const auto run = store::begin_back_fill(*database_, held, *store::due_back_fill(*database_, held));
  EXPECT_FALSE(store::load_streams(*database_, "c1").at(0).withdrawn_run);
  const auto withdrawn = store::withdraw_back_fill(*database_, first.id, "bob");
  ASSERT_TRUE(withdrawn);
  EXPECT_EQ(withdrawn->state, "withdrawn");
  EXPECT_EQ(withdrawn->error, "withdrawn by bob");
  EXPECT_TRUE(withdrawn->settled);
  EXPECT_TRUE(withdrawn->run_under_way);
  EXPECT_EQ(withdrawn->run_id, run);
  EXPECT_EQ(store::load_streams(*database_, "c1").at(0).withdrawn_run, run) << "every daemon is told";
  EXPECT_EQ(store::withdraw_back_fill(*database_, first.id, "carol")->error, "withdrawn by bob");

  EXPECT_FALSE(store::back_fill_failed(*database_, held, first.id, {IZ_ERR_CANCELLED, "cancelled", 0ms, false}));
  store::MarkSession session(shared_cluster().conninfo(pg_scalar(admin_, "SELECT current_database()"), "infrazen"));
  store::MarkTransaction transaction(session, held, run);
  store::back_fill_done(transaction, first.id, run);
  transaction.commit("c", {}, {}, true);
  EXPECT_EQ(states(), "withdrawn waiting");
  store::end_run(*database_, held, run, {});
  EXPECT_FALSE(store::load_streams(*database_, "c1").at(0).withdrawn_run);
  EXPECT_EQ(store::due_back_fill(*database_, held)->id, second.id);
  const auto waited = store::withdraw_back_fill(*database_, second.id, "bob");
  EXPECT_FALSE(waited->run_under_way);
  EXPECT_FALSE(store::due_back_fill(*database_, held));
  EXPECT_FALSE(store::withdraw_back_fill(*database_, 4711, "bob"));
}

TEST_F(BackFillBook, it_is_done_with_a_transaction_of_the_lease) {
  const auto asked = ask(1, 10);
  auto held = lease();
  const auto run = store::begin_back_fill(*database_, held, *store::due_back_fill(*database_, held));
  store::MarkSession session(shared_cluster().conninfo(pg_scalar(admin_, "SELECT current_database()"), "infrazen"));
  {
    store::MarkTransaction lost(session, held, run);
    store::back_fill_done(lost, asked.id, run);
  }
  EXPECT_EQ(states(), "running") << "rolled back";
  store::MarkTransaction transaction(session, held, run);
  store::back_fill_done(transaction, asked.id, run);
  transaction.commit("c", {}, {}, true);
  EXPECT_EQ(states(), "done");
  EXPECT_EQ(store::load_streams(*database_, "c1").at(0).back_fills_waiting, 0);
}

TEST_F(BackFillBook, two_who_ask_at_once_get_one) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([this] { (void)ask(1, 10); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(pg_scalar(admin_, "SELECT count(*) FROM infrazen.back_fills"), "1");
}

TEST_F(BackFillBook, a_script_that_has_run_away_is_stopped) {
  (void)pg_query(
      admin_,
      "INSERT INTO infrazen.back_fills (tenant_id, connection_id, stream_id, since, until) SELECT tenant_id, "
      "connection_id, stream_id, date '2020-01-01' + i, date '2020-01-02' + i FROM infrazen.streams, "
      "generate_series(1, 100) i WHERE stream = 'costs'");
  try {
    (void)ask(1, 10);
    FAIL() << "accepted";
  } catch (const records::RunError& error) {
    EXPECT_EQ(error.error_class(), IZ_ERR_PERMANENT);
    EXPECT_THAT(error.what(), testing::HasSubstr("100 back-fills of stream costs of connection c1 wait already"));
  }
  EXPECT_FALSE(ask(1, 10, "logs").repeated);
}

TEST_F(BackFillBook, readers_see_those_of_their_tenants) {
  (void)ask(1, 10);
  (void)pg_query(admin_, "CREATE ROLE \"reader-of-back-fills\" LOGIN IN ROLE infrazen_reader");
  const std::string reader =
      shared_cluster().conninfo(pg_scalar(admin_, "SELECT current_database()"), "reader-of-back-fills");
  EXPECT_EQ(pg_scalar(reader, "SELECT count(*) FROM infrazen.back_fills"), "0");
  (void)pg_query(admin_, "SELECT infrazen.grant_reader('reader-of-back-fills', 'acme')");
  EXPECT_EQ(pg_scalar(reader, "SELECT count(*) FROM infrazen.back_fills"), "1");
}

}  // namespace
}  // namespace iz::test
