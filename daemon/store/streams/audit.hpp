// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/session/database.hpp"

namespace iz::store {

struct AuditEntry {
  std::optional<std::int32_t> tenant_id;  // none = the installation
  std::string actor;                      // "daemon", "uid:1000(anna)", a database role
  std::string action;                     // "connection.pause", "mark", "schema.upgrade"
  std::string object;                     // what it was done to
  std::string details_json = "{}";
};

// Appends: the daemon's role may insert and read, never change.
void audit(Database& database, const AuditEntry& entry);

struct AuditRow : AuditEntry {
  std::int64_t audit_id = 0;
  std::string at;  // RFC 3339
};
// The newest first.
[[nodiscard]] std::vector<AuditRow> load_audit(Database& database, std::size_t limit, std::string_view action = {});

}  // namespace iz::store
