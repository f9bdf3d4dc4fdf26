// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/focus/focus_book.hpp"

#include <stdexcept>

#include "config/connection_settings.hpp"
#include "config/yaml/yaml.hpp"
#include "harness/paths.hpp"
#include "harness/wait_until.hpp"
#include "ingest/run_ingest.hpp"
#include "store/schema/migrations.hpp"
#include "store/session/mark_session.hpp"
#include "store/streams/streams.hpp"
#include "supervise/connector_spec.hpp"
#include "supervise/supervisor.hpp"
#include <infrazen/json.hpp>

namespace iz::test {
namespace {

supervise::Supervisor supervisor() {
  return supervise::Supervisor([](const std::function<void()>& task) { task(); });
}

const std::filesystem::path kPlugin = kPluginDir / "focus.so";

}  // namespace

FocusBook::FocusBook() : admin_conninfo_(fresh_database()), manifest_(supervisor().describe(kConnectorHost, kPlugin)) {
  store::db_init(admin_conninfo_);
  const std::string name = pg_scalar(admin_conninfo_, "SELECT current_database()");
  database_ = std::make_unique<store::Database>(shared_cluster().conninfo(name, "infrazen"));
}

FocusBook::Ended FocusBook::sync(const std::filesystem::path& path, const std::string& settings,
                                 const std::string& connection, std::uint32_t mode) {
  const auto entry =
      store::register_connection(*database_, {connection, "acme", "focus", manifest_.provider, "UTC", {"costs"}});
  const auto state = store::load_streams(*database_, connection).at(0);
  auto lease = store::acquire_lease(*database_, state.stream_id, store::random_uuid(), std::chrono::minutes(5));
  if (!lease) throw std::runtime_error("the stream is leased");
  const std::int64_t run_id = store::begin_run(*database_, *lease, {mode, store::RunTrigger::manual, "test"});

  supervise::RunSpec spec;
  spec.connection = connection;
  spec.stream = "costs";
  spec.run_id = std::to_string(run_id);
  spec.host_program = kConnectorHost;
  spec.plugin = kPlugin;
  spec.mode = mode;
  spec.cursor = lease->cursor;
  spec.checkpoint = lease->checkpoint;
  spec.has_checkpoint = !lease->checkpoint.empty();
  spec.files.push_back({"path", path});
  spec.limits.idle_timeout = std::chrono::seconds(20) * kSlowness;
  infrazen::JsonObject given;
  given.text("path", path.string());
  std::string json = given.str();
  if (!settings.empty()) json.insert(json.size() - 1, "," + settings);
  config::Connection configured;
  configured.id = connection;
  configured.settings = config::parse_yaml(json, "the test");
  const auto checked = config::check(configured, supervise::connector_spec(manifest_));
  for (const config::Problem& problem : checked.problems) throw std::runtime_error(config::to_string(problem));
  spec.settings_json = checked.json;

  ingest::RunContext context;
  context.tenant_id = entry.tenant_id;
  context.connection_id = entry.connection_id;
  context.stream_id = state.stream_id;
  context.run_id = run_id;
  context.connection = connection;
  context.stream = "costs";
  context.provider = manifest_.provider;
  context.mode = mode;
  context.manifest = &manifest_;
  context.spool.directory = spool_.path();

  Ended ended;
  store::MarkSession session(database_->conninfo());
  {
    ingest::RunIngest ingest(session, *lease, context);
    supervise::RunObserver observer;
    ended.outcome = supervisor().execute(spec, ingest, observer);
    ingest.finish(ended.outcome.ok());
    ended.rejected = ingest.totals().rejected;
    ended.records = ingest.totals().records;
    ended.marks = ingest.totals().marks;
  }
  store::RunEnd end;
  end.error_class = ended.outcome.error_class;
  end.message = ended.outcome.message;
  store::end_run(*database_, *lease, run_id, end);
  store::release_lease(*database_, *lease);
  return ended;
}

PgRows FocusBook::query(const std::string& sql) const {
  return pg_query(admin_conninfo_, "SET search_path = infrazen; " + sql);
}

std::string FocusBook::scalar(const std::string& sql) const {
  return query(sql).at(0).at(0).value_or("");
}

std::map<std::string, FocusBook::Sums> FocusBook::sums(std::string_view part) const {
  std::string sql =
      R"(SELECT "BillingAccountId", trim_scale(sum("BilledCost"))::text, trim_scale(sum("EffectiveCost"))::text FROM focus_charges )";
  if (!part.empty()) sql += "WHERE part = '" + std::string(part) + "' ";
  std::map<std::string, Sums> sums;
  for (const PgRow& row : query(sql + "GROUP BY 1"))
    sums[row.at(0).value()] = {row.at(1).value(), row.at(2).value_or("0")};
  return sums;
}

}  // namespace iz::test
