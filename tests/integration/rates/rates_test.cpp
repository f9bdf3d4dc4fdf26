// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// The budget of a provider's account: shared by streams, connections and daemons, against a provider that counts.
#include <atomic>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/http/rate_gate.hpp"
#include "fakes/http/server.hpp"
#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string kLimits =
    "limits: {lease: 10s, per_connection: 2, concurrent_runs: 6, backoff: {min: 100ms, max: 1s}}\n";

class Rates : public ::testing::Test {
 protected:
  // A connection whose streams make `calls` each.
  [[nodiscard]] std::string calls(int count, const std::string& rate, const std::string& more = {}) const {
    return "connector: calls\nallow_plain_loopback: true\nsettings: {url: '" + server_.url("") +
           "', calls: " + std::to_string(count) + more + "}\nrate_limit: {" + rate + "}\n";
  }
  void count_at(RateGate& gate) {
    server_.handle_others([&gate](const ReceivedRequest&) {
      auto refused = gate.refuse();
      return refused ? *refused : Reply{.body = "{}"};
    });
  }
  static bool all_succeeded(const Infrazend& daemon, int runs) {
    return wait_until([&] { return daemon.scalar(kSucceeded) == std::to_string(runs); }, 60s, 20ms);
  }
  static constexpr const char* kSucceeded = "SELECT count(*) FROM infrazen.runs WHERE outcome = 'succeeded'";

  HttpServer server_;
};

TEST_F(Rates, streams_and_connections_of_one_account_share_one_budget) {
  RateGate gate(40);
  count_at(gate);
  Infrazend daemon(shared_cluster(), {"calls"}, kLimits);
  daemon.connection("a", calls(60, "account: acme, per_second: 40"));
  daemon.connection("b", calls(60, "account: acme, per_second: 40"));
  daemon.start();
  ASSERT_TRUE(all_succeeded(daemon, 4)) << daemon.log();
  EXPECT_EQ(gate.passed(), 240U);
  EXPECT_EQ(gate.throttled(), 0U);
  EXPECT_GE(gate.used(), kSanitized ? 0.7 : 0.9);
}

TEST_F(Rates, two_daemons_on_one_database_share_it) {
  RateGate gate(30);
  count_at(gate);
  Infrazend one(shared_cluster(), {"calls"}, kLimits);
  Infrazend two(one.options());
  one.connection("a", calls(80, "account: acme, per_second: 30"));
  two.connection("b", calls(80, "account: acme, per_second: 30"));
  one.start();
  two.start();
  ASSERT_TRUE(all_succeeded(one, 4)) << one.log() << two.log();
  EXPECT_EQ(gate.passed(), 320U);
  EXPECT_LE(gate.throttled(), 1U);
  EXPECT_GE(gate.used(), kSanitized ? 0.7 : 0.9);
}

TEST_F(Rates, accounts_have_budgets_of_their_own) {
  server_.handle_others([](const ReceivedRequest&) { return Reply{.body = "{}"}; });
  Infrazend daemon(shared_cluster(), {"calls"}, kLimits);
  daemon.connection("a", calls(20, "per_second: 20"));
  daemon.connection("b", calls(20, "per_second: 20"));
  daemon.start();
  ASSERT_TRUE(all_succeeded(daemon, 4)) << daemon.log();
  EXPECT_EQ(daemon.scalar("SELECT string_agg(account, ', ' ORDER BY account) FROM infrazen.rate_budget"),
            "connection a, connection b");
}

