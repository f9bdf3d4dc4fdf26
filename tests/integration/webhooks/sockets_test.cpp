// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// The listener's socket from somebody who outlives the daemon, as systemd does: a restart turns nobody away.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/listening_socket.hpp"
#include "integration/webhooks/hooked_daemon.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTargets = R"({"targets":[{"type":"server","id":"srv-1"}]})";
constexpr const char* kBell = "secret: hook, form: targets, rate: 1000, burst: 1000";

// Its configuration names no address: all it has is what is passed.
class WebhookSockets : public ::testing::Test {
 protected:
  WebhookSockets() {
    daemon_.options().sockets = {socket_.fd()};
    daemon_.secret("hook", std::string(kHookSecret));
    daemon_.connection("bell", std::string("connector: doorbell\nstreams: {inventory: {interval: 300d}, logs: false}\n"
                                           "webhook: {") +
                                   kBell + "}\n");
  }
  int post(std::string_view id) const {
    WebhookSender sender(socket_.port());
    return sender.post("/hooks/bell", signed_headers(kHookSecret, kTargets, id), kTargets).status;
  }
  std::string count(const std::string& where) const {
    return daemon_.scalar("SELECT count(*) FROM infrazen.webhook_events WHERE " + where);
  }

  ListeningSocket socket_;
  Infrazend daemon_{shared_cluster(), {"doorbell"}, "limits: {backoff: {min: 100ms, max: 1s}, lease: 2s}\n"};
};

TEST_F(WebhookSockets, that_are_passed_are_served) {
  daemon_.start();
  EXPECT_EQ(post("e-1"), 202) << daemon_.log();
  EXPECT_EQ(post("e-1"), 200);
  EXPECT_THAT(daemon_.log(),
              HasSubstr("webhooks are taken at 127.0.0.1:" + std::to_string(socket_.port()) + " (http, by systemd)"));
  EXPECT_TRUE(wait_until([&] { return count("state = 'done'") == "1"; }, 20s)) << daemon_.log();
}

TEST_F(WebhookSockets, keep_who_comes_while_the_daemon_is_down) {
  daemon_.start();
  EXPECT_EQ(post("before"), 202) << daemon_.log();
  EXPECT_TRUE(daemon_.stop().ok());
  WebhookSender sender(socket_.port());
  ASSERT_TRUE(sender.connect());
  std::string request = "POST /hooks/bell HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [name, value] : signed_headers(kHookSecret, kTargets, "meanwhile"))
    request += name + ": " + value + "\r\n";
  request += "Content-Length: " + std::to_string(kTargets.size()) + "\r\n\r\n" + std::string(kTargets);
  ASSERT_TRUE(sender.send(request));
  EXPECT_EQ(count("event_id = 'meanwhile'"), "0");
  daemon_.start();
  EXPECT_EQ(sender.receive().status, 202) << daemon_.log();
  EXPECT_TRUE(wait_until([&] { return count("event_id = 'meanwhile' AND state = 'done'") == "1"; }, 20s))
      << daemon_.log();
}

TEST_F(WebhookSockets, lose_nobody_over_restarts_in_the_middle_of_the_traffic) {
  daemon_.start();
  std::atomic<bool> enough = false;
  std::atomic<int> taken = 0;
  std::atomic<int> others = 0;
  {
    std::vector<std::jthread> senders;
    for (int who = 0; who < 4; ++who) {
      senders.emplace_back([&, who] {
        for (int i = 0; !enough; ++i) {
          ++(post(std::to_string(who) + "-" + std::to_string(i)) == 202 ? taken : others);
          std::this_thread::sleep_for(2ms);
        }
      });
    }
    for (int restart = 0; restart < 3; ++restart) {
      const int before = taken;
      EXPECT_TRUE(wait_until([&] { return taken > before + 40; }, 30s));
      EXPECT_TRUE(daemon_.stop().ok());
      daemon_.start();
    }
    const int before = taken;
    EXPECT_TRUE(wait_until([&] { return taken > before + 40; }, 30s));
    enough = true;
  }
  EXPECT_EQ(others, 0) << daemon_.log();
  EXPECT_EQ(count("true"), std::to_string(taken)) << "what was answered 202 is in the inbox";
}

TEST_F(WebhookSockets, that_others_can_reach_are_not_served_without_tls) {
  const ListeningSocket open("0.0.0.0");
  daemon_.options().sockets = {socket_.fd(), open.fd()};
  daemon_.spawn();
  EXPECT_FALSE(daemon_.process().wait(30s).ok());
  EXPECT_THAT(daemon_.log(), HasSubstr("can be reached by others: set webhooks.tls"));
}

}  // namespace
}  // namespace iz::test
