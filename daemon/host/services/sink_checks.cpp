// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/sink_checks.hpp"

#include <cmath>

#include "host/error.hpp"
#include "records/kinds.hpp"
#include "wire/text.hpp"

namespace iz::host {
namespace {

constexpr std::uint32_t kMaxStride = 4096;
constexpr std::uint64_t kMaxSegmentText = 1024;

void check_segment_text(iz_str text, bool needed, std::string_view what, std::uint32_t index) {
  refuse_unless(text.ptr != nullptr || (!needed && text.len == 0), "push_metrics: segment {}: {} is missing", index,
                what);
  refuse_unless(text.len <= kMaxSegmentText, "push_metrics: segment {}: {} has {} bytes, at most {} are allowed", index,
                what, text.len, kMaxSegmentText);
  refuse_unless(!needed || text.len > 0, "push_metrics: segment {}: {} is empty", index, what);
  refuse_unless(wire::is_text(view(text)), "push_metrics: segment {}: {} is not UTF-8", index, what);
}

}  // namespace

void check_kind(std::uint32_t kind) {
  refuse_unless(kind == IZ_KIND_METRIC || records::find_kind(kind) != nullptr, "record kind {} is unknown", kind);
}

void check_scope(iz_str scope) {
  refuse_unless(scope.ptr != nullptr || scope.len == 0, "scope: null, but with a length");
  refuse_unless(scope.len <= IZ_SCOPE_MAX, "scope: a name of {} bytes, at most {} are allowed", scope.len,
                IZ_SCOPE_MAX);
  refuse_unless(wire::is_text(view(scope)), "scope: the name is not UTF-8");
}

void check_batch(const iz_batch* batch) {
  refuse_unless(batch != nullptr, "push: no batch");
  refuse_unless(batch->struct_size >= sizeof(iz_batch), "push: iz_batch.struct_size is {}, at least {} are needed",
                batch->struct_size, sizeof(iz_batch));
  refuse_unless(records::find_kind(batch->kind) != nullptr, "push: record kind {} is unknown", batch->kind);
  refuse_unless(batch->row_count <= IZ_BATCH_ROWS_MAX, "push: {} rows, at most {} are allowed", batch->row_count,
                IZ_BATCH_ROWS_MAX);
  refuse_unless(batch->column_count > 0 && batch->column_count <= IZ_BATCH_COLUMNS_MAX,
                "push: {} columns, 1 to {} are allowed", batch->column_count, IZ_BATCH_COLUMNS_MAX);
  refuse_unless(batch->column_stride >= sizeof(iz_column) && batch->column_stride <= kMaxStride &&
                    batch->column_stride % alignof(iz_column) == 0,
                "push: iz_batch.column_stride is {}, sizeof(iz_column) is {}", batch->column_stride, sizeof(iz_column));
  refuse_unless(batch->columns != nullptr, "push: no columns");
  refuse_unless(batch->cells != nullptr || batch->row_count == 0, "push: no cells");
  check_scope(batch->scope);
  refuse_unless(batch->origin.ptr == nullptr || batch->origin.len <= IZ_CELL_MAX, "push: an origin of {} bytes",
                batch->origin.len);
}

void check_segments(const iz_metric_segment* segments, std::uint32_t count, std::uint32_t stride) {
  refuse_unless(count <= IZ_SEGMENTS_MAX, "push_metrics: {} segments, at most {} are allowed", count, IZ_SEGMENTS_MAX);
  refuse_unless(stride >= sizeof(iz_metric_segment) && stride <= kMaxStride && stride % alignof(iz_metric_segment) == 0,
                "push_metrics: stride is {}, sizeof(iz_metric_segment) is {}", stride, sizeof(iz_metric_segment));
  refuse_unless(segments != nullptr || count == 0, "push_metrics: no segments");
}

records::SegmentView checked_segment(const iz_metric_segment& segment, std::uint32_t index) {
  refuse_unless(segment.struct_size >= sizeof segment,
                "push_metrics: segment {}: struct_size is {}, at least {} are needed", index, segment.struct_size,
                sizeof segment);
  refuse_unless(segment.count >= 1 && segment.count <= IZ_SEGMENT_POINTS_MAX,
                "push_metrics: segment {}: {} points, 1 to {} are allowed", index, segment.count,
                IZ_SEGMENT_POINTS_MAX);
  refuse_unless(segment.values != nullptr && (segment.delta_ms != nullptr || segment.count == 1),
                "push_metrics: segment {}: no values or no distances", index);
  check_segment_text(segment.resource_type, true, "resource_type", index);
  check_segment_text(segment.external_id, true, "external_id", index);
  check_segment_text(segment.metric_name, true, "metric_name", index);
  check_segment_text(segment.metric_unit, false, "metric_unit", index);
  check_segment_text(segment.provider_metric_id, false, "provider_metric_id", index);
  records::SegmentView out;
  out.resource_type = view(segment.resource_type);
  out.external_id = view(segment.external_id);
  out.metric_name = view(segment.metric_name);
  out.metric_unit = view(segment.metric_unit);
  out.provider_metric_id = view(segment.provider_metric_id);
  out.t0_us = segment.t0_us;
  out.delta_ms = {segment.delta_ms, segment.count - 1U};
  out.values = {segment.values, segment.count};
  for (std::uint32_t i = 0; i < segment.count; ++i) {
    refuse_unless(std::isfinite(out.values[i]), "push_metrics: segment {}: value {} is not finite", index, i);
  }
  for (const std::int32_t delta : out.delta_ms) {
    refuse_unless(delta > 0, "push_metrics: segment {}: points have to follow each other in time", index);
  }
  return out;
}

}  // namespace iz::host
