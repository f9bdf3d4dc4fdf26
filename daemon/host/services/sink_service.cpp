// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/sink_service.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "host/error.hpp"
#include "host/services/sink_checks.hpp"
#include "records/kinds.hpp"
#include "wire/text.hpp"

namespace iz::host {
namespace {

// A frame is sent when it has about this much: big enough to forget the system calls, small enough for the second-level
// cache.
constexpr std::size_t kFrameCells = 65536;
constexpr std::size_t kFrameBytes = 512 * 1024;
constexpr std::size_t kFramePoints = 65536;

SinkService& self(void* context) {
  return *static_cast<SinkService*>(context);
}

}  // namespace

// Runs one call: refusals become the connector's error and stay.
template <class Step>
std::int32_t SinkService::guarded(iz_error* error, Step&& step) {
  link_.note_activity();
  if (link_.cancelled()) return fail(error, IZ_ERR_CANCELLED, "the run was cancelled");
  const std::lock_guard lock(mutex_);
  if (refusal_) return fail(error, IZ_ERR_PERMANENT, *refusal_);
  try {
    step();
    return IZ_OK;
  } catch (const Refusal& refusal) {
    refusal_ = refusal.what();
    link_.observed(wire::Seen::sink_refused, *refusal_);
    return fail(error, IZ_ERR_PERMANENT, *refusal_);
  } catch (const std::exception& fault) {
    refusal_ = fmt::format("infrazen.sink/1: {}", fault.what());
    return fail(error, IZ_ERR_INTERNAL, *refusal_);
  }
}

SinkService::SinkService(DaemonLink& link) : link_(link) {
  table_.struct_size = sizeof table_;
  table_.context = this;
  table_.push = [](void* context, const iz_batch* batch, iz_error* error) {
    return self(context).guarded(error, [&] { self(context).push(batch); });
  };
  table_.push_metrics = [](void* context, const iz_metric_segment* segments, std::uint32_t count, std::uint32_t stride,
                           iz_error* error) {
    return self(context).guarded(error, [&] { self(context).push_metrics(segments, count, stride); });
  };
  table_.open_scope = [](void* context, std::uint32_t kind, iz_str scope, iz_error* error) {
    self(context).link_.expect_run_thread("infrazen.sink/1 open_scope");
    return self(context).guarded(error, [&] { self(context).scope(wire::FrameType::scope_open, kind, scope); });
  };
  table_.close_scope = [](void* context, std::uint32_t kind, iz_str scope, iz_error* error) {
    self(context).link_.expect_run_thread("infrazen.sink/1 close_scope");
    return self(context).guarded(error, [&] { self(context).scope(wire::FrameType::scope_close, kind, scope); });
  };
  table_.report = [](void* context, const iz_finding* finding, iz_error* error) {
    return self(context).guarded(error, [&] { self(context).report(finding); });
  };
  table_.mark = [](void* context, iz_str cursor, iz_error* error) {
    bool committed = false;
    self(context).link_.expect_run_thread("infrazen.sink/1 mark");
    const std::int32_t result = self(context).guarded(error, [&] {
      refuse_unless(!self(context).marks_are_ours_, "mark: an event is marked by the host when handle() returns");
      refuse_unless(cursor.ptr != nullptr || cursor.len == 0, "mark: the cursor is null but has a length");
      refuse_unless(cursor.len <= IZ_CURSOR_MAX, "mark: a cursor of {} bytes, at most {} are allowed", cursor.len,
                    IZ_CURSOR_MAX);
      committed = self(context).link_.mark(view(cursor));
    });
    if (result != IZ_OK || committed) return result;
    return fail(error, IZ_ERR_CANCELLED, "the run was cancelled before the mark was committed");
  };
}

std::optional<std::string> SinkService::refusal() const {
  const std::lock_guard lock(mutex_);
  return refusal_;
}

void SinkService::push(const iz_batch* batch) {
  check_batch(batch);
  take_columns(*batch);
  records::BatchView out;
  out.kind = batch->kind;
  out.scope = view(batch->scope);
  const std::string origin = wire::to_text(view(batch->origin), wire::kMaxOriginBytes);
  if (batch->origin.ptr != nullptr) out.origin = origin;
  out.columns = columns_;
  send_rows(*batch, out);
}

// A module built against a newer minor may push fields that this host has never heard of: those are left out.
void SinkService::take_columns(const iz_batch& batch) {
  const auto& kind = *records::find_kind(batch.kind);
  kept_.clear();
  columns_.clear();
  for (std::uint32_t i = 0; i < batch.column_count; ++i) {
    const iz_column& column = element(batch.columns, batch.column_stride, i);
    if (column.field != IZ_FIELD_EXTENSION && kind.find(column.field) == nullptr) {
      if (!said_unknown_column_) {
        const std::string text =
            fmt::format("{} field {} is unknown to this version of InfraZen and is left out", kind.name, column.field);
        link_.send_message(wire::FrameType::log, wire::LogLine{IZ_LOG_WARNING, text});
        said_unknown_column_ = true;
      }
      continue;
    }
    std::string_view name;
    if (column.field == IZ_FIELD_EXTENSION) {
      name = view(column.name);
      refuse_unless(!name.empty() && name.size() <= wire::kMaxNameBytes && wire::is_text(name),
                    "push: extension column {} needs a name of UTF-8, at most {} bytes", i, wire::kMaxNameBytes);
    }
    for (const auto& other : columns_) {
      refuse_unless(other.field != column.field || other.name != name, "push: {} column {} \"{}\" is there twice",
                    kind.name, column.field, name);
    }
    kept_.push_back(i);
    columns_.push_back({column.field, name});
  }
}

void SinkService::send_rows(const iz_batch& batch, records::BatchView& out) {
  std::size_t total = 0;
  std::size_t frame_bytes = 0;
  std::uint32_t first = 0;
  cells_.clear();
  for (std::uint32_t row = 0; row < batch.row_count; ++row) {
    const iz_str* cells = batch.cells + std::size_t{row} * batch.column_count;
    std::size_t row_bytes = 0;
    for (const std::uint32_t column : kept_) {
      const iz_str& cell = cells[column];
      refuse_unless(cell.len <= IZ_CELL_MAX && (cell.ptr != nullptr || cell.len == 0),
                    "push: row {}, column {}: a cell of {} bytes, at most {} are allowed", row, column, cell.len,
                    IZ_CELL_MAX);
      row_bytes += cell.len;
      cells_.push_back(view(cell));
    }
    total += row_bytes;
    frame_bytes += row_bytes;
    refuse_unless(total <= IZ_BATCH_BYTES_MAX, "push: a batch with more than {} bytes of cells", IZ_BATCH_BYTES_MAX);
    if (cells_.size() + kept_.size() > kFrameCells || frame_bytes > kFrameBytes || row + 1 == batch.row_count) {
      out.rows = row + 1 - first;
      if (batch.positions != nullptr) out.positions = {batch.positions + first, out.rows};
      flush(out);
      first = row + 1;
      frame_bytes = 0;
      cells_.clear();
    }
  }
}

void SinkService::flush(records::BatchView& out) {
  out.cells = cells_;
  frame_.clear();
  wire::encode_batch(out, frame_);
  link_.send(wire::FrameType::batch, frame_);
}

void SinkService::push_metrics(const iz_metric_segment* segments, std::uint32_t count, std::uint32_t stride) {
  check_segments(segments, count, stride);
  segments_.clear();
  std::size_t points = 0;
  std::size_t bytes = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const iz_metric_segment& segment = element(segments, stride, i);
    if (!segments_.empty() && (points + segment.count > kFramePoints || bytes > kFrameBytes)) {
      send_segments();
      points = 0;
      bytes = 0;
    }
    segments_.push_back(checked_segment(segment, i));
    points += segment.count;
    bytes += segment.resource_type.len + segment.external_id.len + segment.metric_name.len + 64;
  }
  if (!segments_.empty()) send_segments();
}

