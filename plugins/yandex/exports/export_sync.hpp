// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "yandex/costs/cost_settings.hpp"
#include "yandex/exports/export_ledger.hpp"
#include "yandex/stores/export_store.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::yandex {

// The name of the scope that holds the estimate of a day.
[[nodiscard]] std::string estimate_scope_of(const AccountDay& day);

// Reads what is new in the export: files that are new or changed, and those whose days are preliminary no longer. Marks
// after a file or a handful of small ones, so that a run that ends early goes on where it was. A day that several files
// hold is taken from one of them. A back-fill reads the files that hold days of its window, whatever is known of them,
// and takes these days alone.
class ExportSync {
 public:
  struct Hooks {
    std::function<void()> file = [] {};                                   // one is about to be read
    std::function<void(const ExportRow&)> row = [](const ExportRow&) {};  // each of its rows, those of days that are
                                                                          // taken from other files, too
    // What was delivered of the day is this file's, were it that there is nothing any more.
    std::function<void(const AccountDay&)> taken = [](const AccountDay&) {};
  };
  // All outlive this.
  ExportSync(infrazen::Sync& sync, const CostSettings& settings, ExportStore& store, ExportLedger& ledger, Hooks hooks);
  // Files that cannot be read are in `failures` and do not keep the others from being read. Returns how many files
  // there are to read or to keep.
  std::size_t run(infrazen::Failures& failures);
  void mark();

 private:
  struct Decision {  // what becomes of the days of a file
    FileRecord record;
    std::set<AccountDay> taken;
    std::vector<AccountDay> emptied;
    std::vector<std::pair<std::uint64_t, AccountDay>> superseded;  // in other files
  };
  void list();
  void drop_vanished();
  [[nodiscard]] bool is_due(const ExportObject& object);
  [[nodiscard]] bool is_wanted(Day day) const;  // all are but in a back-fill
  [[nodiscard]] bool may_hold_wanted(const ExportObject& object, const FileRecord* known) const;
  void process(const ExportObject& object);
  Decision decide(const ExportObject& object, Survey& survey, support::Issues& issues);
  HeldDay hold(const ExportObject& object, const AccountDay& key, const SurveyedDay& day);
  void report_duplicate(const AccountDay& key, const SurveyedDay& day, bool left, std::string_view other,
                        support::Issues& issues);
  void deliver(const ExportObject& object, Survey& survey, const Decision& decision);
  void open_scope(const std::string& scope);
  void empty_scope(const std::string& scope);
  void mark_if_due(std::uint64_t bytes);
  [[nodiscard]] std::string name_of(std::uint64_t file) const;
  [[nodiscard]] std::function<void(std::uint64_t)> progress(const ExportObject& object, std::uint64_t before);

  infrazen::Sync& sync_;
  const CostSettings& settings_;
  ExportStore& store_;
  ExportLedger& ledger_;
  Hooks hooks_;
  infrazen::Micros now_;
  std::vector<ExportObject> objects_;
  std::map<std::uint64_t, std::string> names_;  // of the files that are there
  std::set<std::string> open_;                  // scopes that were opened and not closed: they failed
  std::set<std::string> unmarked_;              // scopes delivered since the last mark
  std::uint64_t bytes_total_ = 0, bytes_done_ = 0, bytes_unmarked_ = 0;
  unsigned files_unmarked_ = 0;
  bool changed_ = false;  // the ledger is not what the last mark said
};

}  // namespace iz::yandex
