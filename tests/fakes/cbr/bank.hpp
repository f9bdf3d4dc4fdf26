// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <string>

#include "fakes/http/server.hpp"

namespace iz::test {

// The Bank of Russia: lists of some days (/scripts/XML_daily.asp), histories of a currency (/scripts/XML_dynamic.asp),
// in windows-1251. It knows US dollars, euros and tenge. Thread-safe.
class CbrBank {
 public:
  using Day = std::chrono::sys_days;

  // One list a day from `first` to `last`, but none on Sundays and Mondays.
  CbrBank(Day first, Day last);

  Reply answer(const ReceivedRequest& request);
  void publish(Day day);

  // What one unit is on a list, as text without zeros at the end.
  [[nodiscard]] static std::string rate(const std::string& currency, Day day);

 private:
  [[nodiscard]] Reply daily(const std::string& date) const;
  [[nodiscard]] Reply history(const ReceivedRequest& request) const;

  mutable std::mutex mutex_;
  std::set<Day> lists_;
};

}  // namespace iz::test
