// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "beget/settings.hpp"
#include "support/json.hpp"
#include <infrazen/metrics.hpp>

// Statistics as the cloud gives them, as metrics.
namespace iz::beget {

// One series of an answer: where its dates and values are, and what it is.
struct SeriesRule {
  std::string_view dates;   // path of the array of dates …
  std::string_view values;  // … and of the one of values
  std::string_view metric;
  enum class Unit : std::uint8_t { percent, none, count, megabytes, size, disk_usage, disk, network } unit;
};

// A statistic of the API ("cpu", "load-average") and the series in its answer; empty for one that is not known.
// `kind`: vps, mysql, postgresql, s3 or cdn: buckets and CDN have other series under the same names.
[[nodiscard]] std::span<const SeriesRule> series_of(std::string_view kind, std::string_view statistic);
// The statistics of buckets and of CDN, which are always read; those of machines are a setting.
[[nodiscard]] std::span<const std::string_view> usage_statistics(std::string_view kind);

// What is stored with the series: "percent", "bytes", …; "unknown" where the provider does not say.
[[nodiscard]] std::string_view unit_of(const SeriesRule& rule, const Settings& settings);

// Points after `after` and before `until`, in the order of time, each instant once. Values that are null and what one
// of the arrays has more than the other are left out. nullopt: the answer has no such series.
[[nodiscard]] std::optional<std::vector<infrazen::Point>> points_of(support::JsonValue root, const SeriesRule& rule,
                                                                    const Settings& settings, infrazen::Micros after,
                                                                    infrazen::Micros until);

}  // namespace iz::beget
