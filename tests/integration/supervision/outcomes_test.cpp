// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Each kind of misbehaviour ends in the right outcome, keeps what was committed before, and leaves nothing behind.
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/supervision/supervision_test.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(Supervision, a_well_behaved_run_delivers_everything_in_order) {
  auto spec = spec_of("fine", "", 3);
  spec.cursor = "before";
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_OK) << run.outcome.message;
  EXPECT_EQ(run.sink.rows_committed, 3U);
  EXPECT_EQ(run.sink.points_committed, 3U);
  EXPECT_THAT(run.sink.cursors, ElementsAre(std::string("page\0two", 8), "end"));
  EXPECT_THAT(run.sink.calls, ElementsAre("open all", "batch 3", "segments 1", "close all"));
  EXPECT_EQ(run.outcome.marks, 2U);
  EXPECT_EQ(run.outcome.records, 6U);
  EXPECT_FALSE(run.outcome.crashed);
  EXPECT_GT(run.outcome.max_rss_bytes, 0U);
  EXPECT_EQ(run.observer.progress, 3U);
  EXPECT_EQ(run.sink.checkpoint, "etag-2");
  EXPECT_EQ(run.observer.line("cursor: "), "before");
  EXPECT_EQ(run.observer.line("checkpoint: "), "null");
  EXPECT_EQ(run.observer.line("thread: "), "works");
  EXPECT_EQ(run.observer.line("unknown service: "), "null");
  EXPECT_EQ(run.observer.line("debug"), "");
}

TEST_F(Supervision, a_large_run_arrives_whole) {
  const SupervisedRun run(spec_of("fine", "", 1'000'000));
  EXPECT_EQ(run.outcome.error_class, IZ_OK) << run.outcome.message;
  EXPECT_EQ(run.sink.rows_committed, 1'000'000U);
}

TEST_F(Supervision, a_checkpoint_comes_back) {
  auto spec = spec_of("fine");
  spec.checkpoint = "etag-1";
  spec.has_checkpoint = true;
  EXPECT_EQ(SupervisedRun(spec).observer.line("checkpoint: "), "etag-1");
}

TEST_F(Supervision, a_crash_is_told_from_an_error_and_keeps_what_was_marked) {
  struct Case {
    const char* variant;
    int signal;
    const char* says;
  };
  for (const Case& test :
       {Case{"segv", SIGSEGV, "SIGSEGV"}, Case{"abort", SIGABRT, "SIGABRT"}, Case{"terminate", SIGABRT, "SIGABRT"},
        Case{"stack", SIGSEGV, "SIGSEGV"}, Case{"exit", 0, "exit status 0"}, Case{"_exit", 0, "exit status 3"},
        Case{"throw", 0, "the provider sent a cat"}, Case{"throw_int", 0, "unknown type"}}) {
    // A sanitizer reports and exits instead of dying, and at exit() looks for leaks, which the sandbox forbids.
    if (kSanitized && (test.signal != 0 || std::string_view(test.variant) == "exit")) continue;
    const SupervisedRun run(spec_of("crash", test.variant));
    EXPECT_EQ(run.outcome.error_class, IZ_ERR_INTERNAL) << test.variant;
    EXPECT_TRUE(run.outcome.crashed) << test.variant;
    EXPECT_EQ(run.outcome.signal, test.signal) << test.variant;
    EXPECT_THAT(run.outcome.message, HasSubstr(test.says)) << test.variant;
    EXPECT_THAT(run.sink.cursors, ElementsAre("first")) << test.variant;
    EXPECT_EQ(run.sink.rows_committed, 2U) << test.variant;
  }
}

TEST_F(Supervision, a_leak_hits_the_memory_limit) {
  if (kSanitized) GTEST_SKIP() << "sanitizers need address space without limit";
  auto spec = spec_of("leak");
  spec.limits.data_bytes = 96ULL << 20;
  const SupervisedRun run(spec);
  EXPECT_TRUE(run.outcome.crashed);
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_INTERNAL);
  EXPECT_LT(run.outcome.max_rss_bytes, 128ULL << 20);
  EXPECT_THAT(run.outcome.message, HasSubstr("of the 96 MiB it may have"));
  spec = spec_of("leak", "polite");
  spec.limits.data_bytes = 96ULL << 20;
  const SupervisedRun polite(spec);
  EXPECT_FALSE(polite.outcome.crashed);
  EXPECT_THAT(polite.outcome.message, HasSubstr("out of memory"));
}

