// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include "selectel/money/answers.hpp"
#include "selectel/money/bill/consumption.hpp"
#include "selectel/money/bill/costs_cursor.hpp"
#include "selectel/money/streams.hpp"
#include <infrazen/days.hpp>
#include <infrazen/failures.hpp>

namespace iz::selectel {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using std::chrono::days;
using std::chrono::sys_days;

class Costs {
 public:
  Costs(infrazen::Sync& sync, Cloud& cloud)
      : sync_(sync),
        cloud_(cloud),
        settings_(cloud.settings()),
        today_(wall_day(sync.clock().now(), settings_.billing_offset)),
        consumption_(sync, cloud),
        cursor_(sync.full() ? CostsCursor() : CostsCursor::parse(sync.cursor())) {
    if (cursor_.empty()) {
      const sys_days first = std::min(settings_.costs_since.value_or(infrazen::month_of(today_)), today_);
      cursor_ = {first, first, infrazen::month_of(first), {}};
    }
  }

  void run() {
    if (const auto window = sync_.window()) {
      back_fill(*window);
    } else {
      read_days();
      settle_months();
    }
    failures_.raise(parts_);
  }

 private:
  // A stretch that somebody asks for; where the stream stands is no matter of it.
  void back_fill(const infrazen::Window& window) {
    const sys_days last = wall_day(window.until - std::chrono::microseconds(1), settings_.billing_offset);
    for (sys_days day = wall_day(window.since, settings_.billing_offset); day <= std::min(last, today_);
         day += days(1)) {
      if (read(day)) sync_.mark(cursor_.text());
    }
  }

  void read_days() {
    const sys_days window = wall_day(sync_.clock().now() - settings_.costs_window, settings_.billing_offset);
    const std::set<sys_days> failed_before = cursor_.again;
    for (const sys_days day : failed_before) {
      if (day < std::min(cursor_.next, window)) advance(day);
    }
    for (sys_days day = std::max(cursor_.first, std::min(cursor_.next, window)); day <= today_ && !hopeless_;
         day += days(1)) {
      advance(day);
    }
  }

  void advance(sys_days day) {
    if (read(day)) {
      cursor_.again.erase(day);
    } else if (hopeless_) {
      return;  // it and what follows stays to be read
    } else {
      cursor_.again.insert(day);
    }
    // Today is not over: it is read again anyway.
    cursor_.next = std::max(cursor_.next, std::min(day + days(1), today_));
    sync_.mark(cursor_.text());
  }

  // A month that is over is read once more, whole, because hours are restated after the window, too; and held against
  // the report.
  void settle_months() {
    while (!hopeless_ && infrazen::next_month(cursor_.month) + settings_.report_after <= today_) {
      Totals totals;
      const std::size_t failed = failures_.count();
      const sys_days first = std::max(cursor_.month, cursor_.first);
      for (sys_days day = first; day < infrazen::next_month(cursor_.month) && !hopeless_; day += days(1)) {
        if (!read_.contains(day) && !read(day)) continue;  // a back-fill has just read it
        for (const auto& [key, amount] : read_[day]) totals[key] += amount;
      }
      if (failures_.count() > failed) return;
      const bool whole = first == cursor_.month;
      if (whole && settings_.report && settings_.has_user && !compare(totals)) return;
      cursor_.month = infrazen::next_month(cursor_.month);
      sync_.mark(cursor_.text());
    }
  }

  bool compare(const Totals& totals) {
    ++parts_;
    try {
      compare_with_report(sync_, cloud_, cursor_.month, totals);
      return true;
    } catch (const Error& error) {
      failures_.add("report of " + infrazen::day_text(cursor_.month).substr(0, 7), error);
      return false;
    }
  }

  bool read(sys_days day) {
    ++parts_;
    sync_.progress().report(parts_, 0, "consumption of " + infrazen::day_text(day));
    try {
      Totals totals;
      consumption_.day(day, totals);
      read_[day] = std::move(totals);
      return true;
    } catch (const Error& error) {
      failures_.add("consumption of " + infrazen::day_text(day), error);
      // No other day will fare better.
      hopeless_ = error.error_class() == ErrorClass::auth || error.error_class() == ErrorClass::config ||
                  error.error_class() == ErrorClass::rate_limited;
      return false;
    }
  }

  infrazen::Sync& sync_;
  Cloud& cloud_;
  const Settings& settings_;
  const sys_days today_;
  Consumption consumption_;
  CostsCursor cursor_;
  infrazen::Failures failures_{"parts of the bill"};
  std::size_t parts_ = 0;
  bool hopeless_ = false;
  std::map<sys_days, Totals> read_;  // in this run
};

}  // namespace

void sync_costs(infrazen::Sync& sync, Cloud& cloud) {
  if (cloud.settings().vendor) return Costs(sync, cloud).run();
  sync.log().info("a stock OpenStack has no bill: vendor is none");
  sync.mark({});
}

}  // namespace iz::selectel
