// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/bill_sync.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "focus/files/globs.hpp"
#include "support/known_before.hpp"
#include <infrazen/abi/sink.h>

namespace iz::focus {
namespace {

using infrazen::ErrorClass;
using infrazen::Kind;
using infrazen::Severity;

constexpr std::string_view kFolderScope = "folder";
constexpr unsigned kFilesPerMark = 32;
constexpr std::uint64_t kBytesPerMark = std::uint64_t{1} << 20;
constexpr std::size_t kMetadataBytes = std::size_t{4} << 20;

}  // namespace

std::string scope_of(std::string_view path) {
  if (path.size() <= IZ_SCOPE_MAX) return std::string(path);
  return "path-" + std::to_string(path_key(path));
}

BillSync::BillSync(infrazen::Sync& sync, Settings settings)
    : sync_(sync),
      settings_(std::move(settings)),
      ledger_(support::known_unless_full(sync, [](std::string_view cursor) { return Ledger(cursor); })),
      names_(sync.checkpoint().load()) {}

void BillSync::run() {
  if (sync_.targeted()) {
    throw infrazen::Error(ErrorClass::permanent, "bills have no targets: sync the stream 'costs' as a whole");
  }
  list_files();
  if (files_.empty() && !ledger_.files().empty()) {
    report(Severity::warning, "no_files", {},
           "no file matches any more; what was delivered stays. Is the folder mounted?");
    return;
  }
  const Plan plan = make_plan(ledger_, files_, sync_.full(), [&](const PresentFile& file) {
    // A folder that is one set is compared file by file in any case.
    const bool unequalled = settings_.delivery != Delivery::folder && nothing_to_equal(ledger_, files_, file);
    return unequalled ? kNoContent : hash_file(sync_, file.entry);
  });
  for (const std::uint64_t key : plan.forgotten) ledger_.erase(key);
  changed_ = !plan.forgotten.empty();
  for (const PlanStep& step : plan.steps) bytes_total_ += files_[step.file].entry.size;
  if (settings_.delivery == Delivery::folder) {
    sync_folder(plan);
  } else {
    sync_files(plan);
  }
}

void BillSync::list_files() {
  for (infrazen::FileEntry& entry : sync_.files().list(kPathSetting)) {
    if (matches_any(settings_.include, entry.path) && !matches_any(settings_.exclude, entry.path)) {
      PresentFile& file = files_.emplace_back();
      file.key = path_key(entry.path);
      file.stamp = stamp_of(entry);
      file.entry = std::move(entry);
    } else if (entry.path.ends_with(".json") && entry.size <= kMetadataBytes) {
      metadata_files_.push_back(std::move(entry.path));
    }
  }
  if (files_.size() > Ledger::kMostFiles) {
    throw infrazen::Error(ErrorClass::config, std::to_string(files_.size()) +
                                                  " files match; one connection keeps track of " +
                                                  std::to_string(Ledger::kMostFiles) +
                                                  ": narrow the setting 'include', or make a connection per subfolder");
  }
}

// Only runs that read a bill look at what accompanies it.
void BillSync::load_metadata() {
  for (const std::string& path : std::exchange(metadata_files_, {})) {
    metadata_.add(path, sync_.files().open(kPathSetting, path).read_all(kMetadataBytes));
  }
}

void BillSync::sync_files(const Plan& plan) {
  note_gone(plan, "its charges stay; delete the connection's charges if they are wrong");
  for (const PlanStep& step : plan.steps) {
    const PresentFile& file = files_[step.file];
    switch (step.kind) {
      case PlanStep::Kind::touch: touch(file, step.content); continue;
      case PlanStep::Kind::copy: note_copy(step); break;
      case PlanStep::Kind::moved:
      case PlanStep::Kind::read: take(step); break;
    }
    mark_if_due(file.entry.size);
  }
  if (!plan.steps.empty() || changed_) last_mark();
}

void BillSync::take(const PlanStep& step) {
  const PresentFile& file = files_[step.file];
  const FileRecord* known = ledger_.find(file.key);
  const bool delivered_before = known != nullptr && has_charges(known->state);
  if (step.kind == PlanStep::Kind::moved) {
    // In one mark: the charges leave the name that is gone and come in under the new one.
    const std::string former = name_of(step.origin);
    if (former.empty()) {
      report(Severity::notice, "moved_file", file.entry.path,
             "the file has the bytes of one that is gone, whose charges stay under its name");
      record(file, step.content, FileState::copy);
      return;
    }
    report(Severity::notice, "moved_file", file.entry.path,
           "the file was " + former + " before; its charges move with it");
    empty_scope(scope_of(former));
    ledger_.erase(step.origin);
  }
  const std::string scope = scope_of(file.entry.path);
  const Reading reading = read(file, step.content, scope, delivered_before, true);
  if (reading.state == FileState::taken) sync_.sink().close_scope(Kind::charge, scope);
  record(file, reading.content, reading.state, reading.unstable);
}

void BillSync::note_copy(const PlanStep& step) {
  const PresentFile& file = files_[step.file];
  const FileRecord* known = ledger_.find(file.key);
  report(Severity::warning, "identical_copy", file.entry.path,
         "the file is a copy of " + name_of(step.origin) + ", byte for byte: its charges are counted once");
  if (known != nullptr && has_charges(known->state)) empty_scope(scope_of(file.entry.path));
  record(file, step.content, FileState::copy);
}

void BillSync::sync_folder(const Plan& plan) {
  if (!plan.changes_charges()) {
    for (const PlanStep& step : plan.steps) touch(files_[step.file], step.content);
    if (!plan.steps.empty()) last_mark();
    return;
  }
  note_gone(plan, "the folder is one set, so its charges go");
  sync_.sink().open_scope(Kind::charge, kFolderScope);
  bytes_total_ = 0;
  for (const PresentFile& file : files_) bytes_total_ += file.entry.size;

  std::map<std::uint64_t, std::string> read_so_far;  // content → path
  for (const PresentFile& file : files_) {
    const auto step = std::ranges::find(plan.steps, static_cast<std::size_t>(&file - files_.data()), &PlanStep::file);
    const std::uint64_t content = step != plan.steps.end() ? step->content : ledger_.find(file.key)->content;
    const auto [original, first] = read_so_far.emplace(content, file.entry.path);
    if (!first && file.entry.size != 0) {
      report(Severity::warning, "identical_copy", file.entry.path,
             "the file is a copy of " + original->second + ", byte for byte: its charges are counted once");
      record(file, content, FileState::copy);
      continue;
    }
    const Reading reading = read(file, content, kFolderScope, true, false);
    if (reading.state == FileState::stale || reading.state == FileState::refused) {
      throw infrazen::Error(ErrorClass::permanent, "the folder is one set and " + file.entry.path +
                                                       " cannot be taken: " + reading.refused_because +
                                                       "; what was delivered before stays");
    }
    record(file, content, reading.state);
  }
  // What went with the set is nobody's any more.
  for (const std::uint64_t key : plan.vanished) ledger_.erase(key);
  sync_.sink().close_scope(Kind::charge, kFolderScope);
  last_mark();
}

Reading BillSync::read(const PresentFile& file, std::uint64_t content, std::string_view scope, bool delivered_before,
                       bool open) {
  load_metadata();
  sync_.progress().report(bytes_done_, bytes_total_, file.entry.path);
  const Reading reading = read_bill(
      sync_, settings_, metadata_,
      {.entry = file.entry,
       .scope = scope,
       .content = content,
       .delivered_before = delivered_before,
       .open_scope =
           [&] {
             if (open) sync_.sink().open_scope(Kind::charge, scope);
           },
       .progress =
           [&](std::uint64_t bytes) { sync_.progress().report(bytes_done_ + bytes, bytes_total_, file.entry.path); }});
  bytes_done_ += file.entry.size;
  if (!reading.refused_because.empty())
    sync_.log().warning(file.entry.path + " was not taken: " + reading.refused_because);
  return reading;
}

void BillSync::note_gone(const Plan& plan, std::string_view consequence) {
  std::set<std::uint64_t> moved;
  for (const PlanStep& step : plan.steps) {
    if (step.kind == PlanStep::Kind::moved) moved.insert(step.origin);
  }
  for (const std::uint64_t key : plan.vanished) {
    FileRecord record = *ledger_.find(key);
    if (record.state == FileState::stale) record.content = 0;  // its charges are not those of its last bytes
    record.state = FileState::vanished;
    ledger_.set(key, record);
    changed_ = true;
    if (moved.contains(key)) continue;
    const std::string name = name_of(key);
    report(Severity::warning, "vanished_file", name, "the file is gone; " + std::string(consequence));
  }
}

void BillSync::empty_scope(std::string_view scope) {
  sync_.sink().open_scope(Kind::charge, scope);
  sync_.sink().close_scope(Kind::charge, scope);
}

void BillSync::record(const PresentFile& file, std::uint64_t content, FileState state, bool unstable) {
  changed_ = true;
  ledger_.set(file.key, unstable ? FileRecord{0, 0, state} : FileRecord{content, file.stamp, state});
}

// The same bytes: the file stays what it was, or is what it was again.
void BillSync::touch(const PresentFile& file, std::uint64_t content) {
  const FileState known = ledger_.find(file.key)->state;
  record(file, content, known == FileState::vanished ? FileState::taken : known);
}

// A crash costs reading again what lies behind the last mark; thousands of small files do not make thousands of marks.
void BillSync::mark_if_due(std::uint64_t bytes) {
  bytes_unmarked_ += bytes;
  if (++files_unmarked_ < kFilesPerMark && bytes_unmarked_ < kBytesPerMark) return;
  mark();
}

void BillSync::mark() {
  sync_.mark(ledger_.cursor());
  files_unmarked_ = 0;
  bytes_unmarked_ = 0;
  changed_ = false;
}

void BillSync::last_mark() {
  for (const PresentFile& file : files_) {
    if (ledger_.find(file.key) != nullptr) names_.add(file.entry.path);
  }
  names_.keep_only(ledger_);
  sync_.checkpoint().save(names_.blob());
  if (changed_) mark();
}

void BillSync::report(Severity severity, std::string_view rule, std::string_view origin, const std::string& message) {
  sync_.report(
      {.severity = severity, .rule = rule, .message = message, .origin = origin.empty() ? std::string_view() : origin});
}

std::string BillSync::name_of(std::uint64_t key) const {
  return names_.find(key).value_or("");
}

}  // namespace iz::focus