TEST_F(Supervision, garbage_in_the_socket_is_a_violation) {
  for (const char* variant : {"noise", "header", "frame"}) {
    const SupervisedRun run(spec_of("garbage", variant));
    EXPECT_TRUE(run.outcome.protocol_violation) << variant;
    EXPECT_EQ(run.outcome.error_class, IZ_ERR_INTERNAL) << variant;
    EXPECT_TRUE(run.sink.cursors.empty()) << variant;
  }
}

TEST_F(Supervision, a_connector_that_closes_every_descriptor_ends_itself) {
  auto spec = spec_of("garbage", "close");
  spec.limits.idle_timeout = 1s * kSlowness;
  const SupervisedRun run(spec);
  EXPECT_TRUE(run.outcome.crashed || run.outcome.protocol_violation);
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_INTERNAL);
}

TEST_F(Supervision, a_connector_that_hangs_up_and_lives_on_is_killed) {
  const SupervisedRun run(spec_of("garbage", "shutdown"));
  EXPECT_TRUE(run.outcome.protocol_violation);
  EXPECT_THAT(run.outcome.message, HasSubstr("closed its connection"));
}

TEST_F(Supervision, a_slow_connector_is_left_to_finish) {
  auto spec = spec_of("slow", "", 75);  // 40 ms each, so longer in all than it may be silent
  spec.limits.idle_timeout = 2500ms;
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_OK) << run.outcome.message;
  EXPECT_EQ(run.sink.rows_committed, 75U);
}

TEST_F(Supervision, a_flood_is_stopped_at_the_limits_between_marks) {
  auto spec = spec_of("flood", "records");
  spec.limits.records_per_mark = 100'000;
  const SupervisedRun records(spec);
  EXPECT_EQ(records.outcome.error_class, IZ_ERR_PERMANENT);
  EXPECT_TRUE(records.outcome.killed_for_limit);
  EXPECT_LT(records.sink.rows_pending, 110'000U);
  EXPECT_EQ(records.sink.rows_committed, 0U);
  spec.limits.records_per_mark = 1'000'000'000;
  spec.limits.bytes_per_mark = 1 << 20;
  EXPECT_THAT(SupervisedRun(spec).outcome.message, HasSubstr("bytes without a mark"));
  spec = spec_of("flood", "findings");
  spec.limits.records_per_mark = 10'000;
  const SupervisedRun findings(spec);
  EXPECT_TRUE(findings.outcome.killed_for_limit);
  EXPECT_LE(findings.sink.findings.size(), 10'001U);
}

TEST_F(Supervision, a_flood_of_words_is_thinned_out) {
  const SupervisedRun logs(spec_of("flood", "logs"));
  EXPECT_EQ(logs.outcome.error_class, IZ_OK) << logs.outcome.message;
  EXPECT_LE(logs.observer.lines.size(), 500U * (2 + logs.outcome.duration_ms / 1000)) << "so many a second, of 20,000";
  const SupervisedRun errors(spec_of("flood", "stderr"));
  EXPECT_EQ(errors.outcome.error_class, IZ_OK) << errors.outcome.message;
  EXPECT_LE(errors.outcome.stderr_tail.size(), 4096U);
  EXPECT_FALSE(errors.outcome.stderr_tail.empty());
}

TEST_F(Supervision, what_was_never_marked_never_happened) {
  const SupervisedRun once(spec_of("never-marks"));
  EXPECT_EQ(once.outcome.error_class, IZ_OK);
  EXPECT_EQ(once.outcome.marks, 0U);
  EXPECT_EQ(once.sink.rows_committed, 0U);
  auto spec = spec_of("never-marks", "forever");
  spec.limits.seconds_per_mark = 1s;
  const SupervisedRun forever(spec);
  EXPECT_EQ(forever.outcome.error_class, IZ_ERR_PERMANENT);
  EXPECT_TRUE(forever.outcome.killed_for_limit);
  EXPECT_THAT(forever.outcome.message, HasSubstr("1 s without a mark"));
}

TEST_F(Supervision, a_missing_service_is_a_null_pointer_and_a_message) {
  const SupervisedRun run(spec_of("missing-service"));
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_CONFIG);
  EXPECT_THAT(run.outcome.message, HasSubstr("infrazen.telepathy/1"));
}

TEST_F(Supervision, an_error_brings_its_class_and_its_time_and_no_secret) {
  auto spec = spec_of("fine", "rate_limited");
  spec.secrets = {{"token", "s3cret-token", false}};
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_RATE_LIMITED);
  EXPECT_EQ(run.outcome.retry_after_ms, 1234);
  EXPECT_EQ(run.outcome.message, "the provider said later, token ***");
}

