// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/pg_cluster.hpp"
#include "harness/temp_dir.hpp"
#include "ingest/run_ingest.hpp"
#include "store/session/database.hpp"
#include "store/streams/streams.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/abi/records.h>

namespace iz::test {

// One charge as a connector would send it: cells by field; x_ columns by name.
struct Charge {
  std::vector<std::pair<std::uint32_t, std::string>> cells;
  std::vector<std::pair<std::string, std::string>> extra;

  Charge& set(std::uint32_t field, std::string value);
  Charge& x(std::string name, std::string value);
  [[nodiscard]] const std::string* find(std::uint32_t field) const;
};

// A charge of an hour of September 2026, of account "acc-1" unless changed.
Charge charge(std::string_view billed_cost, int day = 1, int hour = 0, std::string_view resource = "vm-1");

// A migrated database and connections that bring bills to it.
class Ledger {
 public:
  Ledger();

  struct Source {
    std::string connection = "bills";
    std::string tenant = "acme";
    std::string provider = "focus";
    std::string zone = "UTC";
    std::uint32_t mode = IZ_SYNC_INCREMENTAL;
    std::optional<store::DayWindow> window = {};  // of a back-fill
  };

  // A run of the source's stream "costs", under its lease.
  class Run {
   public:
    Run(Ledger& ledger, const Source& source);
    ~Run();
    Run& open(std::string_view scope);
    Run& push(std::string_view scope, const std::vector<Charge>& charges, std::string_view origin = "bill.csv");
    Run& close(std::string_view scope);
    Run& mark(std::string_view cursor = "c");
    void finish(bool succeeded = true);
    // open, push, close, mark, finish.
    void deliver(std::string_view scope, const std::vector<Charge>& charges);

    ingest::RunContext context;
    store::StreamLease lease;
    std::unique_ptr<ingest::RunIngest> ingest;

   private:
    Ledger& ledger_;
    std::unique_ptr<store::MarkSession> session_;
  };
  Run run(const Source& source) { return {*this, source}; }
  Run run() { return run(Source{}); }
  void deliver(std::string_view scope, const std::vector<Charge>& charges) { run().deliver(scope, charges); }

  PgRows query(const std::string& sql) const;         // as superuser, search_path infrazen
  std::string scalar(const std::string& sql) const;
  [[nodiscard]] std::string conninfo(std::string_view user) const;

  std::string admin_conninfo;
  std::string name;
  std::unique_ptr<store::Database> database;
  TempDir spool;
  std::uint64_t write_ahead_bytes = 4U << 20;
  std::uint64_t spool_memory = 4U << 20;
};

}  // namespace iz::test
