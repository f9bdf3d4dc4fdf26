// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/listing/known_rows_load.hpp"

#include <bit>
#include <cstring>

#include <infrazen/abi/base.h>

#include "records/run_sink.hpp"

namespace iz::store {
namespace {

// Fields of one row of COPY BINARY, in order.
class CopiedRow {
 public:
  explicit CopiedRow(std::string_view bytes) : bytes_(bytes.substr(2)) {}

  // The bytes of the next field; a null view is NULL.
  std::string_view next() {
    std::uint32_t length = 0;
    std::memcpy(&length, take(sizeof length).data(), sizeof length);
    length = __builtin_bswap32(length);
    return length == 0xFFFFFFFFU ? std::string_view() : take(length);
  }
  Uuid uuid() {
    Uuid value;
    const std::string_view field = next();
    if (field.size() != sizeof value.bytes) broken();
    std::memcpy(value.bytes.data(), field.data(), sizeof value.bytes);
    return value;
  }
  std::int64_t i64_or_zero() {
    const std::string_view field = next();
    if (field.data() == nullptr) return 0;
    if (field.size() != sizeof(std::uint64_t)) broken();
    std::uint64_t value = 0;
    std::memcpy(&value, field.data(), sizeof value);
    return std::bit_cast<std::int64_t>(__builtin_bswap64(value));
  }

 private:
  std::string_view take(std::size_t size) {
    if (bytes_.size() < size) broken();
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  [[noreturn]] static void broken() {
    throw records::RunError(IZ_ERR_INTERNAL, "PostgreSQL answered a COPY with a row of another shape than was asked for");
  }

  std::string_view bytes_;
};

}  // namespace

void load_known(MarkSession& session, const StreamLease& lease, const KnownTable& table,
                const std::function<void(const Uuid&, const Uuid&, std::int64_t)>& with) {
  const bool hashed = table.hash_column != nullptr;
  std::string sql = "COPY (SELECT key_hash, scope_id";
  if (hashed) sql.append(", ").append(table.hash_column);
  sql.append(" FROM infrazen.").append(table.name);
  sql += " WHERE tenant_id = " + std::to_string(lease.tenant_id) + " AND stream_id = " + std::to_string(lease.stream_id);
  if (table.retires) sql += " AND retired_at IS NULL";
  session.copy_out(sql + ") TO STDOUT (FORMAT binary)", [&](std::string_view bytes) {
    CopiedRow row(bytes);
    const Uuid key = row.uuid();
    const std::int64_t scope = row.i64_or_zero();
    with(key, hashed ? row.uuid() : key, scope);
  });
}

void move_known(MarkTransaction& tx, std::int32_t tenant_id, std::int32_t stream_id, const std::string& table,
                std::span<const std::pair<Uuid, std::int64_t>> key_to_scope) {
  if (key_to_scope.empty()) return;
  BinaryArray keys(BinaryArray::uuid);
  BinaryArray scopes(BinaryArray::int8);
  for (const auto& [key, scope] : key_to_scope) {
    keys.add().uuid(key);
    scopes.add().i64(scope);
  }
  tx.exec("UPDATE infrazen." + table +
              " t SET scope_id = m.scope_id FROM unnest($3::uuid[], $4::bigint[]) AS m (key_hash, scope_id) "
              "WHERE t.tenant_id = $1 AND t.stream_id = $2 AND t.key_hash = m.key_hash AND t.retired_at IS NULL",
          {tenant_id, stream_id, Param::binary(keys.bytes()), Param::binary(scopes.bytes())});
}

}  // namespace iz::store
