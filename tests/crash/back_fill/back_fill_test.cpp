// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/paths.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"

// A back-fill of four months, a mark each, whose daemon is killed at a point of its run and started again.
namespace iz::test {
namespace {

using namespace std::chrono_literals;

class FilledEstate {
 public:
  FilledEstate() {
    daemon_.options().program = kInfrazendFaults;
    daemon_.connection(
        "estate",
        "connector: simulator\nsettings:\n"
        "  {seed: 5, resources: 20, accounts: 2, folders: 2, regions: 2, churn: 0.2, since: \"2025-01-01\",\n"
        "   now: \"2025-10-20T06:00:00Z\", history_days: 30}\n"
        "streams: {inventory: false, metrics: false, logs: false, components: false, prices: false, rates: "
        "false,\n  balance: false, documents: false, costs: {interval: 300d, after: []}}\n");
    daemon_.start();
    if (!daemon_.wait_outcome("estate", "costs", "succeeded")) throw std::runtime_error(daemon_.log());
    daemon_.stop();
    place_ = place();
    // As another daemon took it; this one finds it when it starts.
    (void)daemon_.query(
        "INSERT INTO infrazen.back_fills (tenant_id, connection_id, stream_id, since, until) SELECT tenant_id, "
        "connection_id, stream_id, '2025-04-01', '2025-08-01' FROM infrazen.streams WHERE stream = 'costs'");
  }

  // False: the fault was not reached, the back-fill is done.
  bool killed_at(const std::string& faults) {
    daemon_.options().env["IZ_FAULTS"] = faults;
    daemon_.spawn();
    EXPECT_TRUE(wait_until([this] { return !daemon_.running() || done(); }, 60s)) << daemon_.log();
    if (daemon_.running() && !wait_until([this] { return !daemon_.running(); }, 1s)) {
      daemon_.stop();
      return false;
    }
    EXPECT_EQ(daemon_.process().wait().signal, SIGKILL) << daemon_.log();
    return true;
  }
  void finish() {
    daemon_.options().env.clear();
    daemon_.start();
    EXPECT_TRUE(wait_until([this] { return done(); }, 60s)) << daemon_.log();
    daemon_.stop();
    EXPECT_EQ(place(), place_) << "cursor and schedule are as they were";
  }

  // All charges with their hashes, roll-ups, and what says that something was written twice or taken away.
  [[nodiscard]] std::string content() const {
    return daemon_.scalar(
        "SET search_path = infrazen; SELECT concat_ws(E'\\n', "
        "(SELECT string_agg(concat_ws(' ', charge_period_start, row_hash, trim_scale(billed_cost)), E'\\n' ORDER BY "
        "charge_period_start, row_hash) FROM cost_charges), "
        "(SELECT string_agg(concat_ws(' ', charge_day, total), E'\\n' ORDER BY charge_day) FROM (SELECT charge_day, "
        "trim_scale(sum(billed_cost)) AS total FROM cost_daily GROUP BY 1) d), "
        "(SELECT count(*) FROM cost_changes))");
  }
  [[nodiscard]] std::string months() const {
    return daemon_.scalar(
        "SELECT string_agg(DISTINCT to_char(charge_period_start AT TIME ZONE 'UTC', 'MM'), ' ') FROM "
        "infrazen.cost_charges");
  }
  [[nodiscard]] bool open_runs() const {
    return daemon_.scalar("SELECT count(*) FROM infrazen.runs WHERE ended_at IS NULL") != "0";
  }

 private:
  [[nodiscard]] bool done() const {
    return daemon_.scalar("SELECT state FROM infrazen.back_fills") == "done" && !open_runs();
  }
  [[nodiscard]] std::string place() const {
    return daemon_.scalar(
        "SELECT concat_ws(' ', convert_from(cursor, 'UTF8'), next_due, last_success) FROM infrazen.streams WHERE "
        "stream = "
        "'costs'");
  }

  Infrazend daemon_{shared_cluster(), {"simulator"}};
  std::string place_;
};

TEST(BackFillCrash, killed_at_any_point_of_its_run_it_comes_to_the_same_rows) {
  FilledEstate whole;
  whole.finish();
  EXPECT_EQ(whole.months(), "04 05 06 07 09 10");
  const std::string expected = whole.content();
  // The fifth mark is the one that makes it done.
  for (const char* fault :
       {"lease.after_take:1", "back_fill.after_begin:1", "frames.after_take:3", "mark.before_write:2",
        "mark.before_commit:3", "mark.after_commit:3", "mark.before_answer:4", "mark.before_commit:5",
        "mark.after_commit:5", "back_fill.before_end:1"}) {
    SCOPED_TRACE(fault);
    FilledEstate estate;
    EXPECT_TRUE(estate.killed_at(fault)) << "not come by";
    (void)estate.killed_at("mark.after_commit:1");  // and the one that was to mend it, too
    estate.finish();
    EXPECT_EQ(estate.content(), expected);
    EXPECT_FALSE(estate.open_runs());
  }
}

}  // namespace
}  // namespace iz::test