// A sink that fails, as ingest does when the lease is lost or the database is gone.
TEST_F(Supervision, a_fault_of_the_sink_ends_the_run_with_its_class) {
  class Broken : public RecordingSink {
    void on_mark(std::string_view cursor) override {
      if (cursor == "end") throw records::RunError(IZ_ERR_TRANSIENT, "the database went away", 5000);
      RecordingSink::on_mark(cursor);
    }
  } sink;
  RecordingObserver observer;
  const auto outcome = supervisor().execute(spec_of("fine"), sink, observer);
  EXPECT_EQ(outcome.error_class, IZ_ERR_TRANSIENT);
  EXPECT_EQ(outcome.message, "the database went away");
  EXPECT_EQ(outcome.retry_after_ms, 5000);
  EXPECT_EQ(outcome.marks, 1U);
  EXPECT_FALSE(outcome.crashed);
}

TEST_F(Supervision, a_host_that_is_killed_from_outside_is_seen_as_such) {
  class Killer : public RecordingObserver {
    void on_progress(std::uint64_t, std::uint64_t, std::string_view) override { ::kill(pid, SIGKILL); }
  } observer;
  RecordingSink sink;
  const auto outcome = supervisor().execute(spec_of("slow", "", 100), sink, observer);
  EXPECT_TRUE(outcome.crashed);
  EXPECT_EQ(outcome.signal, SIGKILL);
  EXPECT_EQ(outcome.error_class, IZ_ERR_TRANSIENT);
  EXPECT_THAT(outcome.message, HasSubstr("from outside"));
}

TEST_F(Supervision, others_go_on_while_one_misbehaves) {
  std::vector<std::jthread> threads;
  std::vector<supervise::RunOutcome> good(3);
  auto hanging = spec_of("hang", "ignore");
  hanging.limits.idle_timeout = kEnoughToStart;
  for (const auto& spec : {hanging, spec_of("crash", "segv"), spec_of("garbage", "noise")}) {
    threads.emplace_back([spec] { EXPECT_NE(SupervisedRun(spec).outcome.error_class, IZ_OK); });
  }
  for (auto& outcome : good) {
    threads.emplace_back([&outcome] { outcome = SupervisedRun(spec_of("slow", "", 20)).outcome; });
  }
  threads.clear();
  for (const auto& outcome : good) EXPECT_EQ(outcome.error_class, IZ_OK) << outcome.message;
}

TEST_F(Supervision, a_host_program_that_is_missing_is_named) {
  auto spec = spec_of("fine");
  spec.host_program = "/nonexistent/infrazen-connector-host";
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_INTERNAL);
  EXPECT_THAT(run.outcome.message, HasSubstr("/nonexistent/infrazen-connector-host"));
  EXPECT_THAT(run.outcome.message, HasSubstr("No such file"));
}

TEST_F(Supervision, check_reports_each_verdict) {
  auto spec = spec_of("fine");
  spec.action = supervise::Action::check;
  spec.secrets = {{"token", "s3cret-token", false}};
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_OK) << run.outcome.message;
  EXPECT_THAT(run.observer.lines,
              ElementsAre("0 secret token: is there", "1 permission billing.read: 403 for ***; grant the role"));
}

TEST_F(Supervision, describe_returns_the_manifest) {
  const auto manifest = supervisor().describe(kConnectorHost, kTestPluginDir / "fine.so");
  EXPECT_EQ(manifest.id, "fine");
  ASSERT_NE(manifest.find_setting("rows"), nullptr);
  EXPECT_EQ(manifest.find_setting("rows")->default_json, "3");
  EXPECT_THAT(manifest.hosts, ElementsAre("api.example.com"));
}

}  // namespace
}  // namespace iz::test
