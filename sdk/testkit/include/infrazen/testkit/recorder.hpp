// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <infrazen/abi/sink.h>
#include <infrazen/error.hpp>
#include <infrazen/testkit/recording.hpp>
#include <infrazen/testkit/rules.hpp>

namespace infrazen::testkit {

// infrazen.sink/1 that keeps copies and holds every call against sink.h and records.h.
class Recorder {
 public:
  std::size_t cancel_after = 0;  // 0 = never
  bool* cancelled = nullptr;

  const iz_sink_1* table() {
    table_.context = this;
    return &table_;
  }

  // While an event is handled scopes and marks are refused; its mark is end_event().
  void begin_event() { handling_ = true; }
  void end_event() {
    handling_ = false;
    commit({});
    recording_.cursors.pop_back();
  }

  Recording finish() {
    recording_.discarded = pending_rows_.size() + pending_segments_.size();
    return std::move(recording_);
  }

 private:
  using Key = std::pair<std::uint32_t, std::string>;

  void problem(std::string text) { recording_.problems.push_back(std::move(text)); }

  void count(std::size_t more) {
    pushed_ += more;
    if (cancel_after != 0 && pushed_ >= cancel_after && cancelled != nullptr) *cancelled = true;
    if (cancelled != nullptr && *cancelled) throw Error(ErrorClass::cancelled, "the run was cancelled");
  }

  void take(const iz_batch& batch) {
    const auto kind = static_cast<Kind>(batch.kind);
    const std::string scope(from_abi(batch.scope));
    const std::string where =
        "batch of kind " + std::to_string(batch.kind) + (scope.empty() ? "" : " in scope " + scope);
    if (batch.struct_size < sizeof(iz_batch)) problem(where + ": struct_size is not set");
    if (batch.row_count > IZ_BATCH_ROWS_MAX) problem(where + ": more than IZ_BATCH_ROWS_MAX rows");
    if (!scope.empty() && !open_.contains({batch.kind, scope})) problem(where + ": the scope is not open");
    if (scope.empty() && kind == Kind::charge) problem(where + ": charges are accepted only inside an open scope");
    std::vector<std::string> names;
    const auto* at = reinterpret_cast<const char*>(batch.columns);
    for (std::uint32_t i = 0; i < batch.column_count; ++i, at += batch.column_stride) {
      const auto& column = *reinterpret_cast<const iz_column*>(at);
      names.push_back(column.field == IZ_FIELD_EXTENSION ? std::string(from_abi(column.name))
                                                         : field_name(kind, column.field));
      if (names.back().empty()) problem(where + ": column " + std::to_string(column.field) + " is unknown");
    }
    std::uint64_t bytes = 0;
    for (std::uint32_t r = 0; r < batch.row_count; ++r) {
      Row row{
          kind, scope, std::string(from_abi(batch.origin)), batch.positions == nullptr ? 0 : batch.positions[r], {}};
      for (std::uint32_t c = 0; c < batch.column_count; ++c) {
        const iz_str cell = batch.cells[std::size_t{r} * batch.column_count + c];
        if (cell.ptr == nullptr) continue;
        bytes += cell.len;
        row.cells[names[c]] = from_abi(cell);
      }
      check_row(
          kind,
          [&](const char* name) -> const std::string* {
            const auto found = row.cells.find(std::string_view(name));
            return found == row.cells.end() ? nullptr : &found->second;
          },
          [&](const std::string& sentence) { problem(where + ", row " + std::to_string(r) + ": " + sentence); });
      pending_rows_.push_back(std::move(row));
    }
    if (bytes > IZ_BATCH_BYTES_MAX) problem(where + ": more than IZ_BATCH_BYTES_MAX bytes");
    count(batch.row_count);
  }

  void take(const iz_metric_segment& raw) {
    Segment segment{std::string(from_abi(raw.resource_type)),      std::string(from_abi(raw.external_id)),
                    std::string(from_abi(raw.metric_name)),        std::string(from_abi(raw.metric_unit)),
                    std::string(from_abi(raw.provider_metric_id)), {}};
    const std::string where = "segment " + segment.metric_name + " of " + segment.external_id;
    if (segment.external_id.empty() || segment.metric_name.empty()) problem(where + ": id and name are needed");
    if (raw.count == 0 || raw.count > IZ_SEGMENT_POINTS_MAX) problem(where + ": 1 to 65536 points");
    std::int64_t at = raw.t0_us;
    for (std::uint32_t i = 0; i < raw.count; ++i) {
      if (i > 0) {
        if (raw.delta_ms[i - 1] <= 0) problem(where + ": a distance is not positive");
        at += std::int64_t{raw.delta_ms[i - 1]} * 1000;
      }
      if (!std::isfinite(raw.values[i])) problem(where + ": a value is not finite");
      segment.points.push_back({Micros(std::chrono::microseconds(at)), raw.values[i]});
    }
    pending_segments_.push_back(std::move(segment));
  }

