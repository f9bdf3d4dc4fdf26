// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/estate/estate.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>

#include "app/run/run_plan.hpp"
#include "supervise/connector_spec.hpp"

namespace iz::app {
namespace {

std::optional<schedule::Instant> to_planner(const std::optional<store::Instant>& instant) {
  if (!instant) return std::nullopt;
  return std::chrono::floor<std::chrono::milliseconds>(*instant);
}

void remember(EstateConnection& connection, EstateConnection::Stream& stream, const store::StreamState& state) {
  stream.history = {to_planner(state.next_due), to_planner(state.last_success), to_planner(state.last_full)};
  stream.events_due = to_planner(state.events_due);
  stream.back_fill_due = to_planner(state.back_fill_due);
  if (state.withdrawn_run) stream.withdrawn_run = std::to_string(*state.withdrawn_run);
  stream.back_fills_waiting = static_cast<std::uint64_t>(state.back_fills_waiting);
  stream.events_waiting = static_cast<std::uint64_t>(state.events_waiting);
  stream.events_dead = static_cast<std::uint64_t>(state.events_dead);
  stream.failures = static_cast<std::uint32_t>(std::max(state.failures, 0));
  stream.last_error_class = state.last_error_class;
  stream.last_error = state.last_error;
  connection.paused = state.paused;
  connection.quarantined = state.quarantined_at.has_value();
  connection.quarantine_reason = state.quarantine_reason;
}

// A rule that has become shorter since the stream ran counts at once, for every daemon; back-off is left alone.
void shorten(store::Database& database, const schedule::StreamRule& rule, store::StreamState& state) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  if (!state.next_due || state.breaker_until) return;
  const std::chrono::duration<double, std::milli> longest = rule.interval * (1.0 + rule.jitter);
  if (*state.next_due <= now + std::chrono::ceil<std::chrono::microseconds>(longest)) return;
  state.next_due = now + rule.interval;
  store::set_next_due(database, state.stream_id, *state.next_due);
}

// A connector that hangs while it is asked for its manifest is no outage of the database.
std::shared_ptr<const records::Manifest> manifest_of(const config::Settings& settings,
                                                     const config::Connection& connection, Connectors& connectors) {
  try {
    return connectors.manifest(settings, connection.connector);
  } catch (const records::RunError& error) {
    throw records::RunError(IZ_ERR_CONFIG, error.what());
  }
}

EstateConnection register_one(const config::Settings& settings, const config::Connection& connection,
                              Connectors& connectors, store::Database& database) {
  EstateConnection entry;
  entry.id = connection.id;
  const auto manifest = manifest_of(settings, connection, connectors);
  std::string wrong;
  for (const config::Problem& problem : config::check(connection, supervise::connector_spec(*manifest)).problems)
    wrong += (wrong.empty() ? "" : "; ") + config::to_string(problem);
  if (!wrong.empty()) throw records::RunError(IZ_ERR_CONFIG, wrong);

  store::ConnectionRegistration registration;
  registration.name = connection.id;
  registration.tenant = connection.tenant;
  registration.connector = connection.connector;
  registration.provider = manifest->provider.empty() ? manifest->id : manifest->provider;
  registration.billing_time_zone =
      connection.billing_time_zone.empty() ? manifest->billing_time_zone : connection.billing_time_zone;
  for (StreamPlan& plan : stream_plans(connection, *manifest)) {
    registration.streams.push_back(plan.stream);
    EstateConnection::Stream& stream = entry.streams.emplace_back();
    stream.key = {connection.id, plan.stream};
    stream.rule = std::move(plan.rule);
  }
  const store::ConnectionEntry registered = store::register_connection(database, registration);
  entry.connection_id = registered.connection_id;
  entry.tenant_id = registered.tenant_id;
  entry.manifest = manifest;
  return entry;
}

}  // namespace

std::vector<EstateConnection> register_estate(const config::Settings& settings, Connectors& connectors,
                                              store::Database& database) {
  for (const config::Tenant& tenant : settings.tenants)
    (void)store::register_tenant(database, tenant.name, tenant.title);
  std::vector<EstateConnection> estate;
  for (const config::Connection& connection : settings.connections) {
    if (!connection.enabled) continue;
    try {
      estate.push_back(register_one(settings, connection, connectors, database));
    } catch (const records::RunError& error) {
      // What a connector or its configuration does wrong is its own matter; a database that is away is everybody's.
      if (error.error_class() == IZ_ERR_TRANSIENT) throw;
      EstateConnection& broken = estate.emplace_back();
      broken.id = connection.id;
      broken.problem = error.what();
    }
  }
  std::map<schedule::StreamKey, store::StreamState> states;
  for (store::StreamState& state : store::load_streams(database))
    states.emplace(schedule::StreamKey{state.connection, state.stream}, std::move(state));
  for (EstateConnection& connection : estate) {
    for (EstateConnection::Stream& stream : connection.streams) {
      const auto it = states.find(stream.key);
      if (it == states.end()) continue;
      shorten(database, stream.rule, it->second);
      remember(connection, stream, it->second);
    }
  }
  return estate;
}

std::vector<EstateConnection> remembered_estate(store::Database& database) {
  std::map<std::string, EstateConnection> by_id;
  for (const store::StreamState& state : store::load_streams(database)) {
    EstateConnection& connection = by_id[state.connection];
    connection.id = state.connection;
    EstateConnection::Stream& stream = connection.streams.emplace_back();
    stream.key = {state.connection, state.stream};
    remember(connection, stream, state);
  }
  std::vector<EstateConnection> estate;
  estate.reserve(by_id.size());
  for (auto& [id, connection] : by_id) estate.push_back(std::move(connection));
  return estate;
}

}  // namespace iz::app
