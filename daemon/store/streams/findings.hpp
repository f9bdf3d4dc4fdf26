// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/session/database.hpp"
#include "store/session/mark_session.hpp"

// Data-quality findings: a row that could not be taken, a rule of a specification that was broken, a file that vanished.
namespace iz::store {

struct Finding {
  std::uint32_t severity = 0;  // IZ_SEVERITY_*
  std::string kind;            // record kind; empty = none
  std::string rule;
  std::string scope;
  std::string origin;
  std::uint64_t position = 0;  // line; 0 = none
  std::string column;
  std::string value;           // at most 256 bytes
  std::string message;
  std::uint64_t count = 1;     // equal ones folded into this one
};

// With the mark whose records they are about.
void write_findings(MarkTransaction& tx, std::span<const Finding> findings);
// At the end of a run that failed: nothing of it is there but its findings.
void write_findings(MarkSession& session, const StreamLease& lease, std::int64_t run_id, std::span<const Finding> findings);
void write_findings(Database& database, const StreamLease& lease, std::int64_t run_id, std::span<const Finding> findings);

struct FindingRow : Finding {
  std::int64_t run_id = 0;
  std::string connection;
  std::string stream;
  std::string at;  // RFC 3339
};
// The newest first; connection empty = all.
[[nodiscard]] std::vector<FindingRow> load_findings(Database& database, std::string_view connection, std::size_t limit);

}  // namespace iz::store
