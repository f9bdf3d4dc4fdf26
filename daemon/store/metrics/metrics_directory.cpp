// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/metrics/metrics_directory.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <unordered_map>

#include <xxhash.h>

#include "records/run_sink.hpp"

namespace iz::store {

namespace {

constexpr std::size_t kIdentityBytes = 16;
constexpr std::size_t kNumberBytes = 8;

std::uint64_t big_endian(std::uint64_t value) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}

void append(std::string& out, std::uint64_t value) {
  value = big_endian(value);
  out.append(std::bit_cast<std::array<char, 8>>(value).data(), 8);
}

std::uint64_t read(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return big_endian(value);
}

Uuid as_uuid(const SeriesIdentity& identity) {
  std::string bytes;
  append(bytes, identity.high);
  append(bytes, identity.low);
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), bytes.data(), uuid.bytes.size());
  return uuid;
}

// The three columns of a chunk.
struct Chunk {
  std::string identities, series, horizons;
};

Chunk pack(std::span<const KnownSeries> series, bool whole) {
  Chunk chunk;
  chunk.horizons.reserve(series.size() * kNumberBytes);
  for (const KnownSeries& one : series) {
    append(chunk.horizons, static_cast<std::uint64_t>(one.horizon_us));
    if (!whole) continue;
    append(chunk.identities, one.identity.high);
    append(chunk.identities, one.identity.low);
    append(chunk.series, static_cast<std::uint64_t>(one.series_id));
  }
  return chunk;
}

// A view that has no data is NULL, also when it came out of an empty vector.
void add_text(BinaryArray& array, std::string_view text) {
  if (text.data() == nullptr) {
    array.add().null();
  } else {
    array.add().text(text);
  }
}

std::optional<std::string> nullable(const PgResult& result, int row, int column) {
  if (result.null(row, column)) return std::nullopt;
  return std::string(result.text(row, column));
}

}  // namespace

SeriesIdentity identity_of(const SeriesName& name) {
  // Lengths in front, so that no two names give the same bytes; null has a length of its own.
  const std::array texts{name.resource_type, name.external_id, name.metric_name, name.metric_unit,
                         name.provider_metric_id};
  std::size_t size = texts.size() * sizeof(std::uint32_t);
  for (const std::string_view text : texts) size += text.size();
  std::array<char, 1024> buffer;
  std::string large;
  char* bytes = buffer.data();
  if (size > buffer.size()) {
    large.resize(size);
    bytes = large.data();
  }
  char* end = bytes;
  for (const std::string_view text : texts) {
    const std::uint32_t length =
        text.data() == nullptr ? std::numeric_limits<std::uint32_t>::max() : static_cast<std::uint32_t>(text.size());
    std::memcpy(end, &length, sizeof length);
    end += sizeof length;
    if (!text.empty()) std::memcpy(end, text.data(), text.size());
    end += text.size();
  }
  const XXH128_hash_t hash = XXH3_128bits(bytes, size);
  return {hash.high64, hash.low64};
}

SeriesIdentity as_identity(std::string_view bytes) {
  return {read(bytes, 0), read(bytes, 8)};
}

std::vector<KnownSeries> load_directory(MarkSession& session, std::int32_t tenant_id, std::int32_t stream_id) {
  const PgResult chunks = session.exec_binary(
      "SELECT chunk, identities, series, horizons FROM infrazen.metric_directory "
      "WHERE tenant_id = $1::integer AND stream_id = $2::integer ORDER BY chunk",
      {tenant_id, stream_id});
  std::vector<KnownSeries> series;
  for (int row = 0; row < chunks.rows(); ++row) {
    const std::string_view identities = chunks.text(row, 1);
    const std::string_view ids = chunks.text(row, 2);
    const std::string_view horizons = chunks.text(row, 3);
    const std::size_t count = ids.size() / kNumberBytes;
    const bool in_place = static_cast<std::size_t>(chunks.binary_i32(row, 0)) * kSeriesPerChunk == series.size();
    if (!in_place || identities.size() != count * kIdentityBytes || horizons.size() != count * kNumberBytes) {
      throw records::RunError(IZ_ERR_INTERNAL, "the directory of metric series of stream " + std::to_string(stream_id) +
                                                   " is damaged in chunk " + std::to_string(row) +
                                                   ": restore the database");
    }
    for (std::size_t i = 0; i < count; ++i) {
      series.push_back({.identity = as_identity(identities.substr(i * kIdentityBytes, kIdentityBytes)),
                        .series_id = static_cast<std::int64_t>(read(ids, i * kNumberBytes)),
                        .horizon_us = static_cast<std::int64_t>(read(horizons, i * kNumberBytes))});
    }
  }
  return series;
}