TEST_F(Rates, one_429_with_retry_after_stops_every_run_of_the_account_in_both_daemons) {
  std::atomic<bool> armed{false};
  std::atomic<Clock::rep> refused_at{0};
  std::mutex mutex;
  std::vector<Clock::time_point> arrived;
  server_.handle_others([&](const ReceivedRequest&) {
    const auto now = Clock::now();
    if (armed.exchange(false)) {
      refused_at = now.time_since_epoch().count();
      return Reply{.status = 429, .headers = {{"Retry-After", "4"}}};
    }
    const std::lock_guard lock(mutex);
    arrived.push_back(now);
    return Reply{.body = "{}"};
  });
  Infrazend one(shared_cluster(), {"calls"}, kLimits);
  Infrazend two(one.options());
  one.connection("a", calls(300, "account: acme, per_second: 50"));
  two.connection("b", calls(300, "account: acme, per_second: 50"));
  one.start();
  two.start();
  ASSERT_TRUE(wait_until([&] { return server_.requests().size() > 60; }, 30s));
  armed = true;
  ASSERT_TRUE(wait_until([&] { return refused_at != 0; }));
  const Clock::time_point refused{Clock::duration(refused_at.load())};
  // Another daemon learns of it within half a second; what it had reserved is a fraction of one.
  const auto quiet_from = refused + 1s;
  const auto quiet_until = refused + 4s;
  ASSERT_TRUE(wait_until([&] { return Clock::now() > quiet_until + 3s; }, 20s));
  const std::lock_guard lock(mutex);
  std::size_t in_the_pause = 0;
  std::size_t soon_after = 0;
  std::size_t later = 0;
  for (const auto at : arrived) {
    soon_after += at > refused + 50ms && at < quiet_from ? 1 : 0;
    in_the_pause += at >= quiet_from && at < quiet_until ? 1 : 0;
    later += at >= quiet_until ? 1 : 0;
  }
  EXPECT_EQ(in_the_pause, 0U);
  EXPECT_LT(soon_after, 40U) << "one daemon's reserve, the other stopped at once";
  EXPECT_GT(later, 0U) << "and then it went on";
  EXPECT_LT(later, 3 * 40U) << "slower than before";
}

