// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

#include "store/session/database.hpp"
#include "store/session/mark_session.hpp"

namespace iz::schedule {

// Renews the leases of the runs under way, in a thread of its own, three times in each lease's length. A run whose lease was
// taken over, or could not be renewed until it ran out, is asked to stop; its marks would be refused anyway (fencing), so this
// only saves work. Safe from any thread.
class LeaseKeeper {
 public:
  LeaseKeeper(store::Database& database, std::chrono::milliseconds length);
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  [[nodiscard]] std::chrono::milliseconds length() const noexcept { return length_; }

  // Keeps one lease while it lives.
  class Hold {
   public:
    Hold(LeaseKeeper& keeper, const store::StreamLease& lease, std::stop_source stop);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    // Whether the lease went to another daemon, or ran out, meanwhile.
    [[nodiscard]] bool lost() const;

   private:
    LeaseKeeper& keeper_;
    std::uint64_t id_;
  };

 private:
  struct Kept {
    store::StreamLease lease;
    std::stop_source stop;
    std::chrono::steady_clock::time_point expires;
    bool lost = false;
  };
  void renew_all(std::stop_token stop);
  void renew(std::uint64_t id, const store::StreamLease& lease);

  store::Database& database_;
  const std::chrono::milliseconds length_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::map<std::uint64_t, Kept> kept_;
  std::uint64_t next_id_ = 1;
  std::jthread thread_;
};

}  // namespace iz::schedule
