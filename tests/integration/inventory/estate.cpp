// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "estate.hpp"

#include <set>
#include <stdexcept>
#include <utility>

#include "store/schema/migrations.hpp"

namespace iz::test {

Record resource(const std::string& id, const std::string& type, const std::string& account) {
  return Record{{{IZ_RESOURCE_TYPE, type}, {IZ_RESOURCE_EXTERNAL_ID, id}, {IZ_RESOURCE_ACCOUNT_ID, account},
                 {IZ_RESOURCE_NAME, "name of " + id}},
                {}};
}

Estate::Estate() : admin_(fresh_database()) {
  store::db_init(admin_);
  admin_ += " options='-c search_path=infrazen,public -c timezone=UTC'";
  database_ = std::make_unique<store::Database>(as("infrazen"));
  manifest.id = "simulator";
  manifest.provider = "sim";
}

PgRows Estate::query(const std::string& sql) { return pg_query(admin_, sql); }
std::string Estate::scalar(const std::string& sql) { return pg_scalar(admin_, sql); }

std::unique_ptr<Run> Estate::run(const Place& place) { return std::make_unique<Run>(*this, place); }

Run::Run(Estate& estate, const Estate::Place& place) : estate_(estate) {
  auto& database = estate.database();
  store::register_tenant(database, place.tenant);
  const auto entry = store::register_connection(
      database, {place.connection, place.tenant, estate.manifest.id, estate.manifest.provider, "UTC", {place.stream}});
  std::int32_t stream_id = 0;
  for (const auto& state : store::load_streams(database, place.connection)) {
    if (state.stream == place.stream) stream_id = state.stream_id;
  }
  auto lease = store::acquire_lease(database, stream_id, store::random_uuid(), std::chrono::minutes(5));
  if (!lease) throw std::runtime_error("the stream is leased already: end the run before");
  lease_ = *lease;
  run_id_ = store::begin_run(database, lease_, {place.mode, store::RunTrigger::manual, "test", place.window});
  session_ = std::make_unique<store::MarkSession>(database.conninfo());

  ingest::RunContext context;
  context.tenant_id = entry.tenant_id;
  context.connection_id = entry.connection_id;
  context.stream_id = stream_id;
  context.run_id = run_id_;
  context.connection = place.connection;
  context.stream = place.stream;
  context.provider = estate.manifest.provider;
  context.mode = place.mode;
  context.window = place.window;
  context.manifest = &estate.manifest;
  context.kept = &estate.kept();
  context.spool.directory = estate.folder().path();
  sink_ = std::make_unique<ingest::RunIngest>(*session_, lease_, context);
}

Run::~Run() {
  sink_->finish(true);
  sink_.reset();
  store::release_lease(estate_.database(), lease_);
}

Run& Run::open(const std::string& scope, std::uint32_t kind) {
  sink_->on_scope_open(kind, scope);
  return *this;
}

Run& Run::close(const std::string& scope, std::uint32_t kind) {
  sink_->on_scope_close(kind, scope);
  return *this;
}

Run& Run::push(std::uint32_t kind, const std::vector<Record>& rows, const std::string& scope) {
  std::set<std::uint32_t> fields;
  std::set<std::string> names;
  for (const Record& row : rows) {
    for (const auto& [field, value] : row.cells) fields.insert(field);
    for (const auto& [name, value] : row.extension) names.insert(name);
  }
  std::vector<records::Column> columns;
  for (const auto field : fields) columns.push_back({field, {}});
  for (const auto& name : names) columns.push_back({IZ_FIELD_EXTENSION, name});
  std::vector<records::Cell> cells;
  std::vector<std::uint64_t> positions;
  const auto cell = [&cells](const auto& values, const auto& key) {
    const auto found = values.find(key);
    cells.push_back(found == values.end() ? records::Cell{} : records::Cell(found->second));
  };
  for (const Record& row : rows) {
    for (const auto field : fields) cell(row.cells, field);
    for (const auto& name : names) cell(row.extension, name);
    positions.push_back(positions.size() + 1);
  }
  records::BatchView batch;
  batch.kind = kind;
  if (!scope.empty()) batch.scope = scope;
  batch.origin = "test";
  batch.columns = columns;
  batch.cells = cells;
  batch.rows = static_cast<std::uint32_t>(rows.size());
  batch.positions = positions;
  sink_->on_batch(batch);
  return *this;
}

Run& Run::list(const std::string& scope, const std::vector<Record>& rows) {
  open(scope);
  resources(rows, scope);
  return close(scope);
}

Run& Run::mark(const std::string& cursor) {
  sink_->on_mark(cursor);
  return *this;
}

}  // namespace iz::test
