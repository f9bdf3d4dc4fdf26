// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "simulator/estate/dice.hpp"
#include "simulator/estate/season.hpp"
#include "simulator/streams/streams.hpp"

namespace simulator {
namespace {

using infrazen::Micros;

constexpr std::size_t kSegmentsPerPush = 1024;
constexpr std::size_t kPointsPerPush = 64 * 1024;
constexpr std::size_t kPointsPerSegment = 1'440;

// Values without a look at the calendar per point: the week's table is walked, the noise is one multiplication,
// incidents are asked for once per segment. About 5 ns a point.
void write_values(const Estate& estate, const Thing& thing, const Metric& metric, std::size_t series, Micros first,
                  std::chrono::microseconds step, std::span<double> out) {
  const double* const week = Season::week(thing.sold_as().profile);
  const double factor = estate.cost_factor(thing, std::chrono::floor<std::chrono::days>(first));
  const double scale = thing.idle ? 0 : Season::busyness(thing.dice) * factor;
  const double range = metric.high - metric.low;
  std::uint64_t noise = roll(estate.settings().seed, About::noise, thing.index * 4096 + series,
                             static_cast<std::uint64_t>(first.time_since_epoch().count()));
  auto at = static_cast<std::uint64_t>(first.time_since_epoch().count());
  const auto step_us = static_cast<std::uint64_t>(step.count());
  const std::size_t shift = Season::shift(thing.dice);
  for (double& value : out) {
    noise = noise * 6364136223846793005u + 1442695040888963407u;
    const double jitter = 0.9 + 0.2 * static_cast<double>(noise >> 11) * 0x1.0p-53;
    const double load =
        scale > 0 ? std::min(1.0, scale * jitter * week[(at / 60'000'000 + shift) % Season::kWeek]) : 0.02 * jitter;
    value = metric.low + range * load;
    at += step_us;
  }
  if (estate.settings().full_doubles) return;
  for (double& value : out) value = static_cast<double>(static_cast<std::int64_t>(value * 100 + 0.5)) / 100;
}

// Segments of the shared distances and a block of values, pushed when full.
class Segments {
 public:
  Segments(infrazen::Sync& sync, std::chrono::milliseconds interval)
      : sink_(sync.sink()), deltas_(kPointsPerSegment, static_cast<std::int32_t>(interval.count())) {
    values_.resize(kPointsPerPush);
    texts_.reserve(kSegmentsPerPush);
    raw_.reserve(kSegmentsPerPush);
  }

  // The room for the values of the next segment.
  std::span<double> room(std::size_t points) {
    if (raw_.size() == kSegmentsPerPush || used_ + points > values_.size()) flush();
    return std::span(values_).subspan(used_, points);
  }
  // `id` and the metric's texts are copied or static.
  void add(const Thing& thing, const Metric& metric, std::size_t series, Micros first, std::size_t points) {
    Texts& text = texts_.emplace_back();
    text.id_end = Estate::write_id(text.id.data(), thing);
    std::string_view name = metric.name;
    if (series >= thing.sold_as().metrics.size()) {
      text.name = std::string(metric.name) + '_' + std::to_string(series / thing.sold_as().metrics.size());
      name = text.name;
    }
    raw_.push_back({sizeof(iz_metric_segment), static_cast<std::uint32_t>(points),
                    infrazen::to_abi(thing.sold_as().name),
                    iz_str{text.id.data(), static_cast<std::uint64_t>(text.id_end - text.id.data())},
                    infrazen::to_abi(name), infrazen::to_abi(metric.unit), iz_str{}, first.time_since_epoch().count(),
                    deltas_.data(), values_.data() + used_});
    used_ += points;
  }
  void flush() {
    if (!raw_.empty()) sink_.push_metrics(raw_);
    raw_.clear();
    texts_.clear();
    used_ = 0;
  }

 private:
  struct Texts {
    std::array<char, Estate::kIdChars> id;
    char* id_end = nullptr;
    std::string name;
  };
  infrazen::Sink sink_;
  std::vector<std::int32_t> deltas_;
  std::vector<double> values_;
  std::vector<Texts> texts_;  // never grows beyond what it reserved: raw_ points into it
  std::vector<iz_metric_segment> raw_;
  std::size_t used_ = 0;
};

}  // namespace

// The cursor is the instant of the next point. A run delivers either a fixed number of points per series, wherever that
// leads (a load generator), or all up to now.
void sync_metrics(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  const std::chrono::microseconds step = settings.point_interval;
  Micros next = cursor_instant(sync.full() ? "" : sync.cursor(),
                               std::chrono::floor<std::chrono::days>(settings.now) - settings.metrics_history);
  Micros end = settings.now;
  if (const auto window = sync.window()) {
    next = window->since;
    end = std::min(end, window->until);
  } else if (settings.points_per_run > 0) {
    end = next + step * static_cast<std::int64_t>(settings.points_per_run);
  }
  // Points stand on whole intervals, so that a back-fill meets those that are there.
  next = Micros((next.time_since_epoch() + step - std::chrono::microseconds(1)) / step * step);

  Pace pace(sync, settings.rows_per_second);
  while (next < end) {
    const std::int64_t left = (end - next + step - std::chrono::microseconds(1)) / step;
    const auto points = static_cast<std::size_t>(std::min<std::int64_t>(left, kPointsPerSegment));
    const Micros after = next + step * static_cast<std::int64_t>(points);
    Segments segments(sync, settings.point_interval);
    const std::size_t total = estate.count(next);
    for (std::size_t index = 0; index < total; ++index) {
      const Thing thing = estate.thing(index);
      if (!thing.exists(next)) continue;
      const auto& metrics = thing.sold_as().metrics;
      for (std::size_t series = 0; series < settings.series_per_resource; ++series) {
        const Metric& metric = metrics[series % metrics.size()];
        write_values(estate, thing, metric, series, next, step, segments.room(points));
        segments.add(thing, metric, series, next, points);
      }
      pace.emitted(points * settings.series_per_resource);
    }
    segments.flush();
    next = after;
    sync.mark(sync.window() ? std::string(sync.cursor()) : instant_cursor(next));
  }
}

}  // namespace simulator
