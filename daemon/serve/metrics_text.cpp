// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/metrics_text.hpp"

#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace iz::serve {
namespace {

using Labels = std::vector<std::pair<const char*, const std::string&>>;

class Families {
 public:
  // Opens a family; the samples added next belong to it.
  void family(prometheus::MetricType type, const char* name, const char* help) {
    families_.push_back({name, help, type, {}});
  }
  void gauge(const char* name, const char* help) { family(prometheus::MetricType::Gauge, name, help); }
  void counter(const char* name, const char* help) { family(prometheus::MetricType::Counter, name, help); }

  void add(double value, const Labels& labels = {}) {
    prometheus::ClientMetric metric;
    for (const auto& [name, text] : labels) metric.label.push_back({name, text});
    if (families_.back().type == prometheus::MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    families_.back().metric.push_back(std::move(metric));
  }

  [[nodiscard]] std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  std::vector<prometheus::MetricFamily> families_;
};

double seconds(Instant at) {
  return static_cast<double>(at.time_since_epoch().count()) / 1e6;
}

// One family over all streams.
template <typename Value>
void of_streams(Families& out, const DaemonStatus& status, Value value) {
  for (const auto& connection : status.connections) {
    for (const auto& stream : connection.streams) {
      const Labels labels{{"connection", connection.id}, {"stream", stream.name}};
      if (const std::optional<double> number = value(stream)) out.add(*number, labels);
    }
  }
}

void daemon(Families& out, const DaemonStatus& status) {
  out.gauge("infrazen_info", "Always 1; the version is a label.");
  out.add(1, {{"version", status.version}});
  out.gauge("infrazen_state", "1 for the state the daemon is in.");
  for (const std::string state : {"starting", "ready", "degraded", "stopping"}) {
    out.add(status.state == state ? 1 : 0, {{"state", state}});
  }
  out.gauge("infrazen_database_up", "1 while the database answers.");
  out.add(status.database_up ? 1 : 0);
  out.gauge("infrazen_start_time_seconds", "When the daemon started, in seconds since 1970.");
  out.add(seconds(status.started));
  out.gauge("infrazen_configuration_ok", "0 after a reload was refused, until one is accepted.");
  out.add(status.configuration_problem.empty() ? 1 : 0);
  out.gauge("infrazen_runs_active", "Runs under way.");
  out.add(status.counters.runs_active);
  out.gauge("infrazen_runs_limit", "Runs that may be under way at once.");
  out.add(status.counters.runs_limit);
  out.gauge("infrazen_resident_memory_bytes", "Resident memory of the daemon, without its connectors.");
  out.add(static_cast<double>(status.counters.resident_bytes));
  out.counter("infrazen_connector_crashes_total", "Connector processes that died.");
  out.add(static_cast<double>(status.counters.connector_crashes));
  out.counter("infrazen_reloads_refused_total", "Reloads refused because of a faulty configuration.");
  out.add(static_cast<double>(status.counters.reloads_refused));
  out.counter("infrazen_jobs_failed_total", "Background jobs that failed.");
  out.add(static_cast<double>(status.counters.jobs_failed));
}

void connections(Families& out, const DaemonStatus& status) {
  out.gauge("infrazen_connection_state", "1, with the connection's state as a label.");
  for (const auto& connection : status.connections) {
    out.add(1, {{"connection", connection.id}, {"connector", connection.connector}, {"state", connection.state}});
  }
}

void streams(Families& out, const DaemonStatus& status) {
  out.gauge("infrazen_stream_last_success_timestamp_seconds", "End of the last run that succeeded.");
  of_streams(out, status, [](const StreamStatus& stream) {
    return stream.last_success ? std::optional(seconds(*stream.last_success)) : std::nullopt;
  });
  out.gauge("infrazen_stream_failures", "Runs that failed in a row.");
  of_streams(out, status, [](const StreamStatus& stream) { return std::optional<double>(stream.failures); });
  out.gauge("infrazen_stream_running", "1 while a run is under way.");
  of_streams(out, status,
             [](const StreamStatus& stream) { return std::optional(stream.state == "running" ? 1.0 : 0.0); });
  const auto count = [&](const char* name, const char* help, std::uint64_t StreamStatus::*member) {
    out.counter(name, help);
    of_streams(out, status,
               [&](const StreamStatus& stream) { return std::optional(static_cast<double>(stream.*member)); });
  };
  count("infrazen_stream_runs_succeeded_total", "Runs that succeeded since the daemon started.",
        &StreamStatus::runs_succeeded);
  count("infrazen_stream_runs_failed_total", "Runs that failed since the daemon started.", &StreamStatus::runs_failed);
  count("infrazen_stream_records_total", "Records committed since the daemon started.", &StreamStatus::records);
  count("infrazen_stream_marks_total", "Marks committed since the daemon started.", &StreamStatus::marks);
}

void webhooks(Families& out, const DaemonStatus& status) {
  const auto of_hooks = [&](const auto& add) {
    for (const auto& connection : status.connections) {
      if (connection.webhook) add(connection.id, *connection.webhook);
    }
  };
  out.counter("infrazen_webhook_accepted_total", "Events that were new and are durable, since the daemon started.");
  of_hooks([&](const std::string& id, const WebhookStatus& hook) {
    out.add(static_cast<double>(hook.accepted), {{"connection", id}});
  });
  out.counter("infrazen_webhook_duplicates_total", "Events that were there already, since the daemon started.");
  of_hooks([&](const std::string& id, const WebhookStatus& hook) {
    out.add(static_cast<double>(hook.duplicates), {{"connection", id}});
  });
  out.counter("infrazen_webhook_refused_total", "Requests refused since the daemon started, by reason.");
  static const std::vector<std::pair<std::string, std::uint64_t WebhookStatus::*>> kReasons{
      {"unauthenticated", &WebhookStatus::unauthenticated},
      {"over_rate", &WebhookStatus::over_rate},
      {"malformed", &WebhookStatus::malformed},
      {"unavailable", &WebhookStatus::unavailable}};
  of_hooks([&](const std::string& id, const WebhookStatus& hook) {
    for (const auto& [reason, count] : kReasons) {
      out.add(static_cast<double>(hook.*count), {{"connection", id}, {"reason", reason}});
    }
  });
  const auto inbox = [&](const char* name, const char* help, std::uint64_t StreamStatus::*member) {
    out.gauge(name, help);
    of_streams(out, status,
               [&](const StreamStatus& stream) { return std::optional(static_cast<double>(stream.*member)); });
  };
  inbox("infrazen_webhook_events_waiting", "Events in the inbox that wait to be handled.",
        &StreamStatus::events_waiting);
  inbox("infrazen_webhook_events_dead", "Events in the inbox that were given up.", &StreamStatus::events_dead);
}

}  // namespace

std::string metrics_text(const DaemonStatus& status) {
  Families out;
  daemon(out, status);
  connections(out, status);
  streams(out, status);
  webhooks(out, status);
  return out.text();
}

}  // namespace iz::serve
