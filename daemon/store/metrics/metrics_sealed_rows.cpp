// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/metrics/metrics_sealed_rows.hpp"

#include <bit>
#include <cstring>
#include <utility>

#include "records/run_sink.hpp"

namespace iz::store {

namespace {

// A one-dimensional array without nulls in PostgreSQL's binary form, read element by element.
class ArrayReader {
 public:
  explicit ArrayReader(std::string_view bytes) : bytes_(bytes) {
    if (take<std::uint32_t>() == 0) return;  // no dimension: empty
    take<std::uint32_t>();
    take<std::uint32_t>();
    size_ = take<std::uint32_t>();
    take<std::uint32_t>();
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  template <typename T>
  T next() {
    take<std::uint32_t>();  // the element's length
    return std::bit_cast<T>(take<std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>>());
  }

 private:
  template <typename T>
  T take() {
    if (bytes_.size() < sizeof(T))
      throw records::RunError(IZ_ERR_INTERNAL, "PostgreSQL sent an array that is cut short");
    T value = 0;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    if constexpr (std::endian::native == std::endian::big) return value;
    return sizeof(T) == 8 ? static_cast<T>(__builtin_bswap64(value))
                          : static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
  }
  std::string_view bytes_;
  std::uint32_t size_ = 0;
};

template <typename T>
void array(RowEncoder& row, std::string& out, std::uint32_t type, const std::vector<T>& values) {
  if (values.empty()) return row.null();
  const auto count = static_cast<std::uint32_t>(values.size());
  row.put(static_cast<std::uint32_t>(20 + values.size() * (4 + sizeof(T))));
  for (const std::uint32_t word : {std::uint32_t{1}, std::uint32_t{0}, type, count, std::uint32_t{1}}) row.put(word);
  out.reserve(out.size() + values.size() * (4 + sizeof(T)));
  for (const T value : values) {
    if constexpr (sizeof(T) == 2) row.i16(value);
    if constexpr (sizeof(T) == 4) row.i32(value);
    if constexpr (sizeof(T) == 8) row.f8(value);
  }
}

}  // namespace

SealedRowWriter::SealedRowWriter(MarkSession& session, std::string leaf, std::chrono::sys_days day,
                                 const SketchOf& sketch)
    : session_(session), leaf_(std::move(leaf)), day_(day), sketch_(sketch) {}

void SealedRowWriter::add(const PgResult& rows, int row) {
  const std::int32_t tenant_id = rows.binary_i32(row, 0);
  const std::int64_t series_id = rows.binary_i64(row, 1);
  const std::int64_t seq = rows.binary_i64(row, 2);
  const std::string_view origin = rows.text(row, 3);
  if (series_id != series_id_ || tenant_id != tenant_id_) {
    end_series();
    tenant_id_ = tenant_id;
    series_id_ = series_id;
  }
  if (origin == "s") was_sealed_ = true;
  if (origin == "l") {
    late_tenants_.add().i32(tenant_id);
    late_series_.add().i64(series_id);
    late_seqs_.add().i64(seq);
  }
  const std::int64_t t0_us = rows.binary_i64(row, 4) + kPgEpochUs;
  const std::int64_t unit_us = rows.binary_i64(row, 5);
  ArrayReader values(rows.text(row, 7));
  if (rows.null(row, 6)) {
    for (std::uint32_t i = 0; i < values.size(); ++i)
      points_.push_back({{t0_us + i * unit_us, values.next<double>()}, seq});
    return;
  }
  // Distances of hot and late segments are in milliseconds, whatever step_ms says.
  const std::int64_t unit = origin == "s" ? unit_us : 1000;
  ArrayReader instants(rows.text(row, 6));
  if (instants.size() != values.size()) {
    throw records::RunError(IZ_ERR_INTERNAL,
                            "metric series " + std::to_string(series_id) +
                                " has a segment with as many instants as it has not values: restore it");
  }
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    const std::int64_t at_us = t0_us + instants.next<std::int32_t>() * unit;
    points_.push_back({{at_us, values.next<double>()}, seq});
  }
}

void SealedRowWriter::end_series() {
  if (series_id_ == 0) return;
  if (was_sealed_) {
    replaced_tenants_.add().i32(tenant_id_);
    replaced_series_.add().i64(series_id_);
  }
  const std::vector<MetricPoint> points = count_once(std::move(points_));
  std::int16_t part = 0;
  std::size_t first = 0;
  for (const SealedSegment& segment : seal_points(points)) {
    values_.clear();
    for (std::size_t i = 0; i < static_cast<std::size_t>(segment.n); ++i) values_.push_back(points[first + i].value);
    first += static_cast<std::size_t>(segment.n);
    encode(segment, part++);
  }
  ++series_count_;
  point_count_ += points.size();
  points_.clear();
  was_sealed_ = false;
  series_id_ = 0;
}

void SealedRowWriter::encode(const SealedSegment& segment, std::int16_t part) {
  RowEncoder row(rows_);
  row.begin_row(18);
  row.i32(tenant_id_);
  row.date(day_);
  row.i64(series_id_);
  row.timestamptz(segment.t0_us);
  row.i64(segment.unit_us);
  row.i64(segment.base);
  row.f8(segment.sum);
  row.f8(segment.min);
  row.f8(segment.max);
  row.i32(segment.n);
  row.i32(segment.divisor);
  row.i16(part);
  array(row, rows_, BinaryArray::int2, segment.at2);
  array(row, rows_, BinaryArray::int2, segment.v2);
  array(row, rows_, BinaryArray::int4, segment.at4);
  array(row, rows_, BinaryArray::int4, segment.v4);
  array(row, rows_, BinaryArray::float8, segment.v8);
  array(row, rows_, BinaryArray::int2, sketch_(values_));
  ++row_count_;
}

void SealedRowWriter::flush() {
  if (replaced_series_.size() > 0) {
    session_.exec(
        "DELETE FROM infrazen.metric_sealed z USING unnest($2::integer[], $3::bigint[]) AS r (tenant_id, series_id) "
        "WHERE z.tenant_id = r.tenant_id AND z.series_id = r.series_id AND z.day = DATE '1970-01-01' + $1::integer",
        {static_cast<std::int32_t>(day_.time_since_epoch().count()), Param::binary(replaced_tenants_.bytes()),
         Param::binary(replaced_series_.bytes())});
    replaced_tenants_.clear();
    replaced_series_.clear();
  }
  if (row_count_ == 0) return;
  CopyWriter copy(session_,
                  "COPY " + leaf_ +
                      " (tenant_id, day, series_id, t0, unit_us, base, sum, min, max, n, divisor, part, at2, v2, at4, "
                      "v4, v8, sketch) FROM STDIN (FORMAT binary)");
  copy.encoded(rows_, row_count_);
  copy.finish();
  rows_.clear();
  row_count_ = 0;
}

void SealedRowWriter::finish() {
  end_series();
  flush();
}

void SealedRowWriter::delete_folded() {
  if (late_seqs_.size() == 0) return;
  session_.exec(
      "DELETE FROM infrazen.metric_late l USING unnest($2::integer[], $3::bigint[], $4::bigint[]) "
      "AS f (tenant_id, series_id, seq) WHERE l.tenant_id = f.tenant_id AND l.series_id = f.series_id "
      "AND l.seq = f.seq AND l.day = DATE '1970-01-01' + $1::integer",
      {static_cast<std::int32_t>(day_.time_since_epoch().count()), Param::binary(late_tenants_.bytes()),
       Param::binary(late_series_.bytes()), Param::binary(late_seqs_.bytes())});
}

}  // namespace iz::store
