// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <utility>

#include "app/run/run_report.hpp"
#include "app/view/view.hpp"
#include "store/streams/findings.hpp"
#include "store/streams/run_history.hpp"
#include <infrazen/abi/sink.h>

namespace iz::app {
namespace {

std::string_view name_of_severity(std::uint32_t severity) {
  switch (severity) {
    case IZ_SEVERITY_NOTICE: return "notice";
    case IZ_SEVERITY_WARNING: return "warning";
    default: return "rejected";
  }
}

}  // namespace

void View::runs(const serve::HistoryQuery& query, serve::Done<std::vector<serve::RunRow>> done) {
  from_database(std::move(done), [&database = parts_.database, query]() -> serve::Outcome<std::vector<serve::RunRow>> {
    std::vector<serve::RunRow> rows;
    for (const store::RunRow& run : store::load_runs(database, query.connection, query.stream, query.limit)) {
      serve::RunRow& row = rows.emplace_back();
      row.run_id = std::to_string(run.run_id);
      row.connection = run.connection;
      row.stream = run.stream;
      row.mode = run.mode;
      if (run.window)
        row.window = serve::DayWindow{store::to_text(run.window->since), store::to_text(run.window->until)};
      row.state = run.crashed ? "crashed" : run.outcome;
      row.started = run.started;
      row.ended = run.ended;
      row.records = static_cast<std::uint64_t>(run.records);
      row.marks = static_cast<std::uint64_t>(run.marks);
      if (run.error_class != 0) row.error_class = error_class_name(run.error_class);
      row.message = run.message;
    }
    return rows;
  });
}

void View::findings(const serve::HistoryQuery& query, serve::Done<std::vector<serve::FindingRow>> done) {
  from_database(
      std::move(done), [&database = parts_.database, query]() -> serve::Outcome<std::vector<serve::FindingRow>> {
        std::vector<serve::FindingRow> rows;
        for (const store::FindingRow& finding : store::load_findings(database, query.connection, query.limit)) {
          if (!query.stream.empty() && finding.stream != query.stream) continue;
          if (!query.run_id.empty() && std::to_string(finding.run_id) != query.run_id) continue;
          serve::FindingRow& row = rows.emplace_back();
          row.connection = finding.connection;
          row.stream = finding.stream;
          row.run_id = std::to_string(finding.run_id);
          row.severity = name_of_severity(finding.severity);
          row.rule = finding.rule;
          row.origin = finding.origin;
          row.position = finding.position;
          row.column = finding.column;
          row.value = finding.value;
          row.message = finding.message;
          row.count = finding.count;
        }
        return rows;
      });
}

}  // namespace iz::app