void save_directory(MarkTransaction& tx, std::span<const KnownSeries> series, std::span<const std::uint32_t> chunks,
                    std::size_t first_new) {
  BinaryArray moved(BinaryArray::int4), moved_horizons(BinaryArray::bytea);
  BinaryArray grown(BinaryArray::int4), identities(BinaryArray::bytea), ids(BinaryArray::bytea),
      horizons(BinaryArray::bytea);
  for (const std::uint32_t number : chunks) {
    const std::size_t begin = number * kSeriesPerChunk;
    const std::size_t end = std::min(begin + kSeriesPerChunk, series.size());
    const bool whole = end > first_new;
    const Chunk chunk = pack(series.subspan(begin, end - begin), whole);
    if (whole) {
      grown.add().i32(static_cast<std::int32_t>(number));
      identities.add().bytea(chunk.identities);
      ids.add().bytea(chunk.series);
      horizons.add().bytea(chunk.horizons);
    } else {
      moved.add().i32(static_cast<std::int32_t>(number));
      moved_horizons.add().bytea(chunk.horizons);
    }
  }
  const StreamLease& lease = tx.lease();
  if (moved.size() > 0) {
    tx.exec(
        "UPDATE infrazen.metric_directory d SET horizons = n.horizons "
        "FROM unnest($3::integer[], $4::bytea[]) AS n (chunk, horizons) "
        "WHERE d.tenant_id = $1::integer AND d.stream_id = $2::integer AND d.chunk = n.chunk",
        {lease.tenant_id, lease.stream_id, Param::binary(moved.bytes()), Param::binary(moved_horizons.bytes())});
  }
  if (grown.size() > 0) {
    tx.exec(
        "INSERT INTO infrazen.metric_directory (tenant_id, stream_id, chunk, identities, series, horizons) "
        "SELECT $1::integer, $2::integer, n.* FROM unnest($3::integer[], $4::bytea[], $5::bytea[], $6::bytea[]) AS n "
        "ON CONFLICT (tenant_id, stream_id, chunk) DO UPDATE "
        "SET identities = excluded.identities, series = excluded.series, horizons = excluded.horizons",
        {lease.tenant_id, lease.stream_id, Param::binary(grown.bytes()), Param::binary(identities.bytes()),
         Param::binary(ids.bytes()), Param::binary(horizons.bytes())});
  }
}

std::vector<std::int64_t> create_series(MarkTransaction& tx, std::span<const NewSeries> series) {
  BinaryArray identities(BinaryArray::uuid), resources(BinaryArray::int8);
  BinaryArray types(BinaryArray::text), external_ids(BinaryArray::text), names(BinaryArray::text),
      units(BinaryArray::text), provider_ids(BinaryArray::text);
  for (const NewSeries& one : series) {
    identities.add().uuid(as_uuid(one.identity));
    resources.add().i64(one.resource_id);
    add_text(types, one.name.resource_type);
    add_text(external_ids, one.name.external_id);
    add_text(names, one.name.metric_name);
    add_text(units, one.name.metric_unit);
    add_text(provider_ids, one.name.provider_metric_id);
  }
  const StreamLease& lease = tx.lease();
  const PgResult created = tx.exec_binary(
      "INSERT INTO infrazen.metric_series (tenant_id, connection_id, stream_id, identity, resource_id, resource_type, "
      "external_id, metric_name, metric_unit, provider_metric_id) "
      "SELECT $1::integer, $2::integer, $3::integer, n.* "
      "FROM unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) AS n "
      "RETURNING identity, series_id",
      {lease.tenant_id, lease.connection_id, lease.stream_id, Param::binary(identities.bytes()),
       Param::binary(resources.bytes()), Param::binary(types.bytes()), Param::binary(external_ids.bytes()),
       Param::binary(names.bytes()), Param::binary(units.bytes()), Param::binary(provider_ids.bytes())});

  std::unordered_map<std::uint64_t, std::int64_t> id_of;  // 64 of 128 bits tell the few series of one mark apart …
  for (int row = 0; row < created.rows(); ++row) {
    id_of.emplace(as_identity(created.text(row, 0)).low, created.binary_i64(row, 1));
  }
  if (id_of.size() != series.size()) {  // … and if not, nothing is guessed
    throw records::RunError(IZ_ERR_INTERNAL, "two new metric series have the same 64 bit identity: report this");
  }
  std::vector<std::int64_t> ids;
  ids.reserve(series.size());
  for (const NewSeries& one : series) ids.push_back(id_of.at(one.identity.low));
  return ids;
}

