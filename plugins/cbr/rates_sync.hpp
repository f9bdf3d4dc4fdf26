// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "cbr/bank.hpp"
#include "cbr/ledger.hpp"
#include "cbr/settings.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::cbr {

// One run of the stream `rates`. A rate is stored for the day its list is for and for no other: a day without a list
// has the rate of the list before it, which whoever converts looks up (the greatest day that is not later). So nothing
// provisional is ever stored that would have to be corrected, and the stored day is the day of the source.
class RatesSync {
 public:
  RatesSync(infrazen::Sync& sync, Settings settings);
  void run();

 private:
  // What is read of one currency: days whose lists are not stored yet.
  struct Part {
    std::string currency;
    Span span;
    bool from_list = false;  // the latest list is all there is in it
  };
  struct Question {
    std::size_t part;
    std::string id;
    infrazen::Request request;
  };
  using Rates = std::map<Day, infrazen::Decimal>;

  void check_latest() const;
  void plan(const std::string& currency);
  void plan_window(const std::string& currency, const infrazen::Window& window);
  void add_part(const std::string& currency, Day from, Day through);
  void ask();
  void read(const Question& question, const infrazen::Response& answer, Rates& rates) const;
  void deliver(const Part& part, const Rates& rates);

  infrazen::Sync& sync_;
  Settings settings_;
  Bank bank_;
  Ledger ledger_;
  DailyList latest_;
  std::vector<Part> parts_;
  bool delivered_ = false;
  infrazen::Failures failures_{"ranges of currencies"};
};

}  // namespace iz::cbr
