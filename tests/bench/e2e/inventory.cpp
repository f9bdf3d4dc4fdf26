// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "e2e/bench.hpp"

namespace iz::bench {
namespace {

constexpr int kResources = 100'000;

std::string simulator(double changed) {
  return "connector: simulator\nsettings:\n  resources: " + std::to_string(kResources) +
         "\n  columns: 30\n  growth: 0\n  churn: 0\n  now: 2026-09-01T00:00:00Z\n  since: 2026-09-01\n  "
         "changed_fraction: " +
         std::to_string(changed) +
         "\nstreams: {inventory: {interval: 300d}, metrics: false, costs: false, logs: false, components: false, "
         "prices: false, "
         "rates: false, balance: false, documents: false}\n";
}

// The reference: the same number of rows of 30 columns, COPYed into a temporary table and upserted blindly.
void prepare_reference() {
  std::string columns;
  std::string values;
  for (int i = 1; i < 30; ++i) {
    columns += ", c" + std::to_string(i) + " text";
    values += ", 'value ' || " + std::to_string(i) + " || ' of ' || g";
  }
  test::pg_query(cluster().conninfo(),
                 "DROP TABLE IF EXISTS blind, blind_rows; CREATE TABLE blind (id text PRIMARY KEY" + columns +
                     "); CREATE TABLE blind_rows (LIKE blind); INSERT INTO blind_rows SELECT 'resource-' || g" + values +
                     " FROM generate_series(1, " + std::to_string(kResources) +
                     ") g; INSERT INTO blind SELECT * FROM blind_rows; CHECKPOINT");
  test::pg_query(cluster().conninfo(),
                 "COPY blind_rows TO '" + (cluster().data_dir() / "blind_rows.bin").string() + "' (FORMAT binary)");
}

double blind_upsert_seconds() {
  std::string set;
  for (int i = 1; i < 30; ++i)
    set += std::string(i == 1 ? "" : ", ") + "c" + std::to_string(i) + " = EXCLUDED.c" + std::to_string(i);
  const std::string file = (cluster().data_dir() / "blind_rows.bin").string();
  return seconds_of([&] {
    test::pg_query(cluster().conninfo(),
                   "BEGIN; CREATE TEMP TABLE incoming (LIKE blind) ON COMMIT DROP; COPY incoming FROM '" + file +
                       "' (FORMAT binary); INSERT INTO blind SELECT * FROM incoming ON CONFLICT (id) DO UPDATE "
                       "SET " +
                       set + "; COMMIT");
  });
}

void measure(const std::string& name, double changed) {
  Figure time{name, "s", {}, {}};
  Figure wal{name + "-wal", "bytes", {}, {}};
  prepare_reference();
  Daemon daemon({"simulator"});
  daemon->connection("estate", simulator(changed));
  daemon->start();
  verify(daemon->wait_outcome("estate", "inventory", "succeeded"), daemon->log());
  const std::string count = "SELECT count(*) FROM infrazen.resources WHERE is_active";
  verify(daemon->scalar(count) == std::to_string(kResources), "resources " + daemon->scalar(count));
  daemon.analyze();
  for (int run = 0; run < kRuns; ++run) {
    const std::string changes = daemon->scalar("SELECT count(*) FROM infrazen.resource_changes");
    test::pg_query(cluster().conninfo(), "CHECKPOINT");
    const std::string lsn = daemon->scalar("SELECT pg_current_wal_insert_lsn()");
    time.values.push_back(daemon.timed_sync("estate", "inventory"));
    wal.values.push_back(
        std::stod(daemon->scalar("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '" + lsn + "')")));
    const bool same = daemon->scalar("SELECT count(*) FROM infrazen.resource_changes") == changes;
    verify(same == (changed == 0), "changes written");
    verify(daemon->scalar(count) == std::to_string(kResources), "resources " + daemon->scalar(count));
    time.references.push_back(blind_upsert_seconds());
  }
  print(time);
  print(wal);
}

}  // namespace

void inventory_unchanged() {
  measure("inventory-unchanged", 0);
}

void inventory_changed() {
  measure("inventory-changed", 0.002);
}

}  // namespace iz::bench
