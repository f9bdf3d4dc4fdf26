// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pg_cluster.hpp"
#include "harness/temp_dir.hpp"
#include "ingest/inventory/kept_listings.hpp"
#include "ingest/run_ingest.hpp"
#include "records/manifest.hpp"
#include "store/session/database.hpp"
#include "store/streams/streams.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/abi/records.h>

namespace iz::test {

// One record: cells by field, and by name for extension columns. A field that is not named is null.
struct Record {
  std::map<std::uint32_t, std::string> cells;
  std::map<std::string, std::string> extension;

  Record& set(std::uint32_t field, std::string value) {
    cells[field] = std::move(value);
    return *this;
  }
  Record& extend(const std::string& name, std::string value) {
    extension[name] = std::move(value);
    return *this;
  }
};

// A resource with its three needed cells and a name.
Record resource(const std::string& id, const std::string& type = "compute.instance", const std::string& account = "acc-1");

class Run;

// A migrated database with tenants, connections and streams, and a way to run them as the daemon does.
class Estate {
 public:
  Estate();

  // Made on demand: connection "c", tenant "t" unless said otherwise.
  struct Place {
    std::string connection = "sim-1";
    std::string stream = "inventory";
    std::string tenant = "acme";
    std::uint32_t mode = IZ_SYNC_INCREMENTAL;
    std::optional<store::DayWindow> window = {};  // of a back-fill
  };
  std::unique_ptr<Run> run(const Place& place);
  std::unique_ptr<Run> run() { return run(Place{}); }

  PgRows query(const std::string& sql);         // as superuser, search_path infrazen
  std::string scalar(const std::string& sql);
  std::int64_t number(const std::string& sql) { return std::stoll(scalar(sql)); }
  std::string as(std::string_view role) const { return admin_ + " user=" + std::string(role); }

  records::Manifest manifest;
  std::string conninfo() const { return admin_; }
  store::Database& database() { return *database_; }
  const TempDir& folder() const { return folder_; }
  ingest::KeptListings& kept() { return kept_; }  // as the daemon keeps them from run to run

 private:
  TempDir folder_;
  std::string admin_;
  std::unique_ptr<store::Database> database_;
  ingest::KeptListings kept_;
};

// One run of one stream, through RunIngest.
class Run {
 public:
  Run(Estate& estate, const Estate::Place& place);
  ~Run();  // ends well and releases the lease; what was not marked never happened

  Run& open(const std::string& scope, std::uint32_t kind = IZ_KIND_RESOURCE);
  Run& close(const std::string& scope, std::uint32_t kind = IZ_KIND_RESOURCE);
  Run& push(std::uint32_t kind, const std::vector<Record>& rows, const std::string& scope = {});
  Run& resources(const std::vector<Record>& rows, const std::string& scope = {}) { return push(IZ_KIND_RESOURCE, rows, scope); }
  // The whole of a scope: opened, pushed, closed.
  Run& list(const std::string& scope, const std::vector<Record>& rows);
  Run& mark(const std::string& cursor = "c");
  std::int64_t id() const { return run_id_; }
  ingest::RunIngest& sink() { return *sink_; }

 private:
  Estate& estate_;
  store::StreamLease lease_;
  std::int64_t run_id_ = 0;
  std::unique_ptr<store::MarkSession> session_;
  std::unique_ptr<ingest::RunIngest> sink_;
};

}  // namespace iz::test