TEST_F(Rates, a_host_without_a_limit_is_paused_for_the_other_daemon_too) {
  std::atomic<bool> armed{false};
  std::atomic<Clock::rep> refused_at{0};
  std::atomic<unsigned> in_the_pause{0};
  server_.handle_others([&](const ReceivedRequest&) {
    const auto now = Clock::now();
    if (armed.exchange(false)) {
      refused_at = now.time_since_epoch().count();
      return Reply{.status = 503, .headers = {{"Retry-After", "3"}}};
    }
    if (refused_at != 0) {
      const Clock::time_point refused{Clock::duration(refused_at.load())};
      if (now > refused + 1s && now < refused + 3s) ++in_the_pause;
    }
    return Reply{.body = "{}", .delay = 40ms};
  });
  Infrazend one(shared_cluster(), {"calls"}, kLimits);
  Infrazend two(one.options());
  one.connection("a", calls(100'000, "account: acme", ", at_once: 4"));
  two.connection("b", calls(100'000, "account: acme", ", at_once: 4"));
  one.start();
  two.start();
  ASSERT_TRUE(wait_until([&] { return server_.requests().size() > 100; }, 30s));
  armed = true;
  ASSERT_TRUE(wait_until([&] { return refused_at != 0; }));
  const auto before = server_.requests().size();
  ASSERT_TRUE(wait_until([&] { return server_.requests().size() > before + 100; }, 30s)) << "it goes on";
  EXPECT_EQ(in_the_pause, 0U);
}

TEST_F(Rates, a_throttled_run_yields_its_place_and_goes_on_from_its_mark_when_the_provider_said) {
  std::atomic<Clock::rep> refused_at{0};
  std::atomic<Clock::rep> back_at{0};
  HttpServer other;
  other.handle_others([](const ReceivedRequest&) { return Reply{.body = "{}"}; });
  server_.handle_others([&](const ReceivedRequest& request) {
    const auto now = Clock::now();
    if (request.path == "/balance/20" && refused_at == 0) {
      refused_at = now.time_since_epoch().count();
      return Reply{.status = 429, .headers = {{"Retry-After", "5"}}};
    }
    // What was under way when the refusal came is answered; the refused call itself comes back.
    if (request.path == "/balance/20" && back_at == 0) back_at = now.time_since_epoch().count();
    return Reply{.body = "{}"};
  });
  // One place for all.
  Infrazend daemon(shared_cluster(), {"calls"}, "limits: {lease: 10s, concurrent_runs: 1}\n");
  const std::string only_one = "streams: {balance: {interval: 300d}, documents: false}\n";
  daemon.connection("a", calls(40, "patience: 1s", ", at_once: 10") + only_one);
  daemon.connection("b", "connector: calls\nallow_plain_loopback: true\nsettings: {url: '" + other.url("") +
                             "', calls: 5}\n" + only_one);
  daemon.start();
  ASSERT_TRUE(wait_until([&] { return refused_at != 0; }, 30s));
  daemon.sync("b", "balance");
  EXPECT_EQ(back_at, 0) << "the other connection had the place meanwhile";
  ASSERT_TRUE(daemon.wait_outcome("a", "balance", "succeeded", 30s)) << daemon.log();
  EXPECT_GE(Clock::duration(back_at - refused_at), 5s);
  EXPECT_LT(Clock::duration(back_at - refused_at), 9s);
  // Marked before: 20 calls; those of the portion that was refused were made again.
  EXPECT_EQ(server_.requests("/balance/0").size(), 1U);
  EXPECT_EQ(server_.requests("/balance/20").size(), 2U);
  EXPECT_EQ(
      daemon.scalar("SELECT string_agg(outcome || ' ' || error_class, ', ' ORDER BY run_id) FROM infrazen.runs r JOIN "
                    "infrazen.connections c USING (connection_id) WHERE c.name = 'a'"),
      "failed 2, succeeded 0");
  EXPECT_EQ(
      daemon.scalar("SELECT failures FROM infrazen.streams s JOIN infrazen.connections c USING (connection_id) WHERE "
                    "c.name = 'a' AND stream = 'balance'"),
      "0")
      << "to be throttled is no failure of the connection";
}

TEST_F(Rates, what_the_provider_wants_for_a_moment_is_waited_for_in_place) {
  std::atomic<bool> refused{false};
  server_.handle_others([&](const ReceivedRequest& request) {
    if (request.path == "/balance/20" && !refused.exchange(true))
      return Reply{.status = 429, .headers = {{"Retry-After", "2"}}};
    return Reply{.body = "{}"};
  });
  Infrazend daemon(shared_cluster(), {"calls"}, kLimits);
  daemon.connection("a", calls(40, "patience: 10s") + "streams: {documents: false}\n");
  daemon.start();
  ASSERT_TRUE(all_succeeded(daemon, 1)) << daemon.log();
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.runs"), "1");
}

TEST_F(Rates, while_the_database_is_away_a_quarter_of_the_limit_is_used) {
  RateGate gate(40);
  count_at(gate);
  PgCluster cluster;
  Infrazend daemon(cluster, {"calls"}, kLimits);
  daemon.connection("a", calls(10'000, "per_second: 40", ", at_once: 1000") + "streams: {documents: false}\n");
  daemon.start();
  ASSERT_TRUE(wait_until([&] { return gate.passed() > 40; }, 30s));
  cluster.stop(PgStop::immediate);
  const auto from = Clock::now();
  std::this_thread::sleep_for(1s);  // what had been reserved is used up
  const auto before = gate.passed();
  std::this_thread::sleep_for(4s);
  const double rate = static_cast<double>(gate.passed() - before) / 4;
  EXPECT_LT(Clock::now() - from, 15s);
  EXPECT_GT(rate, 4);
  EXPECT_LT(rate, 12);
  EXPECT_LE(gate.throttled(), 1U);
}

TEST_F(Rates, a_limit_of_five_hundred_costs_a_handful_of_questions) {
  server_.handle_others([](const ReceivedRequest&) { return Reply{.body = "{}", .delay = 20ms}; });
  Infrazend daemon(shared_cluster(), {"calls"}, kLimits);
  daemon.connection("a", calls(1'000, "per_second: 500"));
  const auto transactions = [&] {
    return std::stol(daemon.scalar("SELECT sum(n_tup_upd) FROM pg_stat_user_tables WHERE relname = 'rate_budget'"));
  };
  daemon.start();
  ASSERT_TRUE(all_succeeded(daemon, 2)) << daemon.log();
  ASSERT_TRUE(wait_until([&] { return transactions() > 0; }, 30s));
  EXPECT_LT(transactions(), 200) << "of two thousand calls in four seconds";
}

}  // namespace
}  // namespace iz::test