  void refuse_while_handling(const char* what) {
    if (!handling_) return;
    problem(std::string(what) + " while an event is handled");
    throw Error(ErrorClass::permanent, std::string(what) + " is refused while an event is handled");
  }

  void open_or_close(std::uint32_t kind, iz_str name, bool open) {
    refuse_while_handling("a scope");
    const Key key{kind, std::string(from_abi(name))};
    const std::string where = "scope " + key.second + " of kind " + std::to_string(kind);
    if (key.second.empty() || key.second.size() > IZ_SCOPE_MAX)
      problem(where + ": a name of 1 to 1024 bytes is needed");
    if (open ? !open_.insert(key).second : open_.erase(key) == 0)
      problem(where + (open ? ": is open already" : ": is not open"));
    if (open) {
      recording_.scopes.push_back({static_cast<Kind>(kind), key.second, false});
      return;
    }
    for (auto& event : recording_.scopes) {
      if (event.kind == static_cast<Kind>(kind) && event.scope == key.second) event.complete = true;
    }
  }

  void commit(iz_str cursor) {
    if (cursor.len > IZ_CURSOR_MAX) problem("the cursor has more than IZ_CURSOR_MAX bytes");
    std::move(pending_rows_.begin(), pending_rows_.end(), std::back_inserter(recording_.rows));
    std::move(pending_segments_.begin(), pending_segments_.end(), std::back_inserter(recording_.segments));
    pending_rows_.clear();
    pending_segments_.clear();
    recording_.cursors.emplace_back(from_abi(cursor));
  }

  static Recorder& of(void* context) { return *static_cast<Recorder*>(context); }
  static std::int32_t push(void* context, const iz_batch* batch, iz_error* error) {
    return detail::guarded(error, [&] { of(context).take(*batch); });
  }
  static std::int32_t push_metrics(void* context, const iz_metric_segment* segments, std::uint32_t count,
                                   std::uint32_t stride, iz_error* error) {
    return detail::guarded(error, [&] {
      const auto* at = reinterpret_cast<const char*>(segments);
      for (std::uint32_t i = 0; i < count; ++i, at += stride)
        of(context).take(*reinterpret_cast<const iz_metric_segment*>(at));
      of(context).count(count);
    });
  }
  static std::int32_t open_scope(void* context, std::uint32_t kind, iz_str scope, iz_error* error) {
    return detail::guarded(error, [&] { of(context).open_or_close(kind, scope, true); });
  }
  static std::int32_t close_scope(void* context, std::uint32_t kind, iz_str scope, iz_error* error) {
    return detail::guarded(error, [&] { of(context).open_or_close(kind, scope, false); });
  }
  static std::int32_t mark(void* context, iz_str cursor, iz_error* error) {
    return detail::guarded(error, [&] {
      of(context).refuse_while_handling("a mark");
      of(context).commit(cursor);
    });
  }
  static std::int32_t report(void* context, const iz_finding* finding, iz_error* error) {
    return detail::guarded(error, [&] {
      of(context).recording_.findings.push_back(
          {static_cast<Severity>(finding->severity), std::string(from_abi(finding->rule)),
           std::string(from_abi(finding->scope)), std::string(from_abi(finding->origin)),
           std::string(from_abi(finding->column)), std::string(from_abi(finding->value)),
           std::string(from_abi(finding->message)), finding->position});
    });
  }

  Recording recording_;
  std::vector<Row> pending_rows_;
  std::vector<Segment> pending_segments_;
  std::set<Key> open_;
  std::size_t pushed_ = 0;
  bool handling_ = false;
  iz_sink_1 table_{sizeof(iz_sink_1), 0, nullptr, push, push_metrics, open_scope, close_scope, mark, report};
};

}  // namespace infrazen::testkit
