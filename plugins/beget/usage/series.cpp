// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/usage/series.hpp"

#include <array>

#include "beget/api/values.hpp"
#include "support/measured.hpp"

namespace iz::beget {
namespace {

using infrazen::Micros;
using infrazen::Point;
using support::JsonValue;
using enum SeriesRule::Unit;

constexpr std::array kCpu{SeriesRule{"cpu.date", "cpu.value", "cpu_utilization", percent}};
constexpr std::array kMemory{SeriesRule{"memory.date", "memory.value", "memory_used_bytes", megabytes}};
constexpr std::array kDiskUsage{SeriesRule{"disk_usage.date", "disk_usage.value", "disk_usage", disk_usage}};
constexpr std::array kDisk{SeriesRule{"data_read.date", "data_read.value", "disk_read", disk},
                           SeriesRule{"data_write.date", "data_write.value", "disk_write", disk}};
constexpr std::array kNetwork{
    SeriesRule{"data_rx.date", "data_rx.value", "network_in", network},
    SeriesRule{"data_tx.date", "data_tx.value", "network_out", network},
    SeriesRule{"data_rx_private.date", "data_rx_private.value", "private_network_in", network},
    SeriesRule{"data_tx_private.date", "data_tx_private.value", "private_network_out", network}};
constexpr std::array kLoadAverage{SeriesRule{"date", "la1", "load_average_1m", none},
                                  SeriesRule{"date", "la5", "load_average_5m", none},
                                  SeriesRule{"date", "la15", "load_average_15m", none}};
constexpr std::array kQuota{SeriesRule{"size.date", "size.value", "storage_used_bytes", size}};
constexpr std::array kTraffic{SeriesRule{"data_rx.date", "data_rx.value", "traffic_in", network},
                              SeriesRule{"data_tx.date", "data_tx.value", "traffic_out", network}};
constexpr std::array kBucketNetwork{SeriesRule{"data_rx.date", "data_rx.value", "network_in", network},
                                    SeriesRule{"data_tx.date", "data_tx.value", "network_out", network}};
constexpr std::array kBucketRequests{
    SeriesRule{"method_get.date", "method_get.value", "requests_get", count},
    SeriesRule{"method_post.date", "method_post.value", "requests_post", count},
    SeriesRule{"method_put.date", "method_put.value", "requests_put", count},
    SeriesRule{"method_head.date", "method_head.value", "requests_head", count},
    SeriesRule{"method_delete.date", "method_delete.value", "requests_delete", count},
    SeriesRule{"method_options.date", "method_options.value", "requests_options", count}};
constexpr std::array kCdnRequests{SeriesRule{"code_2xx.date", "code_2xx.value", "responses_2xx", count},
                                  SeriesRule{"code_3xx.date", "code_3xx.value", "responses_3xx", count},
                                  SeriesRule{"code_4xx.date", "code_4xx.value", "responses_4xx", count},
                                  SeriesRule{"code_5xx.date", "code_5xx.value", "responses_5xx", count}};

constexpr std::array<std::string_view, 4> kBucketStatistics{"quota", "count-request", "network", "traffic-usage"};
constexpr std::array<std::string_view, 3> kCdnStatistics{"count-request", "network", "traffic-usage"};

}  // namespace

std::span<const SeriesRule> series_of(std::string_view kind, std::string_view statistic) {
  const bool stored = kind == "s3" || kind == "cdn";
  if (statistic == "network") return stored ? std::span<const SeriesRule>(kBucketNetwork) : kNetwork;
  if (statistic == "count-request") return kind == "cdn" ? std::span<const SeriesRule>(kCdnRequests) : kBucketRequests;
  if (statistic == "traffic-usage") return kTraffic;
  if (statistic == "quota") return kQuota;
  if (statistic == "cpu") return kCpu;
  if (statistic == "memory") return kMemory;
  if (statistic == "disk") return kDisk;
  if (statistic == "disk-usage") return kDiskUsage;
  if (statistic == "load-average") return kLoadAverage;
  return {};
}

std::span<const std::string_view> usage_statistics(std::string_view kind) {
  if (kind == "s3") return kBucketStatistics;
  if (kind == "cdn") return kCdnStatistics;
  return {};
}

std::string_view unit_of(const SeriesRule& rule, const Settings& settings) {
  switch (rule.unit) {
    case percent: return "percent";
    case none: return {};
    case count: return "count";
    case megabytes:
    case size: return "bytes";
    case disk_usage: return settings.disk_usage_unit;
    case disk: return settings.disk_unit;
    case network: return settings.network_unit;
  }
  return {};
}

std::optional<std::vector<Point>> points_of(JsonValue root, const SeriesRule& rule, const Settings& settings,
                                            Micros after, Micros until) {
  const JsonValue dates = root.path(rule.dates);
  const JsonValue values = root.path(rule.values);
  // proto3 leaves out arrays without elements; an answer without both is a series without points only then.
  if (!dates.is_array() || !values.is_array()) return std::nullopt;
  const double factor = rule.unit == megabytes ? static_cast<double>(kMegabyte)
                        : rule.unit == size    ? static_cast<double>(settings.size_unit)
                                               : 1;
  std::vector<Point> points;
  auto value = values.begin();
  for (auto date = dates.begin(); date != dates.end() && value != values.end(); ++date, ++value) {
    const auto at = parse_time((*date).text(), settings.utc_offset);
    const auto number = support::measured(*value);
    if (at && number && *at > after && *at < until) points.push_back({*at, *number * factor});
  }
  return support::in_order(std::move(points));
}

}  // namespace iz::beget
