// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Sealing while everything else goes on, or stops.
#include "jobs/sealing.hpp"

#include <signal.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "estate.hpp"
#include "harness/wait_until.hpp"
#include "insight/quantile_sketch.hpp"

namespace iz::test {
namespace {

using Outcome = store::SealedDay::Outcome;

constexpr const char* kSteps[] = {"read", "copy", "fold_late", "empty_leaf", "commit"};

// Two series: hot and late points, and one of them sealed before.
void fill(Estate& estate) {
  estate.push_regular({.external_id = "a"}, kMonday, 5 * kMinute, std::vector<double>(100, 1.25));
  estate.mark();
  ASSERT_EQ(estate.seal(kMondayDate).outcome, Outcome::sealed);
  estate.push_regular({.external_id = "a"}, kMonday + 5 * kMinute, 5 * kMinute, std::vector<double>(10, 7.5));
  estate.push_regular({.external_id = "a"}, kMonday + 600 * kMinute, 5 * kMinute, std::vector<double>(10, 8.5));
  estate.push_regular({.external_id = "b"}, kMonday, 5 * kMinute, std::vector<double>(50, 2.25));
  estate.mark();
}

TEST(MetricsSealing, ended_by_an_error_at_any_step_leaves_everything_as_it_was) {
  Estate estate;
  fill(estate);
  for (const std::string wanted : kSteps) {
    EXPECT_THROW((void)estate.seal(kMondayDate,
                                   [&](std::string_view step) {
                                     if (step == wanted) throw std::runtime_error("stopped before " + wanted);
                                   }),
                 std::runtime_error)
        << wanted;
    estate.expect_truth("stopped before " + wanted);
    EXPECT_NE(estate.scalar("SELECT count(*) FROM infrazen.metric_late"), "0");
  }
  EXPECT_EQ(estate.seal(kMondayDate).outcome, Outcome::sealed);
  estate.expect_truth("sealed in the end");
}

TEST(MetricsSealing, killed_at_any_step_leaves_everything_as_it_was) {
  Estate estate;
  fill(estate);
  for (const std::string wanted : kSteps) {
    const pid_t child = ::fork();
    ASSERT_NE(child, -1);
    if (child == 0) {
      try {
        (void)estate.seal_on_new_session(kMondayDate, [&](std::string_view step) {
          if (step == wanted) ::kill(::getpid(), SIGKILL);
        });
      } catch (...) {
      }
      ::_exit(1);  // was not killed
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << wanted;
    estate.expect_truth("killed before " + wanted);
    EXPECT_NE(estate.scalar("SELECT count(*) FROM infrazen.metric_late"), "0");
  }
  // The server notices a dead client when it next talks to it; until then its transaction has the lock.
  EXPECT_TRUE(wait_until([&] { return estate.seal(kMondayDate).outcome == Outcome::sealed; }));
  estate.expect_truth("sealed in the end");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_late"), "0");
}

TEST(MetricsSealing, points_that_come_meanwhile_are_neither_lost_nor_counted_twice) {
  Estate estate;
  fill(estate);
  const store::SealedDay put_off = estate.seal(kMondayDate, [&](std::string_view step) {
    if (step != "fold_late") return;
    estate.push_regular({.external_id = "c"}, kMonday, 5 * kMinute, std::vector<double>(9, 3));  // a hot row more
    estate.push_regular({.external_id = "a"}, kMonday + 5 * kMinute, 5 * kMinute,
                        std::vector<double>(3, 9));  // a late one
    estate.mark();
  });
  EXPECT_EQ(put_off.outcome, Outcome::still_arriving);
  estate.expect_truth("put off");

  const store::SealedDay sealed = estate.seal(kMondayDate, [&](std::string_view step) {
    if (step != "fold_late") return;
    estate.push_regular({.external_id = "a"}, kMonday + 5 * kMinute, 5 * kMinute,
                        std::vector<double>(2, 10));  // late only
    estate.mark();
  });
  EXPECT_EQ(sealed.outcome, Outcome::sealed);
  EXPECT_EQ(estate.scalar("SELECT sum(n) FROM infrazen.metric_late"), "2");
  estate.expect_truth("sealed, and late again");
  EXPECT_EQ(estate.seal(kMondayDate).outcome, Outcome::sealed);
  estate.expect_truth("sealed again");
}

// What drops an empty leaf locks the parent and then the leaf: a mark that had a leaf and waited for the parent would
// be ended as one of two that wait for one another.
TEST(MetricsSealing, a_mark_with_late_points_has_the_parents_lock_before_a_leafs) {
  Estate estate;
  const Estate::Series a{.external_id = "a"};
  estate.push_regular(a, kMonday, kMinute, {1, 2, 3});
  estate.push_regular(a, kMonday + kDay, kMinute, {4});
  estate.mark();
  store::MarkSession sealing(estate.daemon_conninfo());
  sealing.exec("BEGIN");
  ASSERT_TRUE(sealing.exec("SELECT infrazen.empty_metric_leaf(DATE '2025-09-16', 1)").boolean(0, 0));
  std::thread mark([&] {
    estate.push_regular(a, kMonday, kMinute, {1, 20, 3});
    estate.push_regular(a, kMonday + kDay + kMinute, kMinute, {5});
    estate.mark();
  });
  const std::string waits =
      "SELECT count(*) FROM pg_locks w WHERE NOT w.granted "
      "AND w.relation = 'infrazen.metric_segments_20250916'::regclass";
  EXPECT_TRUE(wait_until([&] { return estate.scalar(waits) == "1"; }));
  EXPECT_EQ(estate.scalar(waits + " AND EXISTS (SELECT FROM pg_locks h WHERE h.pid = w.pid AND h.granted "
                                  "AND h.relation = 'infrazen.metric_segments'::regclass)"),
            "1");
  sealing.exec("ROLLBACK");
  mark.join();
  estate.expect_truth("both went on");
}

TEST(MetricsSealing, only_one_daemon_seals) {
  Estate estate;
  fill(estate);
  Outcome other = Outcome::sealed;
  const store::SealedDay sealed = estate.seal(kMondayDate, [&](std::string_view step) {
    if (step == "empty_leaf") other = estate.seal_on_new_session(kMondayDate, {}).outcome;
  });
  EXPECT_EQ(sealed.outcome, Outcome::sealed);
  EXPECT_EQ(other, Outcome::busy);
  estate.expect_truth("sealed once");
}

TEST(MetricsSealing, the_job_seals_what_is_finished_and_drops_leaves_it_has_emptied) {
  Estate estate;
  const std::vector<double> day(288, 4.5);
  for (int i = 0; i < 3; ++i) estate.push_regular({.external_id = "a"}, kMonday + i * kDay, 5 * kMinute, day);
  estate.mark();
  const auto wednesday = kMondayDate + std::chrono::days(2);
  EXPECT_EQ(jobs::seal_finished_days(estate.database(), wednesday, {}),
            "2 days sealed with 576 points, 0 put off, 0 empty leaves dropped");
  estate.expect_truth("sealed by the job");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_segments"), "1");
  EXPECT_EQ(jobs::seal_finished_days(estate.database(), wednesday, {}),
            "0 days sealed with 0 points, 0 put off, 2 empty leaves dropped");
  EXPECT_EQ(jobs::seal_finished_days(estate.database(), wednesday, {}), "");
  estate.expect_truth("leaves dropped");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.partitions_of('infrazen.metric_segments')"), "1");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.audit WHERE action = 'metrics.seal'"), "2");

  estate.push_regular({.external_id = "new"}, kMonday, 5 * kMinute, day);  // back-fill of a day whose leaf is gone
  estate.mark();
  estate.expect_truth("back-filled");
  (void)jobs::seal_finished_days(estate.database(), wednesday, {});
  estate.expect_truth("back-filled and sealed");
}

}  // namespace
}  // namespace iz::test
