// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "focus/files/ledger.hpp"
#include "focus/files/plan.hpp"
#include "focus/rows/metadata.hpp"
#include "focus/settings.hpp"
#include "support/issues.hpp"
#include <infrazen/files.hpp>
#include <infrazen/sync.hpp>

namespace iz::focus {

inline constexpr std::string_view kPathSetting = "path";

// content_key of a file's bytes as they lie on the disk, compressed or not.
[[nodiscard]] std::uint64_t hash_file(const infrazen::Sync& sync, const infrazen::FileEntry& entry);

// What became of a file.
struct Reading {
  FileState state = FileState::refused;
  std::uint64_t content = 0;  // content_key of the bytes that were taken
  std::uint64_t rows = 0;
  std::string refused_because;  // a sentence, when state is refused or stale
  bool unstable = false;        // it changed meanwhile: what hash_file() said is not true any more
};

struct ReadingOrder {
  const infrazen::FileEntry& entry;
  std::string_view scope;            // into which its charges go
  std::uint64_t content = 0;         // what hash_file() said: a file that changed since is refused; kNoContent: it was not asked
  bool delivered_before = false;     // charges of an earlier state of it are in
  std::function<void()> open_scope;  // called once, before the first charge and also when there is none
  std::function<void(std::uint64_t bytes)> progress;
};

// Reads one file into the sink. Findings are reported. The scope is opened but not closed.
[[nodiscard]] Reading read_bill(infrazen::Sync& sync, const Settings& settings, const Metadata& metadata,
                                const ReadingOrder& order);

}  // namespace iz::focus
