// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <atomic>
#include <filesystem>
#include <fstream>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "harness/temp_dir.hpp"
#include "harness/wait_until.hpp"
#include "integration/supervision/supervised_run.hpp"

// The connector `fetch` in the real connector-host: behind the sandbox, over real TLS.
namespace iz::test {
namespace {

using namespace std::chrono_literals;

class FetchRun : public ::testing::Test {
 protected:
  [[nodiscard]] supervise::RunSpec spec(std::string_view variant, const std::string& url) const {
    auto spec = spec_of("fetch");
    spec.settings_json = R"({"variant":")" + std::string(variant) + R"(","url":")" + url + R"("})";
    spec.secrets = {{"token", "s3cr3t-value", false}};
    spec.http.allowed_hosts = {"localhost", "127.0.0.1"};
    spec.http.ca_file = ca_.ca_file();
    return spec;
  }

  TestCa ca_;
  HttpServer server_{ca_};
};

TEST_F(FetchRun, gets_over_tls_from_inside_the_sandbox) {
  server_.on("/x", {.body = "hello from outside", .gzip = true});
  auto asked = spec("bearer", server_.url("/x"));  // localhost: its name is looked up
  const SupervisedRun run(asked);
  EXPECT_TRUE(run.outcome.ok()) << run.outcome.message << run.outcome.stderr_tail;
  EXPECT_EQ(run.observer.line("status: "), "200");
  EXPECT_EQ(run.observer.line("body: "), "hello from outside");
  EXPECT_EQ(server_.requests().at(0).header("authorization"), "Bearer s3cr3t-value");
}

TEST_F(FetchRun, fans_out) {
  server_.handle_others([](const ReceivedRequest& request) { return Reply{.body = request.path, .delay = 20ms}; });
  const SupervisedRun run(spec("fanout", server_.url("")));
  EXPECT_TRUE(run.outcome.ok()) << run.outcome.message << run.outcome.stderr_tail;
  EXPECT_EQ(run.observer.line("right: "), "50");
  EXPECT_GT(server_.most_at_once(), 8U);
}

TEST_F(FetchRun, streams_more_than_it_may_hold) {
  server_.on("/", {.body = std::string(64U << 20U, 'x'), .chunked = true});
  auto asked = spec("stream", server_.url("/"));
  asked.limits.data_bytes = kSanitized ? asked.limits.data_bytes : 48ULL << 20;
  const SupervisedRun run(asked);
  EXPECT_TRUE(run.outcome.ok()) << run.outcome.message << run.outcome.stderr_tail;
  EXPECT_EQ(run.observer.line("bytes: "), std::to_string(64U << 20U));
}

TEST_F(FetchRun, uses_a_token_it_never_sees) {
  server_.on("/login", {.body = R"({"token":"minted-token"})"});
  server_.on("/", {.body = "in"});
  const SupervisedRun run(spec("login", server_.url("")));
  EXPECT_TRUE(run.outcome.ok()) << run.outcome.message;
  EXPECT_EQ(run.observer.line("login: "), R"({"token":"***"})");
  EXPECT_EQ(server_.requests("/login").at(0).body, R"({"password":"s3cr3t-value"})");
  EXPECT_EQ(server_.requests("/").at(0).header("authorization"), "Bearer minted-token");
}

TEST_F(FetchRun, records_from_inside_the_sandbox_and_replays_without_a_network) {
  const TempDir folder;
  server_.on("/x", {.body = "recorded"});
  auto asked = spec("", server_.url("/x"));
  asked.http.record_into = folder.path();
  EXPECT_TRUE(SupervisedRun(asked).outcome.ok());
  asked.http.record_into.clear();
  asked.http.replay_from = folder.path();
  const SupervisedRun replayed(asked);
  EXPECT_TRUE(replayed.outcome.ok()) << replayed.outcome.message;
  EXPECT_EQ(replayed.observer.line("body: "), "recorded");
  EXPECT_EQ(server_.requests().size(), 1U);
}

TEST_F(FetchRun, an_error_s_class_and_delay_reach_the_daemon) {
  server_.on("/", {.status = 429, .headers = {{"Retry-After", "900"}}});
  const SupervisedRun run(spec("", server_.url("/")));
  EXPECT_EQ(run.outcome.error_class, static_cast<std::uint32_t>(IZ_ERR_RATE_LIMITED));
  EXPECT_EQ(run.outcome.retry_after_ms, 900'000);
}

TEST_F(FetchRun, the_system_s_authorities_are_readable_in_the_sandbox) {
  if (!std::filesystem::exists("/etc/ssl/certs/ca-certificates.crt")) GTEST_SKIP() << "this system has no CA bundle";
  auto asked = spec("", server_.url("/"));
  asked.http.ca_file.clear();
  const SupervisedRun run(asked);
  EXPECT_EQ(run.outcome.error_class, static_cast<std::uint32_t>(IZ_ERR_TRANSIENT));
  EXPECT_NE(run.outcome.message.find("is not trusted"), std::string::npos) << run.outcome.message;
}

TEST_F(FetchRun, a_wait_is_ended_by_cancel) {
  server_.on("/", {.silent = true});
  std::stop_source stop;
  std::jthread later([&] {
    (void)wait_until([&] { return server_.requests().size() == 1; });
    stop.request_stop();
  });
  const SupervisedRun run(spec("", server_.url("/")), stop.get_token());
  EXPECT_EQ(run.outcome.error_class, static_cast<std::uint32_t>(IZ_ERR_CANCELLED)) << run.outcome.message;
  EXPECT_EQ(run.outcome.signal, 0);
}

TEST_F(FetchRun, waiting_for_an_answer_is_not_hanging) {
  server_.on("/", {.body = "at last", .delay = 6s});
  auto asked = spec("", server_.url("/"));
  asked.limits.idle_timeout = 3s;
  const SupervisedRun run(asked);
  EXPECT_TRUE(run.outcome.ok()) << run.outcome.message;
}

// What the process of a run had mapped, and its threads, once `ready`; the run is then stopped.
struct Footprint {
  bool libcurl = false;
  std::size_t threads = 0;
};

template <class Ready>
Footprint footprint_of(const supervise::RunSpec& spec, Ready ready) {
  struct Watch : supervise::RunObserver {
    void on_started(pid_t pid) override { child = pid; }
    std::atomic<pid_t> child{0};
  } watch;
  Footprint seen;
  std::stop_source stop;
  std::jthread looker([&] {
    const bool there = wait_until([&] { return watch.child != 0 && ready(); });
    std::this_thread::sleep_for(200ms * kSlowness);  // what comes later than the connector's first step
    const std::string process = "/proc/" + std::to_string(watch.child);
    std::ifstream maps(process + "/maps");
    for (std::string line; there && std::getline(maps, line);)
      seen.libcurl |= line.find("libcurl") != std::string::npos;
    std::error_code fault;
    for (std::filesystem::directory_iterator task(process + "/task", fault), end; !fault && task != end;
         task.increment(fault))
      ++seen.threads;
    stop.request_stop();
  });
  RecordingSink sink;
  (void)supervisor().execute(spec, sink, watch, stop.get_token());
  return seen;
}

TEST_F(FetchRun, costs_nothing_until_it_is_used) {
  const Footprint idle = footprint_of(spec_of("hang"), [] { return true; });
  EXPECT_GT(idle.threads, 0U);
  EXPECT_FALSE(idle.libcurl);
  server_.on("/", {.silent = true});
  const Footprint busy =
      footprint_of(spec("", server_.url("/", "127.0.0.1")), [&] { return !server_.requests().empty(); });
  EXPECT_TRUE(busy.libcurl);
  EXPECT_EQ(busy.threads, idle.threads + 1);
}

}  // namespace
}  // namespace iz::test
