// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/conformance/stage/run_record.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "records/kinds.hpp"

namespace iz::cli::conformance {
namespace {

std::string column_name(const records::Kind* kind, const records::Column& column) {
  if (column.field == IZ_FIELD_EXTENSION) return std::string(column.name);
  const auto* field = kind == nullptr ? nullptr : kind->find(column.field);
  return field == nullptr ? fmt::format("field {}", column.field) : std::string(field->name);
}

std::shared_ptr<const Columns> columns_of(const records::BatchView& batch) {
  auto columns = std::make_shared<Columns>();
  const auto* kind = records::find_kind(batch.kind);
  for (const auto& column : batch.columns) columns->push_back({column.field, column_name(kind, column)});
  return columns;
}

// A series as a row of its own kind, so that everybody looks at rows: what it is of, and when.
RecordedRow row_of(const records::SegmentView& segment, const std::shared_ptr<const Columns>& columns) {
  RecordedRow row;
  row.kind = IZ_KIND_METRIC;
  row.columns = columns;
  std::int64_t at = segment.t0_us;
  std::string times = std::to_string(at);
  for (const auto delta : segment.delta_ms) {
    at += std::int64_t{delta} * 1000;
    times += fmt::format(" {}", at);
  }
  row.cells = {std::string(segment.resource_type), std::string(segment.external_id), std::string(segment.metric_name),
               std::move(times)};
  return row;
}

}  // namespace

std::string_view class_name(std::uint32_t error_class) {
  static constexpr std::string_view kNames[] = {"ok",     "transient", "rate_limited", "auth",
                                                "config", "permanent", "cancelled",    "internal"};
  return kNames[std::min<std::uint32_t>(error_class, IZ_ERR_INTERNAL)];
}

const std::string* RecordedRow::find(std::string_view column) const {
  for (std::size_t i = 0; i < columns->size(); ++i) {
    if ((*columns)[i].name == column) return cells[i] ? &*cells[i] : nullptr;
  }
  return nullptr;
}

void RunRecorder::stop() {
  record_.stopped = true;
  stop_.request_stop();
}

void RunRecorder::event() {
  if (++events_ == rule_.after_events) stop();
}

void RunRecorder::begin_life_if_ended() {
  if (!std::exchange(ended_, false)) return;
  record_.lives.emplace_back();
  open_.clear();
}

void RunRecorder::on_batch(const records::BatchView& batch) {
  begin_life_if_ended();
  const auto columns = columns_of(batch);
  const std::string scope(records::is_null(batch.scope) ? std::string_view() : batch.scope);
  if (!scope.empty() && !open_.contains({batch.kind, scope})) {
    life().scope_faults.push_back(
        fmt::format("records were pushed into '{}', which is not open for their kind", scope));
  }
  life().pushed += batch.rows;
  life().unmarked += batch.rows;
  for (std::uint32_t r = 0; r < batch.rows && kept_ < kMostRows; ++r, ++kept_) {
    RecordedRow row{batch.kind, scope, columns, {}, life().cursors.size()};
    for (std::size_t c = 0; c < columns->size(); ++c) {
      const auto cell = batch.cell(r, c);
      row.cells.push_back(records::is_null(cell) ? std::nullopt : std::optional(std::string(cell)));
    }
    life().rows.push_back(std::move(row));
  }
  event();
}

void RunRecorder::on_segments(std::span<const records::SegmentView> segments) {
  begin_life_if_ended();
  static const auto kColumns = std::make_shared<const Columns>(
      Columns{{0, "resource_type"}, {0, "external_id"}, {0, "metric_name"}, {0, "times"}});
  for (const auto& segment : segments) {
    life().pushed += segment.values.size();
    life().unmarked += segment.values.size();
    if (kept_ >= kMostRows) continue;
    ++kept_;
    life().rows.push_back(row_of(segment, kColumns));
    life().rows.back().marks_before = life().cursors.size();
  }
  event();
}

void RunRecorder::on_scope_open(std::uint32_t kind, std::string_view scope) {
  begin_life_if_ended();
  if (!open_.insert({kind, std::string(scope)}).second) {
    life().scope_faults.push_back(fmt::format("'{}' was opened while it was open", scope));
  }
  life().scopes.push_back({kind, std::string(scope)});
  event();
}

void RunRecorder::on_scope_close(std::uint32_t kind, std::string_view scope) {
  begin_life_if_ended();
  if (open_.erase({kind, std::string(scope)}) == 0) {
    life().scope_faults.push_back(fmt::format("'{}' was closed and not open", scope));
  }
  for (auto& known : life().scopes) {
    if (known.kind != kind || known.name != scope) continue;
    known.closed = true;
    known.requests_at_close = record_.requests.size();
  }
  event();
}

void RunRecorder::on_finding(const records::FindingView& finding) {
  record_.findings.push_back(fmt::format("{}: {} {}", finding.rule, finding.message,
                                         records::is_null(finding.value) ? std::string_view() : finding.value));
}

void RunRecorder::on_checkpoint(std::string_view blob) {
  record_.checkpoints.emplace_back(blob);
}

void RunRecorder::on_mark(std::string_view cursor) {
  begin_life_if_ended();
  life().cursors.emplace_back(cursor);
  life().unmarked = 0;
  event();
}

void RunRecorder::on_log(std::uint32_t /*level*/, std::string_view message) {
  if (record_.logs.size() < 10'000) record_.logs.emplace_back(message);
}

void RunRecorder::on_check(const wire::CheckResult& result) {
  record_.verdicts.push_back({result.verdict, std::string(result.subject), std::string(result.detail)});
}

void RunRecorder::on_observation(wire::Seen what, std::string_view detail) {
  switch (what) {
    case wire::Seen::instance_ended: {
      begin_life_if_ended();
      std::uint32_t error_class = IZ_ERR_INTERNAL;
      (void)std::from_chars(detail.data(), detail.data() + detail.size(), error_class);
      life().error_class = error_class;
      record_.destroying = false;
      ended_ = true;
      return;
    }
    case wire::Seen::destroying: record_.destroying = true; return;
    case wire::Seen::request: break;
    default: record_.seen.push_back({what, std::string(detail)}); return;
  }
  record_.requests.emplace_back(detail);
  if (record_.requests.size() == rule_.after_requests) {
    record_.too_many_requests = true;
    stop();
  }
  event();
}

RunRecord RunRecorder::finish(supervise::RunOutcome outcome) {
  record_.outcome = std::move(outcome);
  return std::move(record_);
}

}  // namespace iz::cli::conformance
