// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

// The day and month a charge belongs to, in the time zone in which its account is billed: a bill of Yandex for October
// starts at 2026-09-30T21:00:00Z. Instants themselves stay UTC.
namespace iz::finops {

// A calendar date in the billing time zone. sys_days only as a day count; it is not an instant in UTC.
using BillingDate = std::chrono::sys_days;

class BillingDays {
 public:
  // An IANA name ("Europe/Moscow", "UTC"), read from the system's zoneinfo. Throws std::invalid_argument naming the
  // zone when there is none of that name.
  explicit BillingDays(std::string_view zone);

  [[nodiscard]] const std::string& zone() const noexcept { return zone_; }

  // The local date of an instant (microseconds since the epoch). A few ns while instants stay within one interval of
  // constant offset, as charges of a bill do. Not thread-safe: the interval is remembered.
  [[nodiscard]] BillingDate charge_day(std::int64_t instant_us) const;
  // The first day of the local month of an instant: of a BillingPeriodStart, the month of the bill.
  [[nodiscard]] BillingDate billing_month(std::int64_t instant_us) const;
  // The instant at which a local date begins (the first one, where a clock change makes midnight ambiguous or skips
  // it).
  [[nodiscard]] std::int64_t starts_at(BillingDate day) const;

 private:
  void load(std::int64_t instant_us) const;

  std::string zone_;
  const void* handle_ = nullptr;      // date::time_zone; lives as long as the process
  mutable std::int64_t from_us_ = 0;  // [from, until) is the interval with offset_us_
  mutable std::int64_t until_us_ = 0;
  mutable std::int64_t offset_us_ = 0;
};

[[nodiscard]] bool is_time_zone(std::string_view zone);

}  // namespace iz::finops
