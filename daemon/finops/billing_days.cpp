// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/billing_days.hpp"

#include <stdexcept>

#include <date/tz.h>

namespace iz::finops {
namespace {

using std::chrono::microseconds;

const date::time_zone* find_zone(std::string_view zone) {
  try {
    return date::locate_zone(std::string(zone));
  } catch (const std::runtime_error&) {  // what the library throws for an unknown name and for an unreadable database
    return nullptr;
  }
}

std::int64_t floor_days(std::int64_t us) {
  return std::chrono::floor<std::chrono::days>(microseconds{us}).count();
}

}  // namespace

BillingDays::BillingDays(std::string_view zone) : zone_(zone) {
  const date::time_zone* found = find_zone(zone);
  if (found == nullptr) {
    throw std::invalid_argument("time zone '" + zone_ +
                                "' is not in the system's zoneinfo: use an IANA name such as Europe/Moscow");
  }
  handle_ = found;
}

void BillingDays::load(std::int64_t instant_us) const {
  const auto instant = std::chrono::floor<std::chrono::seconds>(date::sys_time<microseconds>(microseconds{instant_us}));
  const date::sys_info info = static_cast<const date::time_zone*>(handle_)->get_info(instant);
  from_us_ = microseconds(info.begin.time_since_epoch()).count();
  until_us_ = microseconds(info.end.time_since_epoch()).count();
  offset_us_ = microseconds(info.offset).count();
}

BillingDate BillingDays::charge_day(std::int64_t instant_us) const {
  if (instant_us < from_us_ || instant_us >= until_us_) load(instant_us);
  return BillingDate(std::chrono::days(floor_days(instant_us + offset_us_)));
}

BillingDate BillingDays::billing_month(std::int64_t instant_us) const {
  const std::chrono::year_month_day day(charge_day(instant_us));
  return BillingDate(day.year() / day.month() / 1);
}

std::int64_t BillingDays::starts_at(BillingDate day) const {
  const date::local_days local(date::days(day.time_since_epoch().count()));
  const auto start = static_cast<const date::time_zone*>(handle_)->to_sys(local, date::choose::earliest);
  return microseconds(start.time_since_epoch()).count();
}

bool is_time_zone(std::string_view zone) {
  return find_zone(zone) != nullptr;
}

}  // namespace iz::finops
