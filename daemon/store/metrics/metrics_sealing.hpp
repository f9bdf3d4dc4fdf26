// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "store/metrics/metrics_encoding.hpp"
#include "store/session/database.hpp"
#include "store/session/mark_session.hpp"

// Moving the points of a finished day from metric_segments and metric_late into metric_sealed. See migration 0004.
namespace iz::store {

struct SealableDay {
  std::chrono::sys_days day;
  bool hot = false;   // has a hot leaf with rows
  bool late = false;  // has late arrivals
};
// Days before `before` with something to seal, oldest first.
[[nodiscard]] std::vector<SealableDay> sealable_days(Database& database, std::chrono::sys_days before);

struct SealedDay {
  enum class Outcome : std::uint8_t {
    sealed,
    busy,           // another daemon is at it
    still_arriving  // rows came in meanwhile, or readers kept the leaf: nothing was done, try again later
  };
  Outcome outcome = Outcome::sealed;
  std::uint64_t series = 0;
  std::uint64_t points = 0;
};

// What sealing needs from elsewhere: the packed quantile sketch of a segment's values (insight/ makes it).
using SketchOf = std::function<std::vector<std::int16_t>(std::span<const double>)>;

// Called at each step, by name, before it is done: "read", "copy", "fold_late", "empty_leaf", "commit". Whatever it
// throws ends the sealing with nothing done.
using SealingStep = std::function<void(std::string_view step)>;

// Seals or re-seals one day in one transaction: every (series, instant) once, the later arrival wins. Whatever dies at
// whatever moment, the day's points are either all where they were or all sealed. Readers and writers go on meanwhile,
// but for the instant in which the hot leaf is emptied.
SealedDay seal_day(MarkSession& session, std::chrono::sys_days day, const SketchOf& sketch,
                   const SealingStep& step = {});

// Drops hot leaves before `before` that are empty. Returns how many went; one that readers hold stays for the next
// time.
std::size_t drop_empty_metric_leaves(Database& database, std::chrono::sys_days before);

}  // namespace iz::store
