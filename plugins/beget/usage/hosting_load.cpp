// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/usage/hosting_load.hpp"

#include <algorithm>
#include <vector>

#include "beget/api/values.hpp"
#include "beget/usage/series.hpp"
#include "beget/words.hpp"
#include "support/measured.hpp"

namespace iz::beget {
namespace {

using infrazen::Micros;
using infrazen::Point;
using support::JsonValue;

constexpr const char* kStatistic = "load";
const std::string kAll = "hosting";

struct Loaded {
  std::string_view type;
  const char* list_method;
  const char* id_member;  // of the list …
  const char* method;
  const char* parameter;
  const char* value_member;
  const char* metric;
};

constexpr Loaded kSites{kSite, "getSitesListLoad", "id", "getSiteLoad", "site_id", "value", "site_load"};
constexpr Loaded kDatabases{kHostedDatabase, "getDbListLoad", "name",         "getDbLoad",
                            "db_name",       "cpu_time",      "database_load"};

class HostingLoad {
 public:
  HostingLoad(infrazen::Sync& sync, const Settings& settings, HostingApi& api, MetricsCursor& cursor,
              std::set<std::string>& things, std::optional<Micros> since, Micros until, infrazen::Failures& failures)
      : sync_(sync),
        settings_(settings),
        api_(api),
        cursor_(cursor),
        things_(things),
        since_(since),
        until_(until),
        failures_(failures) {}

  std::size_t read(const Loaded& loaded) {
    const Outcome listed = api_.call("stat", loaded.list_method);
    std::vector<std::string> ids;
    try {
      for (const JsonValue row : HostingApi::rows(listed)) ids.emplace_back(row[loaded.id_member].text());
    } catch (const infrazen::Error& error) {
      failures_.add(loaded.list_method, error);
      return 1;
    }
    for (const std::string& id : ids) {
      try {
        read_one(loaded, id);
      } catch (const infrazen::Error& error) {
        failures_.add("load of " + std::string(loaded.type) + ' ' + id, error);
      }
    }
    return 1 + ids.size();
  }

 private:
  void read_one(const Loaded& loaded, const std::string& id) {
    const std::string thing = std::string(loaded.type) + '/' + id;
    things_.insert(thing);
    const Outcome answer = api_.call("stat", loaded.method, infrazen::JsonObject().text(loaded.parameter, id).str());
    const JsonValue hours = HostingApi::object(answer)["hours"];
    const Micros after =
        since_ ? *since_ - std::chrono::microseconds(1) : cursor_.find(thing, kStatistic).value_or(Micros::min());
    std::vector<Point> points;
    for (const JsonValue hour : hours) {
      const auto at = parse_time(hour["date"].text(), settings_.utc_offset);
      const auto value = support::measured(hour[loaded.value_member]);
      if (at && value && *at > after && *at + std::chrono::hours(1) <= until_) points.push_back({*at, *value});
    }
    points = support::in_order(std::move(points));
    if (points.empty()) return;
    sync_.push({.resource_type = loaded.type,
                .external_id = id,
                .name = loaded.metric,
                .unit = "cp",
                .provider_metric_id = loaded.method},
               points);
    cursor_.set(thing, kStatistic, points.back().at);
  }

  infrazen::Sync& sync_;
  const Settings& settings_;
  HostingApi& api_;
  MetricsCursor& cursor_;
  std::set<std::string>& things_;
  std::optional<Micros> since_;
  Micros until_;
  infrazen::Failures& failures_;
};

}  // namespace

std::size_t read_hosting_load(infrazen::Sync& sync, const Settings& settings, HostingApi& api, MetricsCursor& cursor,
                              std::set<std::string>& things, std::optional<Micros> since, Micros until,
                              infrazen::Failures& failures) {
  // The hour that runs is still growing.
  const Micros hour = std::chrono::floor<std::chrono::hours>(sync.clock().now());
  const auto last = cursor.find(kAll, kStatistic);
  if (!since && last && *last >= hour) {
    // Not asked this time, so not known to be gone.
    cursor.remember(things, {std::string(kSite) + '/', std::string(kHostedDatabase) + '/', kAll});
    return 0;
  }
  HostingLoad load(sync, settings, api, cursor, things, since, std::min(until, hour), failures);
  const std::size_t failed = failures.count();
  const std::size_t parts = load.read(kSites) + load.read(kDatabases);
  things.insert(kAll);
  if (failures.count() == failed && !since) cursor.set(kAll, kStatistic, hour);
  return parts;
}

}  // namespace iz::beget
