// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/json.hpp"
#include <infrazen/records.hpp>

namespace iz::yandex {

// A resource that an event names in its details.
struct EventResource {
  std::string type;
  std::string id;
  bool operator==(const EventResource&) const = default;
};

// An audit event: one element of a trail's file, one record of its log group. Delivered in snake_case; camelCase, which
// newer descriptions show, is read alike. Views live as long as the document.
struct AuditEvent {
  std::string_view id;
  std::string_view type;    // "yandex.cloud.audit.compute.StopInstance"
  std::string_view source;  // "compute"
  std::string_view time;
  std::string_view status;  // STARTED, RUNNING, DONE, ERROR, CANCELLED; "" in old ones
  support::JsonValue value;
  std::vector<EventResource> resources;

  // Whether what it names may look different now: it happened or begins to, and is no mere reading.
  [[nodiscard]] bool changes_something() const;
};

// nullopt for what is no audit event.
[[nodiscard]] std::optional<AuditEvent> read_event(support::JsonValue value);

// As a line of the audit log. What an event carries of machines' metadata is left out: it may hold secrets.
[[nodiscard]] infrazen::LogEntry log_entry(const AuditEvent& event);

// A member by its snake_case path, in either spelling.
[[nodiscard]] support::JsonValue member(support::JsonValue value, std::string_view path);

}  // namespace iz::yandex
