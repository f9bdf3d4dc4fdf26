// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "simulator/settings.hpp"

#include <concepts>

namespace simulator {
namespace {

using infrazen::Config;
using infrazen::Error;
using infrazen::ErrorClass;

void read_size(const Config& config, const char* key, std::size_t& value, std::int64_t least, std::int64_t most) {
  const std::int64_t given = config.integer_or(key, static_cast<std::int64_t>(value));
  if (given < least || given > most) {
    throw Error(ErrorClass::config, "connection " + std::string(config.connection()) + ": setting '" + key + "' is " +
                                        std::to_string(given) + ", not " + std::to_string(least) + " to " +
                                        std::to_string(most));
  }
  value = static_cast<std::size_t>(given);
}

void read_share(const Config& config, const char* key, double& value, double most) {
  if (!config.has(key)) return;
  value = config.number(key).approximate();
  if (value < 0 || value > most) {
    throw Error(ErrorClass::config, "connection " + std::string(config.connection()) + ": setting '" + key +
                                        "' is not between 0 and " + std::to_string(static_cast<int>(most)));
  }
}

void read_instant(const Config& config, const char* key, infrazen::Micros& value) {
  const auto given = config.text_or(key, "");
  if (given.empty()) return;
  const auto parsed = infrazen::parse_instant(given);
  if (!parsed) {
    throw Error(ErrorClass::config, "connection " + std::string(config.connection()) + ": setting '" + key +
                                        "' is not an RFC 3339 instant: " + std::string(given));
  }
  value = *parsed;
}

}  // namespace

Settings Settings::read(const infrazen::Host& host) {
  const Config config = host.config();
  Settings settings;
  settings.seed = static_cast<std::uint64_t>(config.integer_or("seed", 1));
  read_size(config, "resources", settings.resources, 1, 10'000'000);
  read_size(config, "accounts", settings.accounts, 1, 1'000);
  read_size(config, "folders", settings.folders, 1, 10'000);
  read_size(config, "regions", settings.regions, 1, 6);
  settings.currency = config.text_or("currency", settings.currency);
  read_share(config, "growth", settings.growth, 10);
  read_share(config, "churn", settings.churn, 1);
  read_share(config, "waste", settings.waste, 1);
  read_share(config, "incidents", settings.incidents, 30);
  read_size(config, "columns", settings.columns, 8, 30);
  read_share(config, "changed_fraction", settings.changed_fraction, 1);
  read_size(config, "charges_per_day", settings.charges_per_day, 1, 24);
  read_size(config, "series_per_resource", settings.series_per_resource, 1, 1'000);
  read_size(config, "points_per_run", settings.points_per_run, 0, 65'536);
  settings.point_interval = config.duration_or("point_interval", settings.point_interval);
  if (settings.point_interval.count() < 1'000) {
    throw Error(ErrorClass::config, "setting 'point_interval' is below one second");
  }
  settings.full_doubles = config.boolean_or("full_doubles", settings.full_doubles);
  read_share(config, "logs_per_day", settings.logs_per_day, 1'000);
  std::size_t days = 35;
  read_size(config, "history_days", days, 0, 3'650);
  settings.history = std::chrono::days(days);
  std::size_t metrics_days = 2;
  read_size(config, "metrics_days", metrics_days, 0, 3'650);
  settings.metrics_history = std::chrono::days(metrics_days);
  read_size(config, "rows_per_second", settings.rows_per_second, 0, 1'000'000'000);

  settings.now = host.clock().now();
  read_instant(config, "now", settings.now);
  settings.since = infrazen::Micros(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
  read_instant(config, "since", settings.since);
  settings.start = std::chrono::floor<std::chrono::days>(settings.now) - settings.history;
  return settings;
}

}  // namespace simulator
