// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/view.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <unistd.h>
#include <utility>

#include <boost/asio/post.hpp>

#include "infrazen_version.hpp"
#include "records/elf_note.hpp"
#include "records/plugin_file.hpp"
#include "store/audit.hpp"
#include "store/findings.hpp"
#include "store/migrations.hpp"
#include "store/run_history.hpp"

namespace iz::app {
namespace {

using schedule::State;

std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string_view name_of_severity(std::uint32_t severity) {
  switch (severity) {
    case IZ_SEVERITY_NOTICE: return "notice";
    case IZ_SEVERITY_WARNING: return "warning";
    default: return "rejected";
  }
}

// One word for a connection out of those of its streams: the one an operator has to act on first.
std::string overall(const std::vector<serve::StreamStatus>& streams) {
  const auto any = [&](const auto& is) { return std::ranges::any_of(streams, is); };
  for (const char* state : {"quarantined", "paused", "blocked"})
    if (any([&](const serve::StreamStatus& stream) { return stream.state == state; })) return state;
  if (any([](const serve::StreamStatus& stream) { return stream.failures > 0; })) return "failing";
  if (any([](const serve::StreamStatus& stream) { return stream.state == "running"; })) return "running";
  return "ok";
}

}  // namespace

template <typename T, typename Ask>
void View::from_database(serve::Done<T> done, Ask ask) {
  if (!parts_.watch.up()) {
    done(serve::Refusal{503, "the database is unavailable: " + parts_.watch.reason()});
    return;
  }
  boost::asio::post(parts_.control, [done = std::move(done), ask = std::move(ask)] {
    try {
      done(ask());
    } catch (const records::RunError& error) {
      done(serve::Refusal{error.error_class() == IZ_ERR_TRANSIENT ? 503U : 500U, error.what()});
    } catch (const std::exception& error) {
      done(serve::Refusal{500, error.what()});
    }
  });
}

serve::DaemonStatus View::status() const {
  serve::DaemonStatus status;
  status.version = kVersion;
  status.database_up = parts_.watch.up();
  if (parts_.stopping()) {
    status.state = "stopping";
  } else if (!parts_.watch.tried()) {
    status.state = "starting";
  } else if (!status.database_up) {
    status.state = "degraded";
    status.reasons.push_back("database unavailable: " + parts_.watch.reason());
  } else {
    status.state = "ready";
  }
  const std::string hanging = parts_.hanging_part();
  status.live = hanging.empty();
  if (!status.live) status.reasons.push_back(hanging + " does not move");
  status.schema_version = static_cast<std::uint32_t>(store::migrations().back().version);
  status.started = parts_.started;
  status.now = wall_now();
  status.configuration_loaded = configuration_loaded_;
  status.configuration_problem = configuration_problem_;
  const auto settings = parts_.settings();
  status.counters.connector_crashes = parts_.live.connector_crashes;
  status.counters.reloads = parts_.live.reloads;
  status.counters.reloads_refused = parts_.live.reloads_refused;
  status.counters.jobs_failed = parts_.jobs.failed();
  status.counters.runs_active = parts_.dispatcher.running();
  status.counters.runs_limit = settings->limits.concurrent_runs;
  status.counters.resident_bytes = resident_bytes();
  for (const config::Connection& connection : settings->connections)
    status.connections.push_back(connection_status(connection));
  return status;
}

serve::ConnectionStatus View::connection_status(const config::Connection& connection) const {
  serve::ConnectionStatus status;
  status.id = connection.id;
  status.tenant = connection.tenant;
  status.connector = connection.connector;
  status.enabled = connection.enabled;
  if (!connection.enabled) {
    status.state = "disabled";
    return status;
  }
  const auto& misconfigured = parts_.dispatcher.misconfigured();
  if (const auto it = misconfigured.find(connection.id); it != misconfigured.end()) {
    status.state = "misconfigured";
    status.reason = it->second;
    return status;
  }
  for (const schedule::StreamKey& key : parts_.dispatcher.streams_of(connection.id)) {
    const schedule::StreamStatus planned = parts_.dispatcher.status(key);
    const LiveStatus::Stream live = parts_.live.of(key);
    serve::StreamStatus& stream = status.streams.emplace_back();
    stream.name = key.stream;
    stream.state = name_of(planned.state);
    stream.reason = planned.reason;
    if (planned.state == State::waiting && !parts_.watch.up()) stream.reason = "for the database";
    stream.run_id = live.run_id;
    stream.running_since = live.running_since;
    stream.last_success = planned.last_success;
    if (planned.state == State::idle || planned.state == State::backing_off) stream.next_due = planned.next_due;
    stream.last_error_class = live.last_error_class;
    stream.last_error = live.last_error;
    stream.failures = live.failures;
    stream.runs_succeeded = live.runs_succeeded;
    stream.runs_failed = live.runs_failed;
    stream.records = live.records;
    stream.marks = live.marks;
    if (status.reason.empty() && planned.state != State::idle && planned.state != State::running)
      status.reason = planned.reason;
  }
  status.state = overall(status.streams);
  return status;
}

std::vector<serve::PluginStatus> View::plugins() const {
  std::vector<serve::PluginStatus> plugins;
  const auto settings = parts_.settings();
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(settings->paths.plugin_dir, error)) {
    if (file.path().extension() != ".so") continue;
    serve::PluginStatus& plugin = plugins.emplace_back();
    plugin.path = file.path();
    plugin.id = file.path().stem();
    try {
      const records::ElfNote note = records::inspect_plugin(file.path());
      plugin.id = note.id;
      plugin.version = note.version;
      plugin.abi_major = note.abi_major;
      plugin.abi_minor = note.abi_minor;
    } catch (const std::exception& problem) {
      plugin.usable = false;
      plugin.problem = problem.what();
    }
  }
  std::ranges::sort(plugins, {}, &serve::PluginStatus::id);
  return plugins;
}

