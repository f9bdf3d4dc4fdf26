// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "host/rates/budget.hpp"
#include "wire/messages.hpp"

namespace iz::host {

// The budget of the provider's account, kept by infrazend: slots are asked for in portions, a little ahead of their
// use, and each lets one request go at its time. A slot that is missed is gone.
class SharedRateBudget final : public RateBudget {
 public:
  struct Seams {
    std::function<void(const wire::RateAsk&)> ask;
    std::function<void(const wire::RateThrottled&)> report;
    std::function<void()> closing;  // no more grants, please
  };
  explicit SharedRateBudget(Seams seams) : seams_(std::move(seams)) {}
  ~SharedRateBudget() override {
    if (seams_.closing) seams_.closing();
  }
  SharedRateBudget(const SharedRateBudget&) = delete;
  SharedRateBudget& operator=(const SharedRateBudget&) = delete;

  [[nodiscard]] Clock::time_point ready_at(const std::string& host, Clock::time_point now,
                                           std::size_t waiting) override;
  void take(const std::string& host, Clock::time_point now) override;
  void throttled(const std::string& host, Clock::time_point now,
                 std::optional<std::chrono::milliseconds> retry_after) override;
  void succeeded(const std::string&, Clock::time_point) override {}
  void on_change(std::function<void()> changed) override;

  // [any thread] What infrazend said.
  void granted(const wire::RateGrant& grant);

 private:
  struct Bucket {
    bool known = false;  // infrazend has answered once
    bool asked = false;  // and owes an answer
    bool limited = true;
    Clock::time_point not_before{};
    std::deque<Clock::time_point> slots;
    Clock::duration spacing{0};  // of the slots granted last
    Clock::time_point taken{};   // when the last one was used
    SentLately sent;
  };

  const Seams seams_;
  std::mutex mutex_;
  std::function<void()> changed_;
  std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace iz::host
