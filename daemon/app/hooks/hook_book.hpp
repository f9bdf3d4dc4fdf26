// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/estate/estate.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "journal/log.hpp"
#include "records/manifest.hpp"
#include "serve/hooks/token_bucket.hpp"
#include "store/inbox/inbox.hpp"

namespace iz::app {

// What has become of the requests to one hook, and how it is. Kept over reloads; safe from any thread.
struct HookCounters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> duplicates{0};
  std::atomic<std::uint64_t> refused{0};      // not authenticated
  std::atomic<std::uint64_t> limited{0};      // over the rate
  std::atomic<std::uint64_t> malformed{0};    // authenticated, but not of the form
  std::atomic<std::uint64_t> unavailable{0};  // 503: comes again
  std::atomic<bool> quarantined{false};       // its connection is

  // Why the hook cannot be served, for an operator to put right; "" = it can.
  [[nodiscard]] std::string problem() const {
    const std::scoped_lock lock(mutex_);
    return problem_;
  }
  // False: it was that already.
  bool set_problem(const std::string& problem) {
    const std::scoped_lock lock(mutex_);
    const bool other = problem_ != problem;
    if (other) problem_ = problem;
    return other;
  }

 private:
  mutable std::mutex mutex_;
  std::string problem_;
};

// One connection's hook. Belongs to the hooks' thread.
struct Hook {
  std::string problem;  // it cannot be served, and why; then most of the rest is not there
  std::string connection;
  std::int32_t tenant_id = 0;
  std::int32_t connection_id = 0;
  config::Webhook rules;
  std::vector<config::SecretText> secrets;
  std::shared_ptr<const records::Manifest> manifest;
  std::shared_ptr<const config::Settings> settings;
  store::EventForm form = store::EventForm::targets;
  std::set<std::string, std::less<>> streams;  // that run
  serve::TokenBucket bucket{1, 1};
  std::shared_ptr<HookCounters> counters;
};

// The hooks of one configuration.
class HookBook {
 public:
  // A hook that cannot be served (a secret is gone, the connector does not have what is asked of it) is said so in the
  // journal and stays in the book: its senders are to come again. `counters` are kept over reloads.
  HookBook(std::shared_ptr<const config::Settings> settings, const std::vector<EstateConnection>& estate,
           const config::SecretStore& secrets, journal::Log& log,
           std::map<std::string, std::shared_ptr<HookCounters>, std::less<>>& counters);

  [[nodiscard]] Hook* find(std::string_view connection);
  [[nodiscard]] std::size_t size() const noexcept { return hooks_.size(); }

 private:
  std::map<std::string, Hook, std::less<>> hooks_;
};

}  // namespace iz::app
