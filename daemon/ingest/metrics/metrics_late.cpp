// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/metrics/metrics_late.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "store/metrics/metrics_late.hpp"

namespace iz::ingest {

namespace {

// Connectors read a day again at most, and the step of a day that it begins in; and a run may take its time.
constexpr std::chrono::days kReadAgain{3};

}  // namespace

LateNews::LateNews(Known known, Take take, std::function<void()> store, std::size_t most)
    : known_(std::move(known)), take_(std::move(take)), store_(std::move(store)), most_(most) {}

void LateNews::add(const PendingPoints::Piece& piece) {
  pieces_.push_back(static_cast<std::uint32_t>(piece.values.size()));
  std::int64_t at = piece.t0_us;
  for (std::size_t i = 0; i < piece.values.size(); ++i) {
    if (i > 0) at += std::int64_t{piece.delta_ms[i - 1]} * 1000;
    points_.push_back({piece.slot, at});
    values_.push_back(piece.values[i]);
  }
  if (points_.size() >= most_) look_up();
}

void LateNews::finish() {
  if (!points_.empty()) look_up();
}

void LateNews::look_up() {
  const std::vector<std::optional<double>> known = known_(points_);
  std::size_t first = 0;
  for (const std::uint32_t n : pieces_) {
    take_news(first, first + n, known);
    first += n;
  }
  pieces_.clear();
  points_.clear();
  values_.clear();
  if (!taken_.empty()) store_();
  taken_.clear();
}

void LateNews::take_news(std::size_t first, std::size_t end, const std::vector<std::optional<double>>& known) {
  At begin, last;
  std::vector<std::int32_t> deltas;
  std::vector<double> values;
  const auto give = [&] {
    if (values.empty()) return;
    take_({.slot = begin.slot, .t0_us = begin.at_us, .delta_ms = deltas, .values = values, .late = true});
    deltas.clear();
    values.clear();
  };
  for (std::size_t i = first; i < end; ++i) {
    const At& at = points_[i];
    const auto taken = taken_.find(at);
    if (taken != taken_.end() ? taken->second == values_[i] : known[i] == values_[i]) continue;
    taken_[at] = values_[i];
    if (at.slot != begin.slot) give();
    if (values.empty()) {
      begin = at;
    } else {
      deltas.push_back(static_cast<std::int32_t>((at.at_us - last.at_us) / 1000));
    }
    last = at;
    values.push_back(values_[i]);
  }
  give();
}

std::vector<std::optional<double>> StoredPoints::values(store::MarkTransaction& tx, const SeriesTable& series,
                                                        std::span<LateNews::At> points) {
  if (!predecessors_) load(tx, series);
  std::vector<store::PointAt> wanted;
  wanted.reserve(points.size());
  for (const LateNews::At& point : points) wanted.push_back({series.id(point.slot), point.at_us});
  std::vector<std::pair<std::size_t, std::uint32_t>> before;  // point, predecessor
  for (std::size_t i = 0; i < points.size() && !predecessors_->empty(); ++i) {
    const auto slot = points[i].slot;
    auto one = std::ranges::lower_bound(*predecessors_, slot, {}, &Predecessor::slot);
    for (; one != predecessors_->end() && one->slot == slot; ++one) {
      before.emplace_back(i, static_cast<std::uint32_t>(one - predecessors_->begin()));
      wanted.push_back({one->series_id, points[i].at_us});
    }
  }
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  std::vector<std::optional<double>> values = store::known_values(tx, wanted, today);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!values[points.size() + i]) continue;
    values[before[i].first] = values[points.size() + i];
    points[before[i].first].slot = kPredecessors + before[i].second;
  }
  return values;
}

void StoredPoints::load(store::MarkTransaction& tx, const SeriesTable& series) {
  predecessors_.emplace();
  for (const store::Predecessor& one : store::recent_predecessors(tx, kReadAgain)) {
    const SeriesTable::Slot slot = series.find(one.identity);
    if (slot != SeriesTable::kNone) predecessors_->push_back({slot, one.series_id});
  }
  std::ranges::sort(*predecessors_, {}, &Predecessor::slot);
}

std::int64_t StoredPoints::series_id(const SeriesTable& series, std::uint32_t slot) const {
  return slot < kPredecessors ? series.id(slot) : (*predecessors_)[slot - kPredecessors].series_id;
}

}  // namespace iz::ingest
