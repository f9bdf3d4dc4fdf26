// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <bit>
#include <cstring>
#include <endian.h>
#include <memory>

#include <libpq-fe.h>

#include "e2e/bench.hpp"

namespace iz::bench {
namespace {

constexpr int kSeries = 10'000;

std::string simulator(int resources, int series, int points, const char* interval, const std::string& more = {}) {
  return "connector: simulator\nlimits: {records_per_mark: 100000000}\nsettings:\n  resources: " +
         std::to_string(resources) + "\n  growth: 0\n  churn: 0\n  series_per_resource: " + std::to_string(series) +
         "\n  points_per_run: " + std::to_string(points) + "\n  point_interval: " + interval + "\n" + more +
         "streams: {metrics: {interval: 300d, after: []}, inventory: false, costs: false, logs: false, components: "
         "false, prices: "
         "false, rates: false, balance: false, documents: false}\n";
}

// One row per point, COPY BINARY, committed: what anybody would write first, without an index. Returns seconds.
double copy_points(PGconn* connection, std::int64_t series, std::int64_t points, std::int64_t t0_us) {
  return seconds_of([&] {
    verify(PQresultStatus(std::unique_ptr<PGresult, decltype(&PQclear)>(
                              PQexec(connection, "COPY plain_points_leaf FROM STDIN (FORMAT binary)"), PQclear)
                              .get()) == PGRES_COPY_IN,
           PQerrorMessage(connection));
    std::string buffer("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    const auto put = [&](auto number) { buffer.append(reinterpret_cast<const char*>(&number), sizeof number); };
    for (std::int64_t s = 0; s < series; ++s) {
      for (std::int64_t p = 0; p < points; ++p) {
        put(htobe16(3));
        put(htobe32(8));
        put(htobe64(static_cast<std::uint64_t>(s)));
        put(htobe32(8));
        put(htobe64(static_cast<std::uint64_t>(t0_us + p * 60'000'000 - 946'684'800'000'000)));
        put(htobe32(8));
        put(htobe64(std::bit_cast<std::uint64_t>(static_cast<double>((s * 31 + p * 7) % 10'000) / 100.0)));
      }
      if (buffer.size() > (1U << 18)) {
        verify(PQputCopyData(connection, buffer.data(), static_cast<int>(buffer.size())) == 1,
               PQerrorMessage(connection));
        buffer.clear();
      }
    }
    put(htobe16(0xFFFF));
    verify(PQputCopyData(connection, buffer.data(), static_cast<int>(buffer.size())) == 1, PQerrorMessage(connection));
    verify(PQputCopyEnd(connection, nullptr) == 1, PQerrorMessage(connection));
    while (PGresult* result = PQgetResult(connection)) {
      verify(PQresultStatus(result) == PGRES_COMMAND_OK, PQresultErrorMessage(result));
      PQclear(result);
    }
  });
}

struct Reference {
  Reference() : connection(PQconnectdb(cluster().conninfo().c_str())) {
    verify(PQstatus(connection) == CONNECTION_OK, PQerrorMessage(connection));
    test::pg_query(
        cluster().conninfo(),
        "DROP TABLE IF EXISTS plain_points; CREATE TABLE plain_points (series bigint, ts timestamptz, value float8)"
        " PARTITION BY RANGE (ts); CREATE TABLE plain_points_leaf PARTITION OF plain_points FOR VALUES FROM"
        " ('2020-01-01') TO ('2030-01-01'); CHECKPOINT");
  }
  ~Reference() { PQfinish(connection); }
  PGconn* connection;
};

// `repeats` runs of kSeries × points, against the same number of points by the reference, in turn. The reference keeps its
// connection; what a run needs until its connector is a process (runs.spawn_ms) is left out of its time and reported apart.
void measure(const std::string& name, int points, int repeats) {
  Figure speed{name, "points/s", {}, {}};
  Figure apart{name + "-spawn", "ms", {}, {}};
  const double total = static_cast<double>(kSeries) * points * repeats;
  for (int run = 0; run < kRuns; ++run) {
    Daemon daemon({"simulator"});
    daemon->connection("m", simulator(kSeries / 10, 10, points, "60s"));
    daemon->start();
    verify(daemon->wait_outcome("m", "metrics", "succeeded"), daemon->log());  // makes the series
    const std::string count = "SELECT coalesce(sum(n), 0) FROM infrazen.metric_segments";
    const double before = std::stod(daemon->scalar(count));
    double seconds = 0;
    for (int i = 0; i < repeats; ++i) seconds += daemon.timed_sync("m", "metrics");
    const double spawn_ms = std::stod(daemon->scalar(
        "SELECT sum(spawn_ms) FROM (SELECT spawn_ms FROM infrazen.runs ORDER BY run_id DESC LIMIT " +
        std::to_string(repeats) + ") x"));
    seconds -= spawn_ms / 1000;
    verify(std::stod(daemon->scalar(count)) - before == total, "points " + daemon->scalar(count));
    speed.values.push_back(total / seconds);
    apart.values.push_back(spawn_ms / repeats);
    daemon->stop();

    const Reference reference;
    double reference_seconds = 0;
    for (int i = 0; i < repeats; ++i)
      reference_seconds +=
          copy_points(reference.connection, kSeries, points, 1'790'000'000'000'000 + i * 3'600'000'000LL);
    verify(std::stod(test::pg_scalar(cluster().conninfo(), "SELECT count(*) FROM plain_points")) == total,
           "reference's points");
    speed.references.push_back(total / reference_seconds);
  }
  print(speed);
  print(apart);
}

}  // namespace

void metrics_bulk() {
  measure("metrics-bulk", 60, 20);
}

void metrics_5min() {
  measure("metrics-5min", 5, 100);
}

}  // namespace iz::bench
