// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/exports/export_sync.hpp"

#include <algorithm>
#include <utility>

#include <infrazen/days.hpp>

namespace iz::yandex {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Kind;
using infrazen::Severity;

constexpr unsigned kFilesPerMark = 32;
constexpr std::uint64_t kBytesPerMark = std::uint64_t{4} << 20;

}  // namespace

std::string estimate_scope_of(const AccountDay& day) {
  return "estimate/" + scope_of(day);
}

ExportSync::ExportSync(infrazen::Sync& sync, const CostSettings& settings, ExportStore& store, ExportLedger& ledger,
                       Hooks hooks)
    : sync_(sync),
      settings_(settings),
      store_(store),
      ledger_(ledger),
      hooks_(std::move(hooks)),
      now_(sync.clock().now()) {
  if (!settings.locale.empty()) ledger.locale = settings.locale;
}

std::size_t ExportSync::run(infrazen::Failures& failures) {
  list();
  if (objects_.empty()) {
    sync_.report({.rule = "no_exports",
                  .message = "no billing export was found in " + store_.place() +
                             ": what was delivered stays. Is the export set up (console: Billing, Export), and do "
                             "'billing_bucket' and 'billing_prefix' name its place?"});
    return 0;
  }
  if (!sync_.window()) drop_vanished();
  std::vector<const ExportObject*> due;
  for (const ExportObject& object : objects_) {
    if (is_due(object)) due.push_back(&object);
  }
  // The newest first: of two copies of a day the one that is likely to be taken, and what people look at first.
  std::ranges::sort(due, [](const ExportObject* a, const ExportObject* b) {
    return std::pair(a->modified, std::string_view(a->key)) > std::pair(b->modified, std::string_view(b->key));
  });
  for (const ExportObject* object : due) bytes_total_ += 2 * object->size;
  for (const ExportObject* object : due) {
    try {
      process(*object);
    } catch (const Error& error) {
      if (error.error_class() == ErrorClass::cancelled) throw;
      failures.add(object->key, error);
    }
    mark_if_due(object->size);
  }
  if (changed_) mark();
  return due.size();
}

void ExportSync::list() {
  objects_ = store_.list();
  for (const ExportObject& object : objects_) names_.emplace(file_key(object.key), object.key);
}

void ExportSync::drop_vanished() {
  std::vector<std::uint64_t> gone;
  for (const auto& [file, record] : ledger_.files()) {
    if (!names_.contains(file)) gone.push_back(file);
  }
  for (const std::uint64_t file : gone) {
    const FileRecord& record = *ledger_.find(file);
    std::string days;
    for (const HeldDay& day : record.days) {
      if (day.delivered) days += (days.empty() ? "" : ", ") + scope_of(day.key);
    }
    if (!days.empty()) {
      sync_.report({.rule = "vanished_export",
                    .message = "a file of the export is gone from " + store_.place() +
                               "; its charges stay unless another file holds the same days: " + days});
    }
    ledger_.erase(file);
    changed_ = true;
  }
}

bool ExportSync::is_wanted(Day day) const {
  const auto window = sync_.window();
  return !window || (start_of(day) < window->until && end_of(day) > window->since);
}

bool ExportSync::may_hold_wanted(const ExportObject& object, const FileRecord* known) const {
  if (known != nullptr && std::ranges::any_of(known->days, [&](const HeldDay& day) { return is_wanted(day.key.day); }))
    return true;
  if (known != nullptr && known->stamp == object.stamp && !known->days.empty()) return false;
  const auto day = day_in_name(object.key);
  return !day || is_wanted(*day);
}

bool ExportSync::is_due(const ExportObject& object) {
  const std::uint64_t file = file_key(object.key);
  const FileRecord* const known = ledger_.find(file);
  if (sync_.window()) return may_hold_wanted(object, known);
  if (known == nullptr) return sync_.full() || object.modified > ledger_.forgotten_until();
  if (sync_.full()) return true;
  if (known->stamp != object.stamp) return true;
  return std::ranges::any_of(known->days, [&](const HeldDay& day) {
    if (day.delivered) return day.preliminary && !is_preliminary(day.key.day, now_);
    const auto other = ledger_.best_other(day.key, file);  // whoever had it may be gone
    return !other || ranks_before(day, *other->day);
  });
}

void ExportSync::process(const ExportObject& object) {
  const std::uint64_t before = bytes_done_;
  bytes_done_ += 2 * object.size;
  support::Issues issues;
  hooks_.file();
  Survey survey = survey_export(*store_.open(object), object.key, issues,
                                {.progress = progress(object, before), .row = hooks_.row});
  if (survey.refused) {
    changed_ = true;
    issues.report(sync_.sink(), {}, object.key);
    const FileRecord* const known = ledger_.find(file_key(object.key));
    ledger_.set(file_key(object.key),
                {object.stamp, object.modified, known == nullptr ? std::vector<HeldDay>() : known->days});
    return;
  }
  if (std::ranges::any_of(survey.days, [&](const auto& day) { return unmarked_.contains(scope_of(day.first)); }))
    mark();
  changed_ = true;
  Decision decision = decide(object, survey, issues);
  deliver(object, survey, decision);
  issues.report(sync_.sink(), {}, object.key);
  for (const auto& [other, key] : decision.superseded) ledger_.supersede(other, key);
  ledger_.set(file_key(object.key), std::move(decision.record));
  for (const AccountDay& key : decision.taken) hooks_.taken(key);
  for (const AccountDay& key : decision.emptied) hooks_.taken(key);
}

