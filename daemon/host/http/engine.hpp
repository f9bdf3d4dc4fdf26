// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "host/http/attempt.hpp"
#include "host/http/curl.hpp"
#include "host/http/exchanges.hpp"
#include "host/http/retry.hpp"
#include "host/http/verdict.hpp"
#include "host/rates/budget.hpp"
#include "host/request/auth.hpp"
#include "wire/messages.hpp"

namespace iz::host {

// Sends requests over the network: one thread drives all of them. It starts with the first request.
class HttpEngine {
 public:
  using Clock = std::chrono::steady_clock;

  struct Parts {
    const wire::HttpOptions& options;
    const Secrets& secrets;
    HttpExchanges& exchanges;
    RateBudget& budget;
    RetryPolicy retry;
    int cancel_fd = -1;
    std::function<bool()> cancelled;
    std::function<void()> answered;  // an answer, or a part of one, came
    // Before the connector sees a final answer: takes out tokens, records. May change reply and outcome.
    std::function<void(const HttpRequest&, HttpReply&, HttpOutcome&)> finishing;
  };

  // Throws std::runtime_error when libcurl is not there.
  explicit HttpEngine(Parts parts);
  ~HttpEngine();
  HttpEngine(const HttpEngine&) = delete;
  HttpEngine& operator=(const HttpEngine&) = delete;

  // Any thread.
  void submit(std::shared_ptr<HttpExchange> exchange);
  void resume(std::shared_ptr<HttpExchange> exchange);
  void abort(std::shared_ptr<HttpExchange> exchange);

  [[nodiscard]] static std::uint32_t parallel(const wire::HttpOptions& options);
  // Throws HttpRefusal (CONFIG) unless manifest and operator let requests go there.
  static void check_allowed(const wire::HttpOptions& options, const Url& url);

 private:
  // What may go to one host as soon as there is room and budget.
  struct HostQueue {
    std::deque<std::uint64_t> waiting;
    std::optional<Clock::time_point> held_since;
    Clock::duration held{0};
    Clock::time_point weighed_for{};  // every one that waits was asked whether it can wait until then
    bool fresh = false;               // but for those that came since

    [[nodiscard]] Clock::duration held_until(Clock::time_point now) const {
      return held + (held_since ? now - *held_since : Clock::duration(0));
    }
  };
  struct Job {
    std::shared_ptr<HttpExchange> exchange;
    SignedRequest request;
    unsigned attempts = 0;  // answers or failures of the network; redirects belong to their attempt
    unsigned redirects = 0;
    std::optional<Clock::time_point> wake;  // sleeping until its next attempt
    std::unique_ptr<HttpAttempt> attempt;   // under way
    HttpOutcome last;                       // of the attempt before
    HttpReply last_reply;
    HostQueue* queue = nullptr;      // in which it waits to be sent
    std::string host;                // whose budget it takes from
    Clock::duration held{0};         // by the budget: that time is not the deadline's
    Clock::duration held_before{0};  // what its queue had been held when it came
    bool ended = false;              // forgotten when the callbacks are over
    bool head_shown = false;         // of a streamed answer: the connector has begun to read
    std::string streamed;            // a copy for the recording
  };
  using Jobs = std::map<std::uint64_t, Job>;
  enum class Wish { submit, resume, abort };

  void run();
  void obey();
  void open_job(std::shared_ptr<HttpExchange> exchange);
  void wake_sleepers(Clock::time_point now);
  void end_overdue(Clock::time_point now);
  void queue(Job& job, bool first);
  void admit(Clock::time_point now);
  // Sends the next request of one host. False: none may go now.
  [[nodiscard]] bool admit_one(const std::string& host, HostQueue& queue, Clock::time_point now);
  // Nothing goes before `ready`: those that cannot or shall not wait for it end, the others are held.
  void hold(HostQueue& queue, Clock::time_point now, Clock::time_point ready);
  [[nodiscard]] static Clock::time_point deadline_of(const Job& job, Clock::time_point now);
  // Never negative.
  [[nodiscard]] static std::chrono::milliseconds until(Clock::time_point then, Clock::time_point now);
  void look_at_timers(Clock::time_point now);
  void launch(Job& job, Clock::time_point now);
  void collect();
  void after_attempt(Job& job, AttemptResult result);
  void retry_or_finish(Job& job, HttpVerdict verdict, HttpReply reply);
  void follow(Job& job, const HttpVerdict& verdict, HttpReply reply);
  void finish(Job& job, HttpReply reply, HttpOutcome outcome);
  void stop_attempt(Job& job);
  void cancel_all();
  [[nodiscard]] int poll_ms(Clock::time_point now);
  void post(Wish wish, std::shared_ptr<HttpExchange> exchange);

  Parts parts_;
  Curl curl_;
  CURLM* multi_ = nullptr;
  const std::uint32_t parallel_;
  const std::string ca_file_;
  std::mt19937_64 random_;
  Jobs jobs_;
  std::map<const CURL*, std::uint64_t> under_way_;
  std::map<std::string, HostQueue> queues_;  // by host: one that is throttled holds up no other
  std::string served_last_;                  // the host, for turns
  std::size_t running_ = 0;
  bool again_ = false;  // since admit() there is more to send, or more room
  std::optional<Clock::time_point> budget_ready_;
  Clock::time_point next_timer_ = Clock::time_point::max();  // no deadline or end of a wait comes before
  std::vector<std::uint64_t> ended_;                         // jobs to forget after the callbacks are over

  std::mutex mutex_;
  std::vector<std::pair<Wish, std::shared_ptr<HttpExchange>>> wishes_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace iz::host
