// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schedule/rate_desk.hpp"
#include "supervise/run.hpp"

namespace iz::app {

// Lets a run take its requests from its account's budget at the desk.
class AccountRates final : public supervise::RateSource {
 public:
  AccountRates(schedule::RateDesk& desk, std::string provider, std::string account, std::vector<wire::RateLimit> limits)
      : desk_(desk), provider_(std::move(provider)), account_(std::move(account)), limits_(std::move(limits)) {}

  void open(Deliver deliver) override;
  void close() override { seat_.reset(); }
  void ask(const wire::RateAsk& ask) override;
  void throttled(const wire::RateThrottled& report) override;

 private:
  [[nodiscard]] schedule::RateLimit limit_of(std::string_view host) const;

  schedule::RateDesk& desk_;
  const std::string provider_;
  const std::string account_;
  const std::vector<wire::RateLimit> limits_;
  std::unique_ptr<schedule::RateDesk::Seat> seat_;
};

}  // namespace iz::app
