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

CostDimensionRows::CostDimensionRows(const CostGroup& group) : group_(&group) {
  for (const auto& column : group.columns) columns_.push_back(std::make_unique<BinaryArray>(type_of(column.type)));
}

void CostDimensionRows::add(std::int64_t id, const Uuid& digest, std::span<const std::string_view> values) {
  ids_.add().i64(id);
  digests_.add().uuid(digest);
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& encoder = columns_[i]->add();
    bytes_ += values[i].size();
    switch (group_->columns[i].type) {
      case CostType::text: encoder.text(values[i]); break;
      case CostType::numeric: encoder.numeric_text(values[i]); break;
      case CostType::jsonb: encoder.jsonb(values[i]); break;
    }
  }
}

bool CostDimensionRows::full() const noexcept { return ids_.size() >= kFlushRows || bytes_ >= kFlushBytes; }

void CostDimensionRows::clear() {
  ids_.clear();
  digests_.clear();
  for (auto& column : columns_) column->clear();
  bytes_ = 0;
}

CostDimensionRows::Statement CostDimensionRows::insert(std::int32_t tenant_id) {
  Statement statement{insert_sql(*group_), {tenant_id, Param::binary(ids_.bytes()), Param::binary(digests_.bytes())}};
  for (auto& column : columns_) statement.params.push_back(Param::binary(column->bytes()));
  return statement;
}

CostDimensionRows::Statement CostDimensionRows::select_others(std::int32_t tenant_id) {
  return {"SELECT u.id FROM unnest($2::bigint[], $3::uuid[]) AS u (id, digest) JOIN infrazen." + std::string(group_->table) +
              " d ON d.tenant_id = $1 AND d.id = u.id WHERE d.digest <> u.digest LIMIT 1",
          {tenant_id, Param::binary(ids_.bytes()), Param::binary(digests_.bytes())}};
}

void CostDimensionRows::refuse_others(const PgResult& others) const {
  if (others.rows() == 0) return;
  throw records::RunError(IZ_ERR_INTERNAL, "two different contents of " + std::string(group_->table) + " share the id " +
                                               std::string(others.text(0, 0)) + "; nothing was written: please report this");
}

void CostDimensionWriter::add(std::int64_t id, const Uuid& digest, std::span<const std::string_view> values) {
  rows_.add(id, digest, values);
  if (rows_.full()) finish();
}

void CostDimensionWriter::finish() {
  if (rows_.size() == 0) return;
  const auto tenant = tx_.lease().tenant_id;
  const auto insert = rows_.insert(tenant);
  if (tx_.exec(insert.sql, insert.params).affected() < static_cast<std::int64_t>(rows_.size())) {
    const auto others = rows_.select_others(tenant);
    rows_.refuse_others(tx_.exec(others.sql, others.params));
  }
  rows_.clear();
}

void CostDimensionsAhead::send(std::unique_ptr<CostDimensionRows> rows) {
  if (!session_.connected()) session_.exec("SET synchronous_commit = off");
  rows_ = std::move(rows);
  comparing_ = false;
  const auto insert = rows_->insert(tenant_id_);
  session_.send(insert.sql, insert.params);
}

bool CostDimensionsAhead::go_on(bool wait) {
  while (rows_ != nullptr && (wait || session_.answered())) {
    const auto result = session_.result();
    if (comparing_) rows_->refuse_others(result);
    if (comparing_ || result.affected() == static_cast<std::int64_t>(rows_->size())) {
      rows_.reset();
      continue;
    }
    comparing_ = true;
    const auto others = rows_->select_others(tenant_id_);
    session_.send(others.sql, others.params);
  }
  return rows_ == nullptr;
}

}  // namespace iz::store
