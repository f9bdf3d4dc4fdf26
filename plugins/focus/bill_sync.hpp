// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "focus/bill_file.hpp"
#include "focus/files/ledger.hpp"
#include "focus/files/plan.hpp"
#include "focus/rows/metadata.hpp"
#include "focus/settings.hpp"
#include <infrazen/sync.hpp>

namespace iz::focus {

// One run of the stream "costs": finds out which files are new, changed, moved or gone, reads what has to be read, and
// marks after each file or handful of small ones, so that a run that ends early goes on with the file at hand.
class BillSync {
 public:
  BillSync(infrazen::Sync& sync, Settings settings);
  void run();

 private:
  void list_files();
  void load_metadata();
  void sync_files(const Plan& plan);   // delivery: file
  void sync_folder(const Plan& plan);  // delivery: folder
  void take(const PlanStep& step);
  void note_copy(const PlanStep& step);
  void note_gone(const Plan& plan, std::string_view consequence);
  void empty_scope(std::string_view scope);
  Reading read(const PresentFile& file, std::uint64_t content, std::string_view scope, bool delivered_before,
               bool open);
  void mark_if_due(std::uint64_t bytes);
  void mark();
  void last_mark();
  void report(infrazen::Severity severity, std::string_view rule, std::string_view origin, const std::string& message);
  [[nodiscard]] std::string name_of(std::uint64_t key) const;
  void touch(const PresentFile& file, std::uint64_t content);
  void record(const PresentFile& file, std::uint64_t content, FileState state, bool unstable = false);

  infrazen::Sync& sync_;
  Settings settings_;
  Ledger ledger_;
  FileNames names_;
  Metadata metadata_;
  std::vector<std::string> metadata_files_;  // not read yet
  std::vector<PresentFile> files_;
  std::uint64_t bytes_total_ = 0;
  std::uint64_t bytes_done_ = 0;
  std::uint64_t bytes_unmarked_ = 0;
  unsigned files_unmarked_ = 0;
  bool changed_ = false;  // the ledger is not what the last mark said
};

// Charges of a file go into the scope named by its path, or by a digest where the path is longer than a scope's name
// may be.
[[nodiscard]] std::string scope_of(std::string_view path);

}  // namespace iz::focus
