// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr/rates_sync.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "support/known_before.hpp"

namespace iz::cbr {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using std::chrono::days;

// A currency that was renamed or redenominated within the range has one id at its beginning and another at its end.
constexpr days kIdsMayChange{31};
constexpr days kLookAhead{14};  // lists are published for the next days, over holidays for more than one

std::string named(const std::string& currency, const Span& span) {
  return currency + " from " + list_day(span.from) + " to " + list_day(span.through);
}

}  // namespace

RatesSync::RatesSync(infrazen::Sync& sync, Settings settings)
    : sync_(sync),
      settings_(std::move(settings)),
      bank_(sync.http(), settings_),
      ledger_(support::known_or_anew(sync, [](std::string_view cursor) { return Ledger(cursor); })) {}

void RatesSync::run() {
  if (sync_.targeted()) throw Error(ErrorClass::permanent, "rates have no targets: sync the stream 'rates' as a whole");
  latest_ = bank_.list();
  check_latest();
  for (const std::string& currency : settings_.currencies) {
    if (latest_.find(currency) == nullptr) {
      failures_.add(currency, Error(ErrorClass::config, "it is not in the bank's list of " + list_day(latest_.day) +
                                                            ": correct setting 'currencies'"));
    } else if (const auto window = sync_.window()) {
      plan_window(currency, *window);
    } else {
      plan(currency);
    }
  }
  const std::size_t parts = parts_.size() + failures_.count();
  ask();
  // A window's days need not touch those that are known, so the ledger does not learn of them.
  if (delivered_) sync_.mark(sync_.window() ? std::string(sync_.cursor()) : ledger_.cursor());
  failures_.raise(parts);
}

// A list that cannot be the latest would make every day after it look as if it had no list.
void RatesSync::check_latest() const {
  const Day today = std::chrono::floor<days>(sync_.clock().now());
  if (latest_.day + kCarry >= today && latest_.day <= today + kLookAhead) return;
  throw Error(ErrorClass::transient, settings_.base_url + ": the latest list is said to be of " +
                                         list_day(latest_.day) + ", and today is " + list_day(today) +
                                         ": it is not taken; is this machine's clock right?");
}

void RatesSync::plan(const std::string& currency) {
  const Day first = settings_.since - kCarry;
  const Span* known = ledger_.find(currency);
  if (known == nullptr) return add_part(currency, first, latest_.day);
  if (first < known->from) add_part(currency, first, known->from - days(1));
  if (known->through < latest_.day) add_part(currency, known->through + days(1), latest_.day);
}

void RatesSync::plan_window(const std::string& currency, const infrazen::Window& window) {
  const Day last = std::chrono::floor<days>(window.until - std::chrono::microseconds(1));
  add_part(currency, std::chrono::floor<days>(window.since) - kCarry, std::min(last, latest_.day));
}

void RatesSync::add_part(const std::string& currency, Day from, Day through) {
  if (from > through) return;
  const bool only_latest = from == latest_.day && through == latest_.day;
  parts_.push_back({currency, {from, through}, only_latest});
}

// All histories at once; a part is delivered when every one of its answers is in.
void RatesSync::ask() {
  std::map<Day, DailyList> at_begin;
  std::vector<Question> questions;
  std::vector<std::size_t> open(parts_.size(), 0);
  std::vector<Rates> rates(parts_.size());
  std::vector<std::optional<Error>> faults(parts_.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.from_list) continue;
    std::vector<std::string> ids{latest_.find(part.currency)->id};
    if (part.span.through - part.span.from > kIdsMayChange) {
      if (!at_begin.contains(part.span.from)) at_begin.emplace(part.span.from, bank_.list(part.span.from));
      const DailyList::Entry* former = at_begin.at(part.span.from).find(part.currency);
      if (former != nullptr && former->id != ids.front()) ids.push_back(former->id);
    }
    for (const std::string& id : ids)
      questions.push_back({i, id, bank_.history_request(id, part.span.from, part.span.through)});
    open[i] = ids.size();
  }

  infrazen::Fanout requests(sync_.http());
  for (std::size_t q = 0; q < questions.size(); ++q) requests.start(questions[q].request, q);
  const auto finish = [&](std::size_t i) {
    try {
      if (faults[i]) throw *faults[i];
      deliver(parts_[i], rates[i]);
    } catch (const Error& error) {
      sync_.log().warning(named(parts_[i].currency, parts_[i].span) + ": " + error.what());
      failures_.add(named(parts_[i].currency, parts_[i].span), error);
    }
  };
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].from_list) finish(i);
  }
  while (const auto answer = requests.next()) {
    const Question& question = questions[answer->tag()];
    try {
      read(question, *answer, rates[question.part]);
    } catch (const Error& error) {
      if (error.error_class() == ErrorClass::cancelled) throw;
      faults[question.part] = error;
    }
    if (--open[question.part] == 0) finish(question.part);
  }
}

void RatesSync::read(const Question& question, const infrazen::Response& answer, Rates& rates) const {
  const Part& part = parts_[question.part];
  const History history = Bank::history(answer, question.request, question.id, part.span.from, part.span.through);
  for (const History::Record& record : history.records) {
    const infrazen::Decimal rate = rate_of(record.quote);
    const auto [known, first] = rates.emplace(record.day, rate);
    if (!first && known->second != rate) {
      throw Error(ErrorClass::permanent, question.request.url + ": two rates of " + part.currency + " for " +
                                             list_day(record.day) + ", " + known->second.to_string() + " and " +
                                             rate.to_string());
    }
  }
}

void RatesSync::deliver(const Part& part, const Rates& read) {
  Rates rates = read;
  if (part.span.through == latest_.day) {
    // The history is checked against the list: one that comes from a cache and ends earlier would hide days.
    const infrazen::Decimal latest = rate_of(latest_.find(part.currency)->quote);
    const auto known = rates.find(latest_.day);
    if (part.from_list) {
      rates.emplace(latest_.day, latest);
    } else if (known == rates.end() || known->second != latest) {
      throw Error(ErrorClass::transient, "the history has " +
                                             (known == rates.end() ? "no rate" : known->second.to_string()) + " for " +
                                             list_day(latest_.day) + ", the list of that day has " +
                                             latest.to_string() + ": nothing of it is taken until they agree");
    }
  }
  for (const auto& [day, rate] : rates) {
    sync_.push(infrazen::Rate{.base_currency = part.currency,
                              .quote_currency = "RUB",
                              .rate = rate,
                              .day = std::chrono::year_month_day(day),
                              .source = "cbr"});
  }
  delivered_ = true;
  const Span* known = ledger_.find(part.currency);
  ledger_.set(part.currency, known == nullptr ? part.span
                                              : Span{std::min(known->from, part.span.from),
                                                     std::max(known->through, part.span.through)});
}

}  // namespace iz::cbr
