// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ingest/metrics/metrics_pending.hpp"
#include "ingest/metrics/metrics_series_table.hpp"
#include "store/session/mark_session.hpp"

namespace iz::ingest {

// Of late pieces what says something new. A connector that reads the last steps of a metric again, because its provider
// gets points late, brings mostly what is known: that is left out, and costs no row.
class LateNews {
 public:
  struct At {
    std::uint32_t slot = 0;
    std::int64_t at_us = 0;
  };
  // The stored value at each, in their order; nothing where there is none. May name another slot for a point that is
  // stored there.
  using Known = std::function<std::vector<std::optional<double>>(std::span<At> points)>;
  using Take = std::function<void(const PendingPoints::Piece& piece)>;

  // `take` gets the pieces that are left, in the order of the given ones; what it was given is stored before `known` is
  // asked again. About `most` points are looked up at a time.
  LateNews(Known known, Take take, std::function<void()> store, std::size_t most = 100'000);
  void add(const PendingPoints::Piece& piece);
  // Looks the rest up.
  void finish();

 private:
  void look_up();
  void take_news(std::size_t first, std::size_t end, const std::vector<std::optional<double>>& known);

  Known known_;
  Take take_;
  std::function<void()> store_;
  std::size_t most_;
  std::vector<std::uint32_t> pieces_;  // how many points each has
  std::vector<At> points_;             // of the pieces, one after another
  std::vector<double> values_;
  // What was taken since `known` was asked: an instant may come more than once.
  struct Hash {
    std::size_t operator()(const At& at) const noexcept { return std::hash<std::int64_t>()(at.at_us) * 31 + at.slot; }
  };
  struct Same {
    bool operator()(const At& one, const At& other) const noexcept {
      return one.slot == other.slot && one.at_us == other.at_us;
    }
  };
  std::unordered_map<At, double, Hash, Same> taken_;
};

// What LateNews asks, of the database. A point that a series' predecessor has is the predecessor's, also where the
// resource was made anew since: it came again.
class StoredPoints {
 public:
  std::vector<std::optional<double>> values(store::MarkTransaction& tx, const SeriesTable& series,
                                            std::span<LateNews::At> points);
  // Of a slot of the table, or of one that values() named.
  [[nodiscard]] std::int64_t series_id(const SeriesTable& series, std::uint32_t slot) const;

 private:
  static constexpr std::uint32_t kPredecessors = 0x80000000;  // their slots begin here
  struct Predecessor {
    std::uint32_t slot = 0;  // of its successor
    std::int64_t series_id = 0;
  };
  void load(store::MarkTransaction& tx, const SeriesTable& series);

  std::optional<std::vector<Predecessor>> predecessors_;  // by slot
};

}  // namespace iz::ingest
