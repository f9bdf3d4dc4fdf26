// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "e2e/bench.hpp"
#include "harness/wait_until.hpp"

namespace iz::bench {
namespace {

// One finished day of 5,000 series, sealed by the daemon itself.
void measure(const std::string& name, const std::string& interval, int per_day, const std::string& more) {
  Figure bytes{name, "bytes/point", {}, {}};
  Daemon daemon({"simulator"});
  daemon->connection(
      "m",
      "connector: simulator\nlimits: {records_per_mark: 100000000}\nsettings:\n  resources: 500\n  growth: 0\n  "
      "churn: 0\n  series_per_resource: 10\n  metrics_days: 2\n  point_interval: " +
          interval + "\n" + more +
          "streams: {metrics: {interval: 300d, after: []}, inventory: false, costs: false, logs: false, components: "
          "false, prices: false, rates: false, balance: false, documents: false}\n");
  daemon->start();
  verify(daemon->wait_outcome("m", "metrics", "succeeded"), daemon->log());
  // The daemon looks for days to seal every ten minutes, and when it starts.
  (void)daemon->stop();
  (void)daemon->query("UPDATE infrazen.jobs SET next_due = now(), last_success = NULL WHERE job = 'metrics.seal'");
  daemon->start();
  const bool sealed = test::wait_until(
      [&] { return daemon->scalar("SELECT last_success IS NOT NULL FROM infrazen.jobs WHERE job = 'metrics.seal'") == "t"; },
      std::chrono::minutes(3), std::chrono::milliseconds(200));
  const std::string sealed_points = "SELECT coalesce(sum(n), 0) FROM infrazen.metric_sealed";
  verify(sealed, "sealing: " + daemon->scalar(sealed_points) + " points\n" + daemon->log());
  const double points = std::stod(daemon->scalar(sealed_points));
  verify(points >= 5'000.0 * per_day, "sealed " + daemon->scalar(sealed_points) + " points, less than a day has");
  const double size =
      std::stod(daemon->scalar("SELECT sum(pg_total_relation_size(i.inhrelid)) FROM pg_inherits i WHERE i.inhparent = "
                               "'infrazen.metric_sealed'::regclass"));
  bytes.values.push_back(size / points);
  print(bytes);
}

}  // namespace

void metrics_disk() {
  measure("metrics-disk-sealed", "5m", 288, "");
  measure("metrics-disk-sealed-60-a-day", "24m", 60, "");
  measure("metrics-disk-sealed-full-doubles", "5m", 288, "  full_doubles: true\n");
}

}  // namespace iz::bench