std::vector<UnitConflict> find_unit_conflicts(MarkTransaction& tx, std::span<const NewSeries> created) {
  BinaryArray resources(BinaryArray::int8);
  std::unordered_map<std::uint64_t, std::size_t> index_of;
  for (std::size_t i = 0; i < created.size(); ++i) {
    resources.add().i64(created[i].resource_id);
    index_of.emplace(created[i].identity.low, i);
  }
  // One pass over the series of these resources: joined with themselves, in tables that have no statistics yet, they
  // would take minutes.
  const PgResult rows = tx.exec_binary(
      "SELECT g.identity, coalesce(g.first_unit, '') FROM ("
      "  SELECT s.identity, s.metric_unit, first_value(s.metric_unit) OVER ("
      "           PARTITION BY s.resource_id, s.metric_name, s.provider_metric_id ORDER BY s.series_id) AS first_unit "
      "  FROM infrazen.metric_series s "
      "  WHERE s.tenant_id = $1::integer AND s.stream_id = $2::integer AND s.resource_id = ANY ($3::bigint[]) "
      "    AND s.succeeded_at IS NULL) g "
      "WHERE g.metric_unit IS DISTINCT FROM g.first_unit",
      {tx.lease().tenant_id, tx.lease().stream_id, Param::binary(resources.bytes())});
  std::vector<UnitConflict> conflicts;
  for (int row = 0; row < rows.rows(); ++row) {
    const auto index = index_of.find(as_identity(rows.text(row, 0)).low);
    if (index != index_of.end()) conflicts.push_back({index->second, std::string(rows.text(row, 1))});
  }
  return conflicts;
}

std::int64_t next_arrival(MarkTransaction& tx) {
  constexpr std::int64_t kSegmentsPerMark = std::int64_t{1} << 24;
  return tx.exec_binary("SELECT nextval('infrazen.metric_arrival')").binary_i64(0, 0) * kSegmentsPerMark;
}

std::vector<EndedSeries> end_outlived_series(MarkTransaction& tx) {
  const std::int32_t tenant_id = tx.lease().tenant_id;
  const std::int32_t stream_id = tx.lease().stream_id;
  // Resources are numbered as they come, but a number may be committed later than a higher one: what came within the
  // last hour is looked at again.
  const PgResult due = tx.exec(
      "SELECT EXISTS (SELECT FROM infrazen.resource_items i WHERE i.tenant_id = d.tenant_id AND i.id > d.looked_to "
      "               AND i.incarnation > 1), "
      "  greatest(d.looked_to, (SELECT i.id FROM infrazen.resource_items i WHERE i.tenant_id = d.tenant_id "
      "                         AND i.first_seen < now() - interval '1 hour' ORDER BY i.id DESC LIMIT 1)), d.looked_to "
      "FROM infrazen.metric_directory d WHERE d.tenant_id = $1::integer AND d.stream_id = $2::integer AND d.chunk = 0",
      {tenant_id, stream_id});
  if (due.rows() == 0) return {};
  if (due.i64(0, 1) > due.i64(0, 2)) {
    tx.exec(
        "UPDATE infrazen.metric_directory SET looked_to = $3::bigint "
        "WHERE tenant_id = $1::integer AND stream_id = $2::integer AND chunk = 0",
        {tenant_id, stream_id, due.i64(0, 1)});
  }
  if (!due.boolean(0, 0)) return {};
  const PgResult rows = tx.exec_binary(
      "UPDATE infrazen.metric_series s SET succeeded_at = now() "
      "FROM infrazen.resource_items r "
      "WHERE s.tenant_id = $1::integer AND s.stream_id = $2::integer AND s.succeeded_at IS NULL "
      "  AND r.tenant_id = s.tenant_id AND r.id = s.resource_id AND r.retired_at IS NOT NULL "
      "  AND EXISTS (SELECT FROM infrazen.resource_items a WHERE a.tenant_id = r.tenant_id AND a.provider = r.provider "
      "              AND a.ref_hash = r.ref_hash AND a.retired_at IS NULL) "
      "RETURNING s.identity, s.resource_type, s.external_id, s.metric_name, s.metric_unit, s.provider_metric_id",
      {tenant_id, stream_id});
  std::vector<EndedSeries> ended;
  for (int row = 0; row < rows.rows(); ++row) {
    ended.push_back({as_identity(rows.text(row, 0)), std::string(rows.text(row, 1)), std::string(rows.text(row, 2)),
                     std::string(rows.text(row, 3)), nullable(rows, row, 4), nullable(rows, row, 5)});
  }
  return ended;
}

}  // namespace iz::store
