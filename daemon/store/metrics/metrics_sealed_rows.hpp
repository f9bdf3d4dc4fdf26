// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "store/metrics/metrics_encoding.hpp"
#include "store/metrics/metrics_sealing.hpp"
#include "store/session/mark_session.hpp"

namespace iz::store {

// Takes the rows that seal_day() reads, series after series, and writes each series' day into a leaf of metric_sealed.
class SealedRowWriter {
 public:
  SealedRowWriter(MarkSession& session, std::string leaf, std::chrono::sys_days day, const SketchOf& sketch);

  // A row of the sealing cursor: tenant, series, seq, origin ('h'ot, 'l'ate, 's'ealed), t0, unit_us, at, v; binary.
  void add(const PgResult& rows, int row);
  // Replaces the sealed rows of the series that are complete. Not while a result is being streamed.
  void flush();
  // The last series too.
  void finish();
  // Deletes exactly the late rows that were added.
  void delete_folded();

  [[nodiscard]] std::uint64_t series() const noexcept { return series_count_; }
  [[nodiscard]] std::uint64_t points() const noexcept { return point_count_; }

 private:
  void end_series();
  void encode(const SealedSegment& segment, std::int16_t part);

  MarkSession& session_;
  std::string leaf_;
  std::chrono::sys_days day_;
  const SketchOf& sketch_;

  std::int32_t tenant_id_ = 0;
  std::int64_t series_id_ = 0;  // 0: none is open
  bool was_sealed_ = false;
  std::vector<ArrivedPoint> points_;
  std::vector<double> values_;

  std::string rows_;  // encoded for COPY
  std::int64_t row_count_ = 0;
  BinaryArray replaced_tenants_{BinaryArray::int4}, replaced_series_{BinaryArray::int8};
  BinaryArray late_tenants_{BinaryArray::int4}, late_series_{BinaryArray::int8}, late_seqs_{BinaryArray::int8};
  std::uint64_t series_count_ = 0;
  std::uint64_t point_count_ = 0;
};

}  // namespace iz::store
