// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "e2e/bench.hpp"
#include "harness/webhook_sender.hpp"

namespace iz::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSenders = 64;
constexpr int kEventsOfEach = 300;
constexpr std::string_view kSecret = "whsec-of-the-bench";

// Signed beforehand: the sender's share of the two cores is not what is measured.
std::vector<std::string> requests_of(int run, int sender) {
  std::vector<std::string> requests;
  for (int i = 0; i < kEventsOfEach; ++i) {
    const std::string id = std::to_string(run) + "-" + std::to_string(sender) + "-" + std::to_string(i);
    const std::string body =
        R"({"targets":[{"type":"server","id":"srv-)" + id + R"("}],"padding":")" + std::string(400, 'x') + "\"}";
    std::string request = "POST /hooks/bell HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto& [name, value] : test::signed_headers(kSecret, body, id)) request += name + ": " + value + "\r\n";
    requests.push_back(request + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  return requests;
}

}  // namespace

void webhooks() {
  const std::uint16_t port = test::free_port();
  Daemon daemon({"doorbell"}, "webhooks: {listen: \"127.0.0.1:" + std::to_string(port) + "\"}\n");
  daemon->secret("hook", std::string(kSecret));
  daemon->connection("bell",
                     "connector: doorbell\nstreams: {inventory: {interval: 300d}, logs: false}\n"
                     "webhook: {secret: hook, form: targets, rate: 100000, burst: 100000}\n");
  daemon->start();
  verify(daemon->wait_outcome("bell", "inventory", "succeeded"), daemon->log());
  // What is measured is taking events; handling them is a sync like any other.
  verify(daemon->post("/v1/connections/bell/pause").status == 200, "pause");

  Figure rate{"webhooks", "events/s", {}, {}};
  Figure slowest{"webhooks-p99", "ms", {}, {}};
  for (int run = 0; run < kRuns; ++run) {
    std::vector<std::vector<std::string>> requests;
    for (int sender = 0; sender < kSenders; ++sender) requests.push_back(requests_of(run, sender));
    std::vector<std::vector<double>> waits(kSenders);
    std::atomic<int> wrong{0};
    const double seconds = seconds_of([&] {
      std::vector<std::jthread> senders;
      for (int sender = 0; sender < kSenders; ++sender) {
        senders.emplace_back([&, sender] {
          test::WebhookSender client(port);
          for (const std::string& request : requests[static_cast<std::size_t>(sender)]) {
            const auto sent = Clock::now();
            if (client.raw(request).status != 202) ++wrong;
            waits[static_cast<std::size_t>(sender)].push_back(
                std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
          }
        });
      }
    });
    verify(wrong == 0, std::to_string(wrong) + " events were not taken");
    std::vector<double> all;
    for (const auto& of_one : waits) all.insert(all.end(), of_one.begin(), of_one.end());
    std::sort(all.begin(), all.end());
    rate.values.push_back(static_cast<double>(all.size()) / seconds);
    slowest.values.push_back(all[all.size() * 99 / 100]);
  }
  verify(daemon->scalar("SELECT count(*) FROM infrazen.webhook_events") ==
             std::to_string(kRuns * kSenders * kEventsOfEach),
         "not every event is in the inbox");
  print(rate);
  print(slowest);
}

}  // namespace iz::bench
