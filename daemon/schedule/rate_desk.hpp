// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "schedule/rate_budget.hpp"
#include "store/rates/rate_budgets.hpp"
#include "store/session/database.hpp"

namespace iz::schedule {

// Where all runs of this daemon ask when they may send requests. It takes slots from the database for all of them at
// once, in portions as large as what was asked lately, and hands them out in turn; what one run learns of a provider
// that says "later" it tells the others, and the other daemons through the database.
//
// While the database is away, the daemon gives out a quarter of each limit by itself: four daemons still keep it, and a
// run that waits for its mark until the database is back has not lost its place with the provider.
//
// Safe from any thread. Seats are gone before it is.
class RateDesk {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr double kShareAlone = 0.25;

  // What a run is told about one host.
  struct Grant {
    std::string host;
    bool answers = false;  // its question; else it is news
    bool limited = true;   // false: whoever is not paused may go at once
    std::vector<Clock::time_point> slots;
    Clock::time_point not_before{};  // pause, or when to ask again
  };
  // Called on the desk's thread; must neither block nor throw.
  using Deliver = std::function<void(const Grant&)>;

  // Told of each volley of 429s on the desk's thread: how many requests a second there will be, and after which pause.
  using Throttled = std::function<void(const store::RateKey& key, double per_second, std::chrono::milliseconds pause)>;

  RateDesk(store::Database& database, Throttled told);
  ~RateDesk();
  RateDesk(const RateDesk&) = delete;
  RateDesk& operator=(const RateDesk&) = delete;

  // One run's place. When it is gone, nothing is delivered any more.
  class Seat {
   public:
    Seat(RateDesk& desk, std::string provider, std::string account, Deliver deliver);
    ~Seat();
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    // Answered once, soon.
    void ask(const std::string& host, const RateLimit& limit, unsigned wanted);
    void throttled(const std::string& host, const RateLimit& limit,
                   std::optional<std::chrono::milliseconds> retry_after, double observed);

   private:
    friend class RateDesk;
    RateDesk& desk_;
    const std::string provider_;
    const std::string account_;
    const Deliver deliver_;
  };

  // How often the database was asked since the start.
  [[nodiscard]] std::uint64_t questions() const;

 private:
  struct Throttling {
    std::optional<std::chrono::milliseconds> retry_after;
    double observed = 0;
  };
  struct Question {
    Seat* seat;
    unsigned wanted;
  };
  struct Bucket {
    RateLimit limit;
    store::RateState state;                 // as last seen, with what happened without the database
    std::optional<Clock::time_point> seen;  // when that was, and
    RateInstant seen_at{};                  // by the database's clock
    std::deque<Clock::time_point> stock;    // slots reserved and not given away
    std::deque<Question> questions;
    std::vector<Throttling> throttlings;
    std::set<Seat*> users;
    double used_lately = 0;  // slots given away per kReservedAhead, decaying
    Clock::time_point used_at{};
  };
  using Buckets = std::map<store::RateKey, Bucket>;
  using Lock = std::unique_lock<std::mutex>;

  void run(std::stop_token stop);
  [[nodiscard]] Bucket& bucket_of(Seat& seat, const std::string& host, const RateLimit& limit);
  void leave(Seat& seat);
  void tell_throttled(Lock& lock, const store::RateKey& key);
  void answer(Lock& lock, const store::RateKey& key);
  void hand_out(const store::RateKey& key, Bucket& bucket, bool limited, Clock::time_point not_before);
  void look_again(Lock& lock);
  void see(const store::RateKey& key, Bucket& bucket, const store::RateRow& row);
  // Lets `change` rewrite the bucket's row, or what is remembered of it while the database is away. Unlocks meanwhile.
  void change(Lock& lock, const store::RateKey& key,
              const std::function<void(store::RateState&, RateInstant, double share)>& change);
  [[nodiscard]] static double used_lately(const Bucket& bucket, Clock::time_point now);
  [[nodiscard]] static RateInstant remembered_now(const Bucket& bucket, Clock::time_point now);
  void deliver(Seat& seat, const Grant& grant) { seat.deliver_(grant); }

  store::Database& database_;
  const Throttled told_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  Buckets buckets_;
  std::set<store::RateKey> busy_;   // with questions or throttlings
  Clock::time_point away_until_{};  // the database did not answer: not asked before
  Clock::time_point next_look_{};
  std::uint64_t questions_ = 0;
  std::jthread thread_;
};

}  // namespace iz::schedule
