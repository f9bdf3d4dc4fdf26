// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/costs/cost_dimensions.hpp"

#include <infrazen/abi/base.h>

#include "records/run_sink.hpp"

namespace iz::store {

namespace {

constexpr std::size_t kFlushRows = 5'000;
constexpr std::size_t kFlushBytes = 1U << 20;

BinaryArray::Type type_of(CostType type) {
  switch (type) {
    case CostType::text: return BinaryArray::text;
    case CostType::numeric: return BinaryArray::numeric;
    case CostType::jsonb: return BinaryArray::jsonb;
  }
  return BinaryArray::text;
}

const char* sql_of(CostType type) {
  switch (type) {
    case CostType::text: return "::text[]";
    case CostType::numeric: return "::numeric[]";
    case CostType::jsonb: return "::jsonb[]";
  }
  return "::text[]";
}

std::string insert_sql(const CostGroup& group) {
  std::string names;
  std::string arrays;
  int parameter = 4;
  for (const auto& column : group.columns) {
    names += ", " + std::string(column.name);
    arrays += ", $" + std::to_string(parameter++) + sql_of(column.type);
  }
  return "INSERT INTO infrazen." + std::string(group.table) + " (tenant_id, id, digest" + names +
         ") SELECT $1, u.* FROM unnest($2::bigint[], $3::uuid[]" + arrays + ") AS u ON CONFLICT DO NOTHING";
}

}  // namespace

CostDimensionWriter::CostDimensionWriter(MarkTransaction& tx, const CostGroup& group) : tx_(tx), group_(group) {
  for (const auto& column : group.columns) columns_.push_back(std::make_unique<BinaryArray>(type_of(column.type)));
}

void CostDimensionWriter::add(std::int64_t id, const Uuid& digest, std::span<const std::string_view> values) {
  ids_.add().i64(id);
  digests_.add().uuid(digest);
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& encoder = columns_[i]->add();
    bytes_ += values[i].size();
    switch (group_.columns[i].type) {
      case CostType::text: encoder.text(values[i]); break;
      case CostType::numeric: encoder.numeric_text(values[i]); break;
      case CostType::jsonb: encoder.jsonb(values[i]); break;
    }
  }
  if (ids_.size() >= kFlushRows || bytes_ >= kFlushBytes) flush();
}

void CostDimensionWriter::flush() {
  if (ids_.size() == 0) return;
  std::vector<Param> params{tx_.lease().tenant_id, Param::binary(ids_.bytes()), Param::binary(digests_.bytes())};
  for (auto& column : columns_) params.push_back(Param::binary(column->bytes()));
  const auto inserted = tx_.exec(insert_sql(group_), std::span<const Param>(params));
  if (inserted.affected() < static_cast<std::int64_t>(ids_.size())) {
    const auto other = tx_.exec("SELECT u.id FROM unnest($2::bigint[], $3::uuid[]) AS u (id, digest) JOIN infrazen." +
                                    std::string(group_.table) +
                                    " d ON d.tenant_id = $1 AND d.id = u.id WHERE d.digest <> u.digest LIMIT 1",
                                {tx_.lease().tenant_id, Param::binary(ids_.bytes()), Param::binary(digests_.bytes())});
    if (other.rows() > 0) {
      throw records::RunError(IZ_ERR_INTERNAL, "two different contents of " + std::string(group_.table) + " share the id " +
                                                   std::string(other.text(0, 0)) + "; nothing was written: please report this");
    }
  }
  ids_.clear();
  digests_.clear();
  for (auto& column : columns_) column->clear();
  bytes_ = 0;
}

void CostDimensionWriter::finish() { flush(); }

}  // namespace iz::store
