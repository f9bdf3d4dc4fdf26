// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/costs/ledger.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

#include "store/schema/migrations.hpp"

namespace iz::test {

Charge& Charge::set(std::uint32_t field, std::string value) {
  for (auto& [known, cell] : cells) {
    if (known == field) {
      cell = std::move(value);
      return *this;
    }
  }
  cells.emplace_back(field, std::move(value));
  return *this;
}

Charge& Charge::x(std::string name, std::string value) {
  extra.emplace_back(std::move(name), std::move(value));
  return *this;
}

const std::string* Charge::find(std::uint32_t field) const {
  const auto it = std::ranges::find(cells, field, [](const auto& cell) { return cell.first; });
  return it == cells.end() ? nullptr : &it->second;
}

namespace {

std::string instant(int day, int hour) {
  char text[32];
  std::snprintf(text, sizeof(text), "2026-09-%02dT%02d:00:00Z", day, hour);
  return text;
}

}  // namespace

Charge charge(std::string_view billed_cost, int day, int hour, std::string_view resource) {
  Charge charge;
  charge.set(IZ_CHARGE_BILLED_COST, std::string(billed_cost))
      .set(IZ_CHARGE_EFFECTIVE_COST, std::string(billed_cost))
      .set(IZ_CHARGE_BILLING_ACCOUNT_ID, "acc-1")
      .set(IZ_CHARGE_BILLING_ACCOUNT_NAME, "Account One")
      .set(IZ_CHARGE_BILLING_CURRENCY, "RUB")
      .set(IZ_CHARGE_BILLING_PERIOD_START, "2026-09-01T00:00:00Z")
      .set(IZ_CHARGE_BILLING_PERIOD_END, "2026-10-01T00:00:00Z")
      .set(IZ_CHARGE_CHARGE_PERIOD_START, instant(day, hour))
      .set(IZ_CHARGE_CHARGE_PERIOD_END, hour < 23 ? instant(day, hour + 1) : instant(day + 1, 0))
      .set(IZ_CHARGE_SERVICE_NAME, "Compute Cloud")
      .set(IZ_CHARGE_SERVICE_CATEGORY, "Compute")
      .set(IZ_CHARGE_CHARGE_CATEGORY, "Usage")
      .set(IZ_CHARGE_CHARGE_DESCRIPTION, "vCPU hours")
      .set(IZ_CHARGE_REGION_ID, "ru-central1")
      .set(IZ_CHARGE_RESOURCE_ID, std::string(resource))
      .set(IZ_CHARGE_TAGS, R"({"env":"prod"})");
  return charge;
}

Ledger::Ledger() : admin_conninfo(fresh_database()) {
  name = pg_scalar(admin_conninfo, "SELECT current_database()");
  store::db_init(admin_conninfo);
  database = std::make_unique<store::Database>(conninfo("infrazen"));
}

std::string Ledger::conninfo(std::string_view user) const { return shared_cluster().conninfo(name, user); }

PgRows Ledger::query(const std::string& sql) const { return pg_query(admin_conninfo, "SET search_path = infrazen; " + sql); }
std::string Ledger::scalar(const std::string& sql) const {
  return query(sql).at(0).at(0).value_or("");
}

Ledger::Run::Run(Ledger& ledger, const Source& source) : ledger_(ledger) {
  auto& database = *ledger.database;
  const auto entry = store::register_connection(
      database, {source.connection, source.tenant, "focus", source.provider, source.zone, {"costs"}});
  const auto state = store::load_streams(database, source.connection).at(0);
  auto taken = store::acquire_lease(database, state.stream_id, store::random_uuid(), std::chrono::minutes(1));
  if (!taken) throw std::runtime_error("the stream is leased");
  lease = *taken;
  context.tenant_id = entry.tenant_id;
  context.connection_id = entry.connection_id;
  context.stream_id = state.stream_id;
  context.run_id = store::begin_run(database, lease, {source.mode, store::RunTrigger::manual, "test", source.window});
  context.connection = source.connection;
  context.stream = "costs";
  context.provider = source.provider;
  context.mode = source.mode;
  context.window = source.window;
  context.billing_time_zone = source.zone;
  context.spool.directory = ledger.spool.path();
  context.spool.memory = ledger.spool_memory;
  context.write_ahead_bytes = ledger.write_ahead_bytes;
  session_ = std::make_unique<store::MarkSession>(database.conninfo());
  ingest = std::make_unique<ingest::RunIngest>(*session_, lease, context);
}

Ledger::Run::~Run() {
  ingest.reset();
  try {
    store::release_lease(*ledger_.database, lease);
  } catch (const std::exception&) {
    // The test has taken the database away.
  }
}

Ledger::Run& Ledger::Run::open(std::string_view scope) {
  ingest->on_scope_open(IZ_KIND_CHARGE, scope);
  return *this;
}

Ledger::Run& Ledger::Run::push(std::string_view scope, const std::vector<Charge>& charges, std::string_view origin) {
  std::set<std::uint32_t> fields;
  std::set<std::string> names;
  for (const auto& charge : charges) {
    for (const auto& [field, value] : charge.cells) fields.insert(field);
    for (const auto& [extra, value] : charge.extra) names.insert(extra);
  }
  std::vector<records::Column> columns;
  for (const auto field : fields) columns.push_back({field, {}});
  for (const auto& extra : names) columns.push_back({IZ_FIELD_EXTENSION, extra});
  std::vector<records::Cell> cells;
  std::vector<std::uint64_t> positions;
  for (const auto& charge : charges) {
    for (const auto field : fields) {
      const auto* value = charge.find(field);
      cells.push_back(value == nullptr ? records::Cell() : records::Cell(*value));
    }
    for (const auto& extra : names) {
      const auto it = std::ranges::find(charge.extra, extra, [](const auto& pair) { return pair.first; });
      cells.push_back(it == charge.extra.end() ? records::Cell() : records::Cell(it->second));
    }
    positions.push_back(positions.size() + 2);
  }
  records::BatchView batch;
  batch.kind = IZ_KIND_CHARGE;
  batch.scope = scope;
  batch.origin = origin;
  batch.columns = columns;
  batch.cells = cells;
  batch.rows = static_cast<std::uint32_t>(charges.size());
  batch.positions = positions;
  ingest->on_batch(batch);
  return *this;
}

Ledger::Run& Ledger::Run::close(std::string_view scope) {
  ingest->on_scope_close(IZ_KIND_CHARGE, scope);
  return *this;
}

Ledger::Run& Ledger::Run::mark(std::string_view cursor) {
  ingest->on_mark(cursor);
  return *this;
}

void Ledger::Run::finish(bool succeeded) {
  ingest->finish(succeeded);
  store::end_run(*ledger_.database, lease, context.run_id, {succeeded ? 0U : 7U, succeeded ? "" : "test"});
  store::release_lease(*ledger_.database, lease);
}

void Ledger::Run::deliver(std::string_view scope, const std::vector<Charge>& charges) {
  open(scope);
  if (!charges.empty()) push(scope, charges);
  close(scope);
  mark();
  finish();
}

}  // namespace iz::test
