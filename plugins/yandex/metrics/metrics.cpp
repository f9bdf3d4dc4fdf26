// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <map>
#include <set>

#include "support/overlap.hpp"
#include "yandex/inventory/advice.hpp"
#include "yandex/metrics/folder_metrics.hpp"
#include "yandex/metrics/horizons.hpp"
#include "yandex/streams.hpp"

namespace iz::yandex {
namespace {

using infrazen::Error;
using infrazen::Micros;

// A read gives at most so many points of a series.
constexpr std::int64_t kMostPoints = 5'000;

// The end of the last step of the grid that is over: one that still runs would be an average of its beginning.
Micros end_of_last_step(Micros now, std::chrono::milliseconds grid) {
  const auto steps = now.time_since_epoch() / grid;
  return Micros(std::chrono::microseconds(grid) * steps);
}

// A run over the folders. What of a folder cannot be read stays where it was, and is read from there when it can be.
class MetricsRun {
 public:
  MetricsRun(infrazen::Sync& sync, const Client& client)
      : sync_(sync),
        client_(client),
        estate_(read_estate(client, failures_)),
        all_seen_(failures_.count() == 0),
        grid_(client.settings().metrics_grid),
        overlap_(client.settings().metrics_overlap),
        until_(end_of_last_step(sync.clock().now(), grid_)),
        earliest_(end_of_last_step(until_ - client.settings().metrics_history, grid_)),
        horizons_(sync.cursor()),
        parts_(estate_.parts + estate_.folders.size()) {}

  void run() {
    for (const Folder& folder : estate_.folders) horizons_.set(folder.id, horizons_.of(folder.id).value_or(earliest_));
    for (const Folder& folder : estate_.folders) {
      try {
        read(folder);
      } catch (const Error& error) {
        sync_.log().warning("metrics of folder " + folder.id + ": " + error.what());
        failures_.add(folder.id, error);
      }
    }
    mark();
    failures_.raise(parts_);
  }

 private:
  void read(const Folder& folder) {
    FolderMetrics metrics(sync_, client_, folder);
    const std::set<std::string_view> types = metrics.types();
    for (const MetricKind& kind : metric_kinds()) {
      if (!types.contains(kind.resource_type)) horizons_.forget(folder.id, kind.resource_type);  // settings changed
    }
    if (is_read(folder)) return horizons_.set(folder.id, until_);
    metrics.list_resources();
    std::map<Micros, std::set<std::string_view>> by_horizon;  // types of resources
    for (const std::string_view type : types) {
      ++parts_;
      const Micros since = *horizons_.of(folder.id, type);
      if (const Error* const why = metrics.failure(type)) {
        leave(folder, type, since, *why);
      } else {
        by_horizon[since].insert(type);
      }
    }
    for (const auto& [horizon, together] : by_horizon) {
      if (horizon >= until_) continue;
      for (Micros since = support::read_begin(horizon, overlap_, grid_, earliest_); since < until_;) {
        const Micros end = std::min(until_, since + grid_ * kMostPoints);
        metrics.read(since, end, together);
        for (const std::string_view type : together) horizons_.set(folder.id, type, std::max(horizon, end));
        since = end;
        mark();
      }
    }
    horizons_.set(folder.id, until_);
  }

  // Nothing of it is new, and nothing of it is behind.
  [[nodiscard]] bool is_read(const Folder& folder) const {
    return std::ranges::all_of(
        metric_kinds(), [&](const MetricKind& kind) { return *horizons_.of(folder.id, kind.resource_type) >= until_; });
  }

  // A 404 may pass, or may be a service that the installation does not have: no more is kept open than a first run
  // reads.
  void leave(const Folder& folder, std::string_view type, Micros since, const Error& why) {
    const bool no_service = is_no_service(why);
    horizons_.set(folder.id, type, no_service ? std::max(since, earliest_) : since);
    if (no_service) {
      sync_.log().info("metrics of " + scope_name(folder.id, type) + " are read once it can be listed: " + why.what());
      return;
    }
    sync_.log().warning(why.what());
    failures_.add(scope_name(folder.id, type), why);
  }

  void mark() { sync_.mark(horizons_.cursor(until_, all_seen_, earliest_)); }

  infrazen::Sync& sync_;
  const Client& client_;
  infrazen::Failures failures_{"folders and types of resources"};
  const Estate estate_;
  const bool all_seen_;
  const std::chrono::milliseconds grid_;
  const std::chrono::milliseconds overlap_;
  const Micros until_;
  const Micros earliest_;
  Horizons horizons_;
  std::size_t parts_;
};

}  // namespace

void sync_metrics(infrazen::Sync& sync, const Client& client) {
  MetricsRun(sync, client).run();
}

void check_metrics(infrazen::Check& check, const Client& client) {
  check.attempt("metrics (role monitoring.viewer)", [&] {
    infrazen::Failures failures("clouds and folders");
    const Estate estate = read_estate(client, failures);
    if (estate.folders.empty())
      throw Error(infrazen::ErrorClass::config, "there is no folder to read metrics of, see \"clouds and folders\"");
    (void)client.get("monitoring", "/monitoring/v2/metrics?pageSize=1&folderId=" +
                                       support::percent_encoded(estate.folders.front().id));
  });
}

}  // namespace iz::yandex
