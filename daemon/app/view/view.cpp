// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/view/view.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "infrazen_version.hpp"
#include "records/elf_note.hpp"
#include "records/plugin_file.hpp"
#include "store/schema/migrations.hpp"

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

// One word for a connection out of those of its streams: the one an operator has to act on first.
std::string overall(const std::vector<serve::StreamStatus>& streams) {
  const auto any = [&](const auto& is) { return std::ranges::any_of(streams, is); };
  for (const char* state : {"quarantined", "paused", "blocked"})
    if (any([&](const serve::StreamStatus& stream) { return stream.state == state; })) return state;
  if (any([](const serve::StreamStatus& stream) { return stream.failures > 0; })) return "failing";
  if (any([](const serve::StreamStatus& stream) { return stream.state == "running"; })) return "running";
  return "ok";
}

serve::WebhookStatus webhook_status(const HookCounters& counted) {
  serve::WebhookStatus status;
  status.accepted = counted.accepted;
  status.duplicates = counted.duplicates;
  status.unauthenticated = counted.refused;
  status.over_rate = counted.limited;
  status.malformed = counted.malformed;
  status.unavailable = counted.unavailable;
  status.problem = counted.problem();
  return status;
}

}  // namespace

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
    if (!parts_.watch.in_force()) status.reasons.emplace_back("the configuration that was read last waits for it");
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
  status.webhooks_listening = parts_.hooks.listening();
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
  if (const auto hook = parts_.hooks.counters().find(connection.id);
      connection.webhook && hook != parts_.hooks.counters().end()) {
    status.webhook = webhook_status(*hook->second);
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
    if (live.back_fill)
      stream.back_fill = serve::DayWindow{store::to_text(live.back_fill->since), store::to_text(live.back_fill->until)};
    stream.back_fills_waiting = live.back_fills_waiting;
    stream.events_waiting = live.events_waiting;
    stream.events_dead = live.events_dead;
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

}  // namespace iz::app
