// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "e2e/bench.hpp"
#include "e2e/focus_file.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"

namespace iz::bench {
namespace {

constexpr std::int64_t kRows = 500'000;

std::string focus_connection(const std::filesystem::path& file) {
  return "connector: focus\nlimits: {bytes_per_mark: 8GiB, records_per_mark: 10000000}\nsettings: "
         "{path: " +
         file.string() + "}\nstreams: {costs: {interval: 300d}}\n";
}

void verify_charges(Daemon& daemon, const FocusFile& file) {
  const auto rows = daemon->query("SELECT count(*), trim_scale(sum(billed_cost)) FROM infrazen.cost_charges");
  verify(rows.at(0).at(0) == std::to_string(file.rows), "rows " + rows.at(0).at(0).value_or("none"));
  verify(rows.at(0).at(1) == file.billed_sum,
         "sum " + rows.at(0).at(1).value_or("none") + ", expected " + file.billed_sum);
}

// psql \copy of the file into a flat table with one index, committed.
double copy_seconds(const std::filesystem::path& path, const FocusFile& file) {
  const std::string conninfo = cluster().conninfo();
  test::pg_query(conninfo, "DROP TABLE IF EXISTS flat; " + flat_table_ddl("flat") + "; CHECKPOINT");
  const double seconds = seconds_of([&] {
    const auto copy =
        test::run({"psql", "-qX", conninfo, "-c", "\\copy flat FROM '" + path.string() + "' WITH (FORMAT csv, HEADER)"},
                  {}, std::chrono::minutes(10));
    verify(copy.status.ok(), "\\copy: " + copy.err);
  });
  verify(test::pg_scalar(conninfo, "SELECT trim_scale(sum(\"BilledCost\")) FROM flat") == file.billed_sum,
         "reference's sum");
  test::pg_query(conninfo, "DROP TABLE flat");
  return seconds;
}

// Everything of schema infrazen that a bill fills: facts, dimensions, fingerprints, rollups, with their indexes.
double cost_bytes(Daemon& daemon) {
  return std::stod(daemon->scalar(
      "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
      " WHERE n.nspname = 'infrazen' AND c.relkind = 'r' AND c.relname LIKE 'cost\\_%'"));
}

double import(Daemon& daemon, const std::filesystem::path& path) {
  daemon->connection("bill", focus_connection(path));
  daemon->start();
  return daemon.timed_run("bill", "costs");
}

}  // namespace

void focus_import() {
  const test::TempDir folder("infrazen-bench-");
  const auto path = folder / "bill.csv";
  const FocusFile file = write_focus_file(path, kRows);
  Figure speed{"focus-import", "rows/s", {}, {}};
  Figure disk{"focus-import-disk", "bytes/row", {}, {}};
  Figure memory{"focus-import-rss", "MB", {}, {}};
  for (int run = 0; run < kRuns; ++run) {
    Daemon daemon({"focus"});
    const double before = cost_bytes(daemon);
    test::pg_query(cluster().conninfo(), "CHECKPOINT");
    speed.values.push_back(static_cast<double>(kRows) / import(daemon, path));
    verify_charges(daemon, file);
    disk.values.push_back((cost_bytes(daemon) - before) / static_cast<double>(kRows));
    memory.values.push_back(daemon.status_mb("VmHWM"));
    daemon->stop();
    speed.references.push_back(static_cast<double>(kRows) / copy_seconds(path, file));
  }
  print(speed);
  print(disk);
  print(memory);
}

void focus_reimport() {
  const test::TempDir folder("infrazen-bench-");
  const auto path = folder / "bill.csv";
  const FocusFile first = write_focus_file(path, kRows);
  Figure speed{"focus-reimport", "rows/s", {}, {}};
  Daemon daemon({"focus"});
  (void)import(daemon, path);
  verify_charges(daemon, first);
  for (int run = 0; run < kRuns; ++run) {
    const FocusFile file = write_focus_file(path, kRows, 0, run % 2 == 0);
    test::pg_query(cluster().conninfo(), "CHECKPOINT");
    speed.values.push_back(static_cast<double>(kRows) / daemon.timed_sync("bill", "costs"));
    verify_charges(daemon, file);
    speed.references.push_back(static_cast<double>(kRows) / copy_seconds(path, file));
  }
  print(speed);
}

void focus_month() {
  constexpr std::int64_t rows = 5'000'000;
  const test::TempDir folder("infrazen-bench-");
  const auto path = folder / "bill.csv";
  (void)write_focus_file(path, rows);
  Daemon daemon({"focus"});
  Figure load{"focus-month-5m-load", "s", {import(daemon, path)}, {}};
  const FocusFile restated = write_focus_file(path, rows, 15);
  Figure restate{"focus-month-5m-restate", "s", {daemon.timed_sync("bill", "costs")}, {}};
  verify_charges(daemon, restated);
  Figure memory{"focus-month-5m", "MB", {daemon.status_mb("VmHWM")}, {}};
  print(load);
  print(restate);
  print(memory);
}

}  // namespace iz::bench
