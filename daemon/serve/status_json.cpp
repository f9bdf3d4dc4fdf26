// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/status_json.hpp"

#include <map>
#include <optional>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <date/date.h>

namespace iz::serve {
namespace {

namespace json = boost::json;

json::value instant(const std::optional<Instant>& at) {
  if (!at) return nullptr;
  return json::value(date::format("%FT%TZ", std::chrono::floor<std::chrono::milliseconds>(*at)));
}

json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return json::value(text);
}

json::array texts(const std::vector<std::string>& list) {
  return json::array(list.begin(), list.end());
}

json::value value_of(const std::optional<DayWindow>& window) {
  if (!window) return nullptr;
  return {{"since", window->since}, {"until", window->until}};
}

json::object object_of(const StreamStatus& stream) {
  return {{"name", stream.name},
          {"state", stream.state},
          {"reason", text_or_null(stream.reason)},
          {"enabled", stream.enabled},
          {"run_id", text_or_null(stream.run_id)},
          {"running_since", instant(stream.running_since)},
          {"last_success", instant(stream.last_success)},
          {"next_due", instant(stream.next_due)},
          {"last_error_class", text_or_null(stream.last_error_class)},
          {"last_error", text_or_null(stream.last_error)},
          {"failures", stream.failures},
          {"runs_succeeded", stream.runs_succeeded},
          {"runs_failed", stream.runs_failed},
          {"records", stream.records},
          {"marks", stream.marks},
          {"back_fill", value_of(stream.back_fill)},
          {"back_fills_waiting", stream.back_fills_waiting},
          {"events_waiting", stream.events_waiting},
          {"events_dead", stream.events_dead}};
}

json::value value_of(const std::optional<WebhookStatus>& webhook) {
  if (!webhook) return nullptr;
  return {{"accepted", webhook->accepted},
          {"duplicates", webhook->duplicates},
          {"refused",
           {{"unauthenticated", webhook->unauthenticated},
            {"over_rate", webhook->over_rate},
            {"malformed", webhook->malformed},
            {"unavailable", webhook->unavailable}}},
          {"problem", text_or_null(webhook->problem)}};
}

json::object object_of(const ConnectionStatus& connection) {
  json::array streams;
  for (const auto& stream : connection.streams) streams.push_back(object_of(stream));
  return {{"id", connection.id},
          {"tenant", connection.tenant},
          {"connector", connection.connector},
          {"state", connection.state},
          {"reason", text_or_null(connection.reason)},
          {"enabled", connection.enabled},
          {"webhook", value_of(connection.webhook)},
          {"streams", std::move(streams)}};
}

json::object object_of(const PluginStatus& plugin) {
  return {{"id", plugin.id},
          {"version", plugin.version},
          {"title", plugin.title},
          {"path", plugin.path},
          {"abi", std::to_string(plugin.abi_major) + '.' + std::to_string(plugin.abi_minor)},
          {"usable", plugin.usable},
          {"problem", text_or_null(plugin.problem)},
          {"streams", texts(plugin.streams)}};
}

json::object object_of(const RunRow& run) {
  return {{"run_id", run.run_id},
          {"connection", run.connection},
          {"stream", run.stream},
          {"mode", run.mode},
          {"window", value_of(run.window)},
          {"state", run.state},
          {"started", instant(run.started)},
          {"ended", instant(run.ended)},
          {"records", run.records},
          {"marks", run.marks},
          {"error_class", text_or_null(run.error_class)},
          {"message", text_or_null(run.message)}};
}

json::object object_of(const BackFillRow& row) {
  return {{"id", row.id},
          {"connection", row.connection},
          {"stream", row.stream},
          {"since", row.window.since},
          {"until", row.window.until},
          {"state", row.state},
          {"actor", row.actor},
          {"asked", instant(row.asked)},
          {"attempts", row.attempts},
          {"next_try", instant(row.next_try)},
          {"settled", instant(row.settled)},
          {"run_id", text_or_null(row.run_id)},
          {"error_class", text_or_null(row.error_class)},
          {"error", text_or_null(row.error)}};
}

json::object object_of(const WebhookRow& event) {
  return {{"id", event.id},
          {"event", event.event},
          {"connection", event.connection},
          {"stream", event.stream},
          {"state", event.state},
          {"received", instant(event.received)},
          {"attempts", event.attempts},
          {"next_try", instant(event.next_try)},
          {"settled", instant(event.settled)},
          {"error_class", text_or_null(event.error_class)},
          {"error", text_or_null(event.error)}};
}

json::object object_of(const FindingRow& finding) {
  return {{"connection", finding.connection},
          {"stream", finding.stream},
          {"run_id", finding.run_id},
          {"severity", finding.severity},
          {"rule", finding.rule},
          {"origin", text_or_null(finding.origin)},
          {"position", finding.position},
          {"column", text_or_null(finding.column)},
          {"value", text_or_null(finding.value)},
          {"message", finding.message},
          {"count", finding.count},
          {"seen", instant(finding.seen)}};
}

template <typename T>
std::string list_json(std::string_view name, const std::vector<T>& rows) {
  json::array list;
  list.reserve(rows.size());
  for (const auto& row : rows) list.push_back(object_of(row));
  return json::serialize(json::object{{json::string_view(name), std::move(list)}}) + '\n';
}

}  // namespace

