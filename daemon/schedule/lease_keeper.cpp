// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/lease_keeper.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "store/streams/streams.hpp"

namespace iz::schedule {

LeaseKeeper::LeaseKeeper(store::Database& database, std::chrono::milliseconds length)
    : database_(database), length_(length), thread_([this](std::stop_token stop) { renew_all(stop); }) {}

LeaseKeeper::~LeaseKeeper() {
  thread_.request_stop();
  wake_.notify_all();
}

LeaseKeeper::Hold::Hold(LeaseKeeper& keeper, const store::StreamLease& lease, std::stop_source stop)
    : keeper_(keeper) {
  const std::scoped_lock lock(keeper.mutex_);
  id_ = keeper.next_id_++;
  keeper.kept_[id_] = {lease, std::move(stop), std::chrono::steady_clock::now() + keeper.length_, false};
}

LeaseKeeper::Hold::~Hold() {
  const std::scoped_lock lock(keeper_.mutex_);
  keeper_.kept_.erase(id_);
}

bool LeaseKeeper::Hold::lost() const {
  const std::scoped_lock lock(keeper_.mutex_);
  return keeper_.kept_.at(id_).lost;
}

void LeaseKeeper::renew_all(std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::vector<std::pair<std::uint64_t, store::StreamLease>> due;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, length_ / 3, [] { return false; });
      if (stop.stop_requested()) return;
      for (const auto& [id, kept] : kept_)
        if (!kept.lost) due.emplace_back(id, kept.lease);
    }
    for (const auto& [id, lease] : due) renew(id, lease);
  }
}

void LeaseKeeper::renew(std::uint64_t id, const store::StreamLease& lease) {
  const auto asked = std::chrono::steady_clock::now();
  bool renewed = false;
  bool refused = false;
  try {
    renewed = store::renew_lease(database_, lease, length_);
    refused = !renewed;
  } catch (const std::exception&) {
    // The database is away: whoever needs it says so. The lease lives on until it runs out.
  }
  const std::scoped_lock lock(mutex_);
  const auto it = kept_.find(id);
  if (it == kept_.end()) return;
  Kept& kept = it->second;
  if (renewed) {
    kept.expires = asked + length_;
  } else if (refused || std::chrono::steady_clock::now() >= kept.expires) {
    kept.lost = true;
    kept.stop.request_stop();
  }
}

}  // namespace iz::schedule
