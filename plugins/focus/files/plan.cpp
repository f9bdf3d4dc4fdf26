// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/files/plan.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace iz::focus {
namespace {

// Who has the charges of some content.
struct Holder {
  std::uint64_t key = 0;
  bool present = false;
};

struct Looked {
  const FileRecord* record = nullptr;  // of an earlier run
  std::uint64_t content = 0;
  bool same_stamp = false;
  bool same_content = false;
};

}  // namespace

bool Plan::changes_charges() const {
  return !vanished.empty() ||
         std::ranges::any_of(steps, [](const PlanStep& step) { return step.kind != PlanStep::Kind::touch; });
}

// Sizes of files that were delivered before are not known: any of them could have had these bytes.
bool nothing_to_equal(const Ledger& ledger, std::span<const PresentFile> files, const PresentFile& file) {
  return ledger.files().empty() && std::ranges::none_of(files, [&](const PresentFile& other) {
           return other.key != file.key && other.entry.size == file.entry.size;
         });
}

Plan make_plan(const Ledger& ledger, std::span<const PresentFile> files, bool full,
               const std::function<std::uint64_t(const PresentFile&)>& hash) {
  Plan plan;
  std::set<std::uint64_t> present;
  std::map<std::uint64_t, Holder> holders;
  std::vector<Looked> looked;
  for (const PresentFile& file : files) {
    present.insert(file.key);
    Looked& look = looked.emplace_back();
    look.record = ledger.find(file.key);
    look.same_stamp = look.record != nullptr && look.record->stamp == file.stamp && !full;
    look.content = look.same_stamp ? look.record->content : hash(file);
    look.same_content = look.record != nullptr && look.record->content == look.content;
    if (look.same_content && look.record->state == FileState::taken) holders[look.content] = {file.key, true};
  }
  for (const auto& [key, record] : ledger.files()) {
    if (present.contains(key)) continue;
    if (record.state == FileState::taken || record.state == FileState::stale) plan.vanished.push_back(key);
    if (!has_charges(record.state)) plan.forgotten.push_back(key);
    // The charges of a stale file are not those of its bytes.
    if (record.state == FileState::taken || record.state == FileState::vanished)
      holders.try_emplace(record.content, Holder{key, false});
  }

  for (std::size_t i = 0; i < files.size(); ++i) {
    const PresentFile& file = files[i];
    const Looked& look = looked[i];
    const bool back = look.record != nullptr && look.record->state == FileState::vanished;
    const auto holder = look.content == kNoContent ? holders.end() : holders.find(look.content);
    const bool other_holds = holder != holders.end() && holder->second.key != file.key;

    if (look.same_content && !full && !back) {
      const bool lost_original = look.record->state == FileState::copy && !other_holds;
      if (!lost_original) {
        if (!look.same_stamp) plan.steps.push_back({PlanStep::Kind::touch, i, look.content, 0});
        continue;
      }
    }
    if (look.same_content && !full && back) {  // its charges are still in
      plan.steps.push_back({PlanStep::Kind::touch, i, look.content, 0});
      holders[look.content] = {file.key, true};
      continue;
    }
    PlanStep step{PlanStep::Kind::read, i, look.content, 0};
    if (other_holds && file.entry.size != 0) {
      step.kind = holder->second.present ? PlanStep::Kind::copy : PlanStep::Kind::moved;
      step.origin = holder->second.key;
    }
    if (step.kind != PlanStep::Kind::copy && look.content != kNoContent) holders[look.content] = {file.key, true};
    plan.steps.push_back(step);
  }
  return plan;
}

}  // namespace iz::focus