std::string status_json(const DaemonStatus& status) {
  std::map<std::string, std::uint64_t> by_state;
  std::uint64_t streams = 0;
  std::uint64_t waiting = 0;
  std::uint64_t dead = 0;
  for (const auto& connection : status.connections) {
    ++by_state[connection.state];
    streams += connection.streams.size();
    for (const auto& stream : connection.streams) {
      waiting += stream.events_waiting;
      dead += stream.events_dead;
    }
  }
  json::object states;
  for (const auto& [state, count] : by_state) states[state] = count;
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(status.now - status.started).count();
  const json::object out{
      {"version", status.version},
      {"state", status.state},
      {"reasons", texts(status.reasons)},
      {"live", status.live},
      {"now", instant(status.now)},
      {"started", instant(status.started)},
      {"uptime_seconds", uptime},
      {"database", {{"up", status.database_up}, {"schema_version", status.schema_version}}},
      {"configuration",
       {{"loaded", instant(status.configuration_loaded)}, {"problem", text_or_null(status.configuration_problem)}}},
      {"connections", {{"total", status.connections.size()}, {"streams", streams}, {"by_state", std::move(states)}}},
      {"webhooks", {{"listening", status.webhooks_listening}, {"events_waiting", waiting}, {"events_dead", dead}}},
      {"runs", {{"active", status.counters.runs_active}, {"limit", status.counters.runs_limit}}},
      {"counters",
       {{"connector_crashes", status.counters.connector_crashes},
        {"reloads", status.counters.reloads},
        {"reloads_refused", status.counters.reloads_refused},
        {"jobs_failed", status.counters.jobs_failed},
        {"resident_bytes", status.counters.resident_bytes}}}};
  return json::serialize(out) + '\n';
}

std::string connections_json(const DaemonStatus& status) {
  return list_json("connections", status.connections);
}

std::string connection_json(const ConnectionStatus& connection) {
  return json::serialize(object_of(connection)) + '\n';
}

std::string plugins_json(const std::vector<PluginStatus>& plugins) {
  return list_json("plugins", plugins);
}

std::string back_fills_json(const std::vector<BackFillRow>& rows) {
  return list_json("back_fills", rows);
}

std::string back_fill_json(const BackFillRow& row) {
  return json::serialize(object_of(row)) + '\n';
}

std::string back_fill_answer_json(const BackFillAnswer& answer) {
  json::array asked;
  for (const auto& row : answer.asked) {
    json::object object = object_of(row);
    object["repeated"] = row.repeated;
    asked.push_back(std::move(object));
  }
  return json::serialize(json::object{{"back_fills", std::move(asked)}, {"left_out", texts(answer.left_out)}}) + '\n';
}

std::string runs_json(const std::vector<RunRow>& runs) {
  return list_json("runs", runs);
}

std::string findings_json(const std::vector<FindingRow>& findings) {
  return list_json("findings", findings);
}

std::string webhooks_json(const std::vector<WebhookRow>& events) {
  return list_json("webhooks", events);
}

std::string webhook_json(const WebhookRow& event) {
  return json::serialize(object_of(event)) + '\n';
}

std::string test_json(const TestReport& report) {
  json::array verdicts;
  for (const auto& verdict : report.verdicts) {
    verdicts.push_back(json::object{{"kind", verdict.kind},
                                    {"subject", verdict.subject},
                                    {"verdict", verdict.verdict},
                                    {"detail", text_or_null(verdict.detail)},
                                    {"took_ms", verdict.took.count()}});
  }
  return json::serialize(json::object{{"passed", report.passed},
                                      {"done", report.done},
                                      {"timed_out", report.timed_out},
                                      {"took_ms", report.took.count()},
                                      {"error", text_or_null(report.error)},
                                      {"verdicts", std::move(verdicts)}}) +
         '\n';
}

std::string reload_json(const ReloadReport& report) {
  return json::serialize(json::object{{"accepted", report.problems.empty()},
                                      {"problems", texts(report.problems)},
                                      {"in_force", report.problems.empty() && report.waits.empty()},
                                      {"waits", report.waits.empty() ? json::value() : json::value(report.waits)},
                                      {"restart", texts(report.restart)},
                                      {"misconfigured", texts(report.misconfigured)},
                                      {"added", report.added},
                                      {"changed", report.changed},
                                      {"removed", report.removed}}) +
         '\n';
}

std::string streams_json(const std::vector<std::string>& streams) {
  return json::serialize(json::object{{"streams", texts(streams)}}) + '\n';
}

}  // namespace iz::serve