void View::runs(const serve::HistoryQuery& query, serve::Done<std::vector<serve::RunRow>> done) {
  from_database(std::move(done), [&database = parts_.database, query]() -> serve::Outcome<std::vector<serve::RunRow>> {
    std::vector<serve::RunRow> rows;
    for (const store::RunRow& run : store::load_runs(database, query.connection, query.stream, query.limit)) {
      serve::RunRow& row = rows.emplace_back();
      row.run_id = std::to_string(run.run_id);
      row.connection = run.connection;
      row.stream = run.stream;
      row.mode = run.mode;
      row.state = run.crashed ? "crashed" : run.outcome;
      row.started = run.started;
      row.ended = run.ended;
      row.records = static_cast<std::uint64_t>(run.records);
      row.marks = static_cast<std::uint64_t>(run.marks);
      if (run.error_class != 0) row.error_class = error_class_name(run.error_class);
      row.message = run.message;
    }
    return rows;
  });
}

void View::findings(const serve::HistoryQuery& query, serve::Done<std::vector<serve::FindingRow>> done) {
  from_database(
      std::move(done), [&database = parts_.database, query]() -> serve::Outcome<std::vector<serve::FindingRow>> {
        std::vector<serve::FindingRow> rows;
        for (const store::FindingRow& finding : store::load_findings(database, query.connection, query.limit)) {
          if (!query.stream.empty() && finding.stream != query.stream) continue;
          if (!query.run_id.empty() && std::to_string(finding.run_id) != query.run_id) continue;
          serve::FindingRow& row = rows.emplace_back();
          row.connection = finding.connection;
          row.stream = finding.stream;
          row.run_id = std::to_string(finding.run_id);
          row.severity = name_of_severity(finding.severity);
          row.rule = finding.rule;
          row.origin = finding.origin;
          row.position = finding.position;
          row.column = finding.column;
          row.value = finding.value;
          row.message = finding.message;
          row.count = finding.count;
        }
        return rows;
      });
}

