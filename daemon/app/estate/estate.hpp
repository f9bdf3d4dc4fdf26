// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/estate/connectors.hpp"
#include "config/settings.hpp"
#include "schedule/planner.hpp"
#include "store/session/database.hpp"
#include "store/streams/streams.hpp"

namespace iz::app {

// One configured connection as connector and database see it.
struct EstateConnection {
  std::string id;
  std::string problem;             // misconfigured: it does not run, and why
  std::int32_t connection_id = 0;  // these three only when it was registered just now
  std::int32_t tenant_id = 0;
  std::shared_ptr<const records::Manifest> manifest;
  struct Stream {
    schedule::StreamKey key;
    schedule::StreamRule rule;
    schedule::StreamHistory history;
    std::optional<schedule::Instant> events_due;  // of the inbox
    std::optional<schedule::Instant> back_fill_due;
    std::uint64_t back_fills_waiting = 0;
    std::string withdrawn_run{};  // under way, of a back-fill that was withdrawn
    std::uint64_t events_waiting = 0;
    std::uint64_t events_dead = 0;
    std::uint32_t failures = 0;
    std::uint32_t last_error_class = 0;
    std::string last_error;
  };
  std::vector<Stream> streams;
  bool paused = false;
  bool quarantined = false;
  std::string quarantine_reason;
};

// Registers what is configured in the database and brings back what it remembers. Blocks; for the control thread.
// A connector or a setting at fault makes that one connection a problem; a database at fault throws records::RunError.
[[nodiscard]] std::vector<EstateConnection> register_estate(const config::Settings& settings, Connectors& connectors,
                                                            store::Database& database);

// What the database says now of connections that are registered, for changes made by other daemons and operators.
[[nodiscard]] std::vector<EstateConnection> remembered_estate(store::Database& database);

}  // namespace iz::app