void SinkService::send_segments() {
  frame_.clear();
  wire::encode_segments(segments_, frame_);
  segments_.clear();
  link_.send(wire::FrameType::segments, frame_);
}

void SinkService::scope(wire::FrameType type, std::uint32_t kind, iz_str scope) {
  refuse_unless(!marks_are_ours_, "open_scope, close_scope: there are no scopes while an event is handled");
  check_kind(kind);
  check_scope(scope);
  refuse_unless(scope.len > 0, "open_scope, close_scope: a scope needs a name");
  link_.send_message(type, wire::ScopeEvent{kind, view(scope)});
}

void SinkService::report(const iz_finding* finding) {
  refuse_unless(finding != nullptr && finding->struct_size >= sizeof(iz_finding),
                "report: iz_finding.struct_size is too small");
  refuse_unless(finding->severity <= IZ_SEVERITY_REJECTED, "report: severity {} is unknown", finding->severity);
  const auto clean = [](iz_str text, std::size_t most) { return wire::to_text(view(text), most); };
  const auto nullable = [](iz_str text, const std::string& cleaned) {
    return text.ptr == nullptr ? std::string_view{} : std::string_view(cleaned);
  };
  const std::string rule = clean(finding->rule, 64);
  const std::string scope = clean(finding->scope, IZ_SCOPE_MAX);
  const std::string origin = clean(finding->origin, wire::kMaxOriginBytes);
  const std::string column = clean(finding->column, 256);
  const std::string value = clean(finding->value, wire::kMaxFindingValue);
  const std::string message = clean(finding->message, wire::kMaxMessageBytes);
  records::FindingView out;
  out.severity = finding->severity;
  out.rule = rule;
  out.scope = nullable(finding->scope, scope);
  out.origin = nullable(finding->origin, origin);
  out.position = finding->position;
  out.column = nullable(finding->column, column);
  out.value = nullable(finding->value, value);
  out.message = message;
  link_.send_message(wire::FrameType::finding, out);
}

}  // namespace iz::host