void View::sync(const serve::SyncRequest& request, const std::string& actor,
                serve::Done<std::vector<std::string>> done) {
  const auto mode = request.mode == "full" ? schedule::Mode::full : schedule::Mode::incremental;
  std::vector<std::string> asked;
  serve::Refusal refusal{404, "no stream " + (request.stream.empty() ? "" : request.stream + " ") + "of connection " +
                                  request.connection + " is configured; see infrazen connection list"};
  for (const schedule::StreamKey& key : parts_.dispatcher.streams_of(request.connection)) {
    if (!request.stream.empty() && key.stream != request.stream) continue;
    using Answer = schedule::Planner::RequestAnswer;
    switch (parts_.dispatcher.request(key, mode, actor)) {
      case Answer::accepted:
      case Answer::already_requested: asked.push_back(key.stream); break;
      case Answer::paused:
        refusal = {409, request.connection + " is paused; infrazen connection resume " + request.connection};
        break;
      case Answer::quarantined:
        refusal = {409, request.connection + " is quarantined (" + parts_.dispatcher.status(key).reason +
                            "); infrazen connection resume " + request.connection};
        break;
      case Answer::unknown: break;
    }
  }
  if (asked.empty()) {
    done(std::move(refusal));
  } else {
    done(std::move(asked));
  }
}

void View::pause(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) {
  if (parts_.settings()->find_connection(connection) == nullptr) {
    done(serve::Refusal{404, "no connection " + connection + " is configured"});
    return;
  }
  from_database(std::move(done), [this, connection, actor]() -> serve::Outcome<std::monostate> {
    store::set_paused(parts_.database, connection, true, actor);
    boost::asio::post(parts_.io, [this, connection, actor] {
      parts_.dispatcher.set_paused(connection, true);
      parts_.log.event(journal::messages::connection_paused, {{"connection", connection}, {"actor", actor}});
    });
    return std::monostate{};
  });
}

void View::resume(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) {
  if (parts_.settings()->find_connection(connection) == nullptr) {
    done(serve::Refusal{404, "no connection " + connection + " is configured"});
    return;
  }
  from_database(std::move(done), [this, connection, actor]() -> serve::Outcome<std::monostate> {
    store::set_paused(parts_.database, connection, false, actor);
    (void)store::resume_connection(parts_.database, connection, actor);
    boost::asio::post(parts_.io, [this, connection, actor] {
      parts_.dispatcher.clear_quarantine(connection);
      parts_.dispatcher.set_paused(connection, false);
      parts_.log.event(journal::messages::connection_resumed, {{"connection", connection}, {"actor", actor}});
    });
    return std::monostate{};
  });
}

void View::test(const std::string& connection, serve::Done<serve::TestReport> done) {
  auto settings = parts_.settings();
  if (settings->find_connection(connection) == nullptr) {
    done(serve::Refusal{404, "no connection " + connection + " is configured"});
    return;
  }
  // A thread of its own would be idle most of the time; the control thread must not wait for a provider. So: a worker.
  boost::asio::post(
      parts_.dispatcher.workers(), [this, settings = std::move(settings), connection, done = std::move(done)] {
        done(parts_.runner.test(*settings, *settings->find_connection(connection), parts_.dispatcher.stop_token()));
      });
}

void View::reload(const std::string& actor, serve::Done<serve::ReloadReport> done) {
  done(parts_.reload(actor));
}

void View::audit(const serve::AuditEntry& entry) {
  if (entry.refused) {
    parts_.log.event(journal::messages::request_refused, {{"actor", entry.actor}, {"action", entry.action}});
  } else {
    parts_.log.event(journal::messages::request_done, {{"actor", entry.actor},
                                                       {"action", entry.action},
                                                       {"connection", entry.subject},
                                                       {"result", std::to_string(entry.status)}});
  }
  if (!parts_.watch.up()) return;
  boost::asio::post(parts_.control, [&database = parts_.database, &log = parts_.log, entry] {
    try {
      store::audit(database, {std::nullopt, entry.actor, entry.action, entry.subject,
                              "{\"status\":" + std::to_string(entry.status) + "}"});
    } catch (const std::exception& error) {
      log.line(journal::Severity::warning, std::string("the audit row was not written: ") + error.what());
    }
  });
}

}  // namespace iz::app
