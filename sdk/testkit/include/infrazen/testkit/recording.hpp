// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/metrics.hpp>
#include <infrazen/sink.hpp>

// What a connector did during one run, as copies for a test to look at.
namespace infrazen::testkit {

struct Row {
  Kind kind;
  std::string scope;   // "" = none
  std::string origin;  // "" = not said
  std::uint64_t position = 0;
  std::map<std::string, std::string, std::less<>>
      cells;  // by field name; nulls are absent; extension columns by their name

  [[nodiscard]] bool has(std::string_view field) const { return cells.find(field) != cells.end(); }
  // std::out_of_range if null.
  [[nodiscard]] const std::string& operator[](std::string_view field) const {
    const auto found = cells.find(field);
    if (found == cells.end()) throw std::out_of_range("the row has no " + std::string(field));
    return found->second;
  }
};

struct Segment {
  std::string resource_type, external_id, metric_name, metric_unit, provider_metric_id;
  std::vector<Point> points;
};

struct ScopeEvent {
  Kind kind;
  std::string scope;
  bool complete = false;
};

struct FindingRecord {
  Severity severity;
  std::string rule, scope, origin, column, value, message;
  std::uint64_t position = 0;
};

struct LogLine {
  std::uint32_t level;
  std::string text;
};

struct Verdict {
  std::uint32_t verdict;  // IZ_CHECK_*
  std::string subject, detail;
};

struct Recording {
  // Made durable by a mark. What came after the last mark is in `discarded`, as the daemon would.
  std::vector<Row> rows;
  std::vector<Segment> segments;
  std::size_t discarded = 0;  // rows and segments
  std::vector<std::string> cursors;
  std::vector<ScopeEvent> scopes;
  std::vector<FindingRecord> findings;
  std::vector<LogLine> log;
  std::vector<Verdict> verdicts;
  std::string checkpoint;
  std::string event_id;  // of admit(): the one the connector named
  // Breaches of the ABI and rows the daemon would reject, as sentences. A good connector leaves it empty.
  std::vector<std::string> problems;

  // The run's error; ok() if it ended without one.
  std::uint32_t error_class = IZ_OK;
  std::string message;
  std::int64_t retry_after_ms = 0;

  [[nodiscard]] bool ok() const { return error_class == IZ_OK; }
  [[nodiscard]] std::vector<Row> of(Kind kind) const {
    std::vector<Row> found;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(found), [&](const Row& row) { return row.kind == kind; });
    return found;
  }
  // The one row of a kind whose `field` is `value`; std::out_of_range if there is none.
  [[nodiscard]] const Row& row(Kind kind, std::string_view field, std::string_view value) const {
    for (const Row& row : rows) {
      if (row.kind == kind && row.has(field) && row[field] == value) return row;
    }
    throw std::out_of_range("no row with " + std::string(field) + " = " + std::string(value));
  }
  [[nodiscard]] bool completed(Kind kind, std::string_view scope) const {
    return std::any_of(scopes.begin(), scopes.end(), [&](const ScopeEvent& event) {
      return event.kind == kind && event.scope == scope && event.complete;
    });
  }
};

}  // namespace infrazen::testkit
