// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "harness/webhook_sender.hpp"

// A real infrazend that takes webhooks for the connector "doorbell".
namespace iz::test {

inline constexpr std::string_view kHookSecret = "whsec-of-the-test";

// Events that failed come back at once.
inline std::string hook_settings(std::uint16_t port, const std::string& more = {}, const std::string& limits = {}) {
  return "limits: {backoff: {min: 100ms, max: 1s}, lease: 2s" + limits +
         "}\nwebhooks: {listen: \"127.0.0.1:" + std::to_string(port) + "\"" + (more.empty() ? "" : ", " + more) + "}\n";
}

class HookedDaemon {
 public:
  // `more` members of `webhooks`; `limits`: ", quarantine: …".
  explicit HookedDaemon(PgCluster& cluster, const std::string& more = {}, const std::string& limits = {})
      : port(free_port()), daemon(cluster, {"doorbell"}, hook_settings(port, more, limits)) {
    daemon.secret("hook", std::string(kHookSecret));
  }

  // A connection of doorbell whose `webhook` is this; its inventory runs once, at the start.
  void connection(const std::string& id, const std::string& webhook, const std::string& more = {}) {
    daemon.connection(id, "connector: doorbell\nstreams: {inventory: {interval: 300d}, logs: false}\nwebhook: {" +
                              webhook + "}\n" + more);
  }
  // Starts, and waits for the first run of each connection: from then on hooks are served.
  void start(const std::string& connection) {
    daemon.start();
    if (!daemon.wait_outcome(connection, "inventory", "succeeded")) throw std::runtime_error(daemon.log());
  }
  PostedAnswer post(const std::string& connection, std::string_view body, std::string_view id = {}) {
    WebhookSender sender(port);
    return sender.post("/hooks/" + connection, signed_headers(kHookSecret, body, id), body);
  }
  [[nodiscard]] std::string states(const std::string& where = "true") const {
    return daemon.scalar(
        "SELECT coalesce(string_agg(event_id || ' ' || state, ', ' ORDER BY event_no), '') FROM "
        "infrazen.webhook_events WHERE " +
        where);
  }
  [[nodiscard]] bool wait_states(const std::string& wanted,
                                 std::chrono::milliseconds time = std::chrono::seconds(20)) const {
    return wait_until([&] { return states() == wanted; }, time);
  }
  [[nodiscard]] std::string servers() const {
    return daemon.scalar(
        "SELECT coalesce(string_agg(external_id, ' ' ORDER BY external_id), '') FROM infrazen.resource_items "
        "WHERE retired_at IS NULL");
  }
  [[nodiscard]] std::string logs() const {
    return daemon.scalar(
        "SELECT coalesce(string_agg(log_message, ' ' ORDER BY log_message), '') FROM infrazen.resource_logs");
  }
  [[nodiscard]] std::string webhook_runs() const {
    return daemon.scalar(
        "SELECT coalesce(string_agg(outcome, ' ' ORDER BY run_id), '') FROM infrazen.runs WHERE triggered_by = "
        "'webhook'");
  }
  // A run ends after its events have.
  [[nodiscard]] bool wait_webhook_runs(std::string_view outcomes) const {
    return wait_until([&] { return webhook_runs() == outcomes; }, std::chrono::seconds(20));
  }

  std::uint16_t port;
  Infrazend daemon;
};

}  // namespace iz::test
