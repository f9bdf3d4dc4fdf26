// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/session/mark_session.hpp"

// Series, and the packed directory in which a run finds those of its stream (metric_series, metric_directory).
namespace iz::store {

// XXH3-128 of the five texts that name a series.
struct SeriesIdentity {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const SeriesIdentity&) const = default;
};

// Views; a null unit and an empty one are different series, and so on.
struct SeriesName {
  std::string_view resource_type;
  std::string_view external_id;
  std::string_view metric_name;
  std::string_view metric_unit;
  std::string_view provider_metric_id;
};
[[nodiscard]] SeriesIdentity identity_of(const SeriesName& name);
// From the 16 bytes of metric_series.identity.
[[nodiscard]] SeriesIdentity as_identity(std::string_view bytes);

inline constexpr std::int64_t kNoHorizon = std::numeric_limits<std::int64_t>::min();

struct KnownSeries {
  SeriesIdentity identity;
  std::int64_t series_id = 0;            // 0: not created yet
  std::int64_t horizon_us = kNoHorizon;  // of the newest point
};

inline constexpr std::size_t kSeriesPerChunk = 1024;

// All series of a stream in the order of their slots: series i is slot i % kSeriesPerChunk of chunk i /
// kSeriesPerChunk.
[[nodiscard]] std::vector<KnownSeries> load_directory(MarkSession& session, std::int32_t tenant_id,
                                                      std::int32_t stream_id);

// Writes the chunks that are listed, each once: horizons of those before `first_new`, everything of the chunk that
// `first_new` is in and of later ones. `series` is the whole directory.
void save_directory(MarkTransaction& tx, std::span<const KnownSeries> series, std::span<const std::uint32_t> chunks,
                    std::size_t first_new);

struct NewSeries {
  SeriesIdentity identity;
  std::int64_t resource_id = 0;
  SeriesName name;
};
// Creates the series and returns their ids in the same order.
[[nodiscard]] std::vector<std::int64_t> create_series(MarkTransaction& tx, std::span<const NewSeries> series);

// Among `created` those that another current series of the stream contradicts: the same metric of the same resource, in
// another unit. Text of the finding: which series (index into `created`) and the other's unit.
struct UnitConflict {
  std::size_t index = 0;
  std::string other_unit;
};
[[nodiscard]] std::vector<UnitConflict> find_unit_conflicts(MarkTransaction& tx, std::span<const NewSeries> created);

// The next mark's number in the order of arrival (metric_segments.seq of its first segment).
[[nodiscard]] std::int64_t next_arrival(MarkTransaction& tx);

// A series whose resource is retired while a new incarnation of it lives. Ended here; the caller creates its successor.
struct EndedSeries {
  SeriesIdentity identity;
  std::string resource_type, external_id, metric_name;
  std::optional<std::string> metric_unit, provider_metric_id;
};
// Looks through the series only when incarnations have come since this stream was last looked at.
[[nodiscard]] std::vector<EndedSeries> end_outlived_series(MarkTransaction& tx);

}  // namespace iz::store