HeldDay ExportSync::hold(const ExportObject& object, const AccountDay& key, const SurveyedDay& day) {
  if (ledger_.locale.empty()) ledger_.locale = day.locale;
  return {.key = key,
          .newest = day.newest != 0
                        ? day.newest
                        : std::chrono::floor<std::chrono::seconds>(object.modified).time_since_epoch().count(),
          .right_locale = day.locale.empty() || day.locale == ledger_.locale,
          .main = day.main,
          .delivered = true,
          .preliminary = is_preliminary(key.day, now_)};
}

ExportSync::Decision ExportSync::decide(const ExportObject& object, Survey& survey, support::Issues& issues) {
  const std::uint64_t file = file_key(object.key);
  const FileRecord* const known = ledger_.find(file);
  const auto held_before = [&](const AccountDay& key) -> const HeldDay* {
    if (known == nullptr) return nullptr;
    const auto found = std::ranges::find(known->days, key, &HeldDay::key);
    return found == known->days.end() ? nullptr : &*found;
  };
  Decision decision{.record = {object.stamp, object.modified, {}}, .taken = {}, .emptied = {}, .superseded = {}};
  for (const auto& [key, day] : survey.days) {
    if (!is_wanted(key.day)) continue;
    HeldDay held = hold(object, key, day);
    const HeldDay* const before = held_before(key);
    if (const auto other = ledger_.best_other(key, file)) {
      held.delivered = !ranks_before(*other->day, held);
      // Said once, not at every hourly rewrite of both.
      if (before == nullptr || before->delivered != held.delivered) {
        report_duplicate(key, day, !held.delivered, name_of(other->file), issues);
      }
      if (held.delivered) decision.superseded.emplace_back(other->file, key);
    }
    if (held.delivered) decision.taken.insert(key);
    decision.record.days.push_back(std::move(held));
  }
  if (known == nullptr) return decision;
  for (const HeldDay& before : known->days) {
    if (before.delivered && is_wanted(before.key.day) && !survey.days.contains(before.key) &&
        !ledger_.best_other(before.key, file))
      decision.emptied.push_back(before.key);
  }
  return decision;
}

void ExportSync::report_duplicate(const AccountDay& key, const SurveyedDay& day, bool left, std::string_view other,
                                  support::Issues& issues) {
  const std::string sums = std::to_string(day.sums.rows) + " rows, payable " + day.sums.payable.to_string();
  const std::string message =
      "the day " + infrazen::day_text(key.day) + " of billing account " + key.account +
      " is in more than one file; it is " +
      (left ? "taken from " + std::string(other) + ", and what this file has of it is left out"
            : "taken from this file, and what " + std::string(other) + " has of it is left out") +
      " (this file: " + sums + ")";
  // Rows of another day than the file's own are hardly a copy: they may be money that is nowhere else.
  const bool stray = left && !day.main;
  issues.add({.severity = stray ? Severity::rejected : Severity::warning,
              .rule = stray ? "stray_day" : "duplicate_day",
              .form = scope_of(key),
              .value = scope_of(key),
              .message = message});
}

void ExportSync::deliver(const ExportObject& object, Survey& survey, const Decision& decision) {
  for (const AccountDay& key : decision.taken) {
    if (open_.contains(scope_of(key))) {
      throw Error(ErrorClass::transient,
                  scope_of(key) + " failed in another file of this run; it is read again at the next run");
    }
  }
  if (!decision.taken.empty()) {
    const auto source = store_.open(object);
    for (const AccountDay& key : decision.taken) open_scope(scope_of(key));
    const std::uint64_t before = bytes_done_ - object.size;
    deliver_export(*source, survey, decision.taken,
                   {.sink = sync_.sink(), .settings = settings_, .now = now_, .name = object.key},
                   {.progress = progress(object, before), .row = [](const ExportRow&) {}});
  }
  for (const AccountDay& key : decision.taken) {
    sync_.sink().close_scope(Kind::charge, scope_of(key));
    open_.erase(scope_of(key));
  }
  for (const AccountDay& key : decision.taken) {
    if (ledger_.estimated.erase(key) != 0) empty_scope(estimate_scope_of(key));  // the bill is there
  }
  for (const AccountDay& key : decision.emptied) empty_scope(scope_of(key));
}

void ExportSync::open_scope(const std::string& scope) {
  sync_.sink().open_scope(Kind::charge, scope);
  open_.insert(scope);
  unmarked_.insert(scope);
}

void ExportSync::empty_scope(const std::string& scope) {
  if (unmarked_.contains(scope)) mark();
  open_scope(scope);
  sync_.sink().close_scope(Kind::charge, scope);
  open_.erase(scope);
}

// A crash costs reading again what lies behind the last mark; thousands of small files do not make thousands of marks.
void ExportSync::mark_if_due(std::uint64_t bytes) {
  bytes_unmarked_ += bytes;
  if (++files_unmarked_ >= kFilesPerMark || bytes_unmarked_ >= kBytesPerMark) mark();
}

void ExportSync::mark() {
  sync_.mark(ledger_.cursor(now_ - settings_.recheck));
  unmarked_.clear();
  files_unmarked_ = 0;
  bytes_unmarked_ = 0;
  changed_ = false;
}

std::string ExportSync::name_of(std::uint64_t file) const {
  const auto found = names_.find(file);
  return found == names_.end() ? "another file" : found->second;
}

std::function<void(std::uint64_t)> ExportSync::progress(const ExportObject& object, std::uint64_t before) {
  return [this, &object, before](std::uint64_t bytes) {
    sync_.cancel().check();
    sync_.progress().report(before + bytes, bytes_total_, object.key);
  };
}

}  // namespace iz::yandex
