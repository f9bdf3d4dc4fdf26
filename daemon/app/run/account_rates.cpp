// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/run/account_rates.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace iz::app {
namespace {

std::int64_t nanoseconds(schedule::RateDesk::Clock::time_point instant) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(instant.time_since_epoch()).count();
}

}  // namespace

void AccountRates::open(Deliver deliver) {
  seat_ = std::make_unique<schedule::RateDesk::Seat>(
      desk_, provider_, account_, [deliver = std::move(deliver)](const schedule::RateDesk::Grant& grant) {
        wire::RateGrant message{grant.host, grant.answers, grant.limited, nanoseconds(grant.not_before), {}};
        for (const auto slot : grant.slots) message.slots.push_back(nanoseconds(slot));
        (void)deliver(message);  // whoever does not listen any more ends soon
      });
}

void AccountRates::ask(const wire::RateAsk& ask) {
  seat_->ask(std::string(ask.host), limit_of(ask.host), ask.wanted);
}

void AccountRates::throttled(const wire::RateThrottled& report) {
  std::optional<std::chrono::milliseconds> retry_after;
  if (report.retry_after_ms >= 0) retry_after = std::chrono::milliseconds(report.retry_after_ms);
  seat_->throttled(std::string(report.host), limit_of(report.host), retry_after, report.observed);
}

schedule::RateLimit AccountRates::limit_of(std::string_view host) const {
  const wire::RateLimit* limit = wire::rate_limit_of(limits_, host);
  return limit == nullptr ? schedule::RateLimit{} : schedule::RateLimit{limit->per_second, limit->burst};
}

}  // namespace iz::app
