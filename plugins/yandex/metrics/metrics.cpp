// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
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

}  // namespace

void sync_metrics(infrazen::Sync& sync, const Client& client) {
  const Settings& settings = client.settings();
  infrazen::Failures failures("folders");
  const Estate estate = read_estate(client, failures);
  const bool all_seen = failures.count() == 0;
  const Micros until = end_of_last_step(sync.clock().now(), settings.metrics_grid);
  const Micros earliest = end_of_last_step(until - settings.metrics_history, settings.metrics_grid);
  Horizons horizons(sync.cursor());
  for (const Folder& folder : estate.folders) {
    Micros since = horizons.of(folder.id).value_or(earliest);
    horizons.set(folder.id, since);
  }
  for (const Folder& folder : estate.folders) {
    try {
      FolderMetrics metrics(sync, client, folder);
      for (Micros since = *horizons.of(folder.id); since < until;) {
        const Micros end = std::min(until, since + settings.metrics_grid * kMostPoints);
        metrics.read(since, end);
        horizons.set(folder.id, end);
        since = end;
        sync.mark(horizons.cursor(until, all_seen));
      }
    } catch (const Error& error) {
      sync.log().warning("metrics of folder " + folder.id + ": " + error.what());
      failures.add(folder.id, error);
    }
  }
  sync.mark(horizons.cursor(until, all_seen));
  failures.raise(estate.parts + estate.folders.size());
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
