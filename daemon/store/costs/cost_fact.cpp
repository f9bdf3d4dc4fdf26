// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/costs/cost_fact.hpp"

#include <cstring>

#include <xxhash.h>

namespace iz::store {

namespace {

class Fields {
 public:
  explicit Fields(std::string_view row) : p_(row.data() + 2) {}
  // A null view for NULL.
  std::string_view next() {
    std::uint32_t size;
    std::memcpy(&size, p_, 4);
    size = __builtin_bswap32(size);
    p_ += 4;
    if (size == 0xFFFFFFFFU) return {};
    const std::string_view field(p_, size);
    p_ += size;
    return field;
  }
  std::optional<std::int64_t> i64() {
    const auto field = next();
    if (field.data() == nullptr) return std::nullopt;
    std::uint64_t value;
    std::memcpy(&value, field.data(), 8);
    return static_cast<std::int64_t>(__builtin_bswap64(value));
  }

 private:
  const char* p_;
};

}  // namespace

CostFact CostFact::of(std::string_view encoded) {
  Fields fields(encoded);
  CostFact fact;
  fact.period_start = fields.i64().value_or(0);
  fact.period_end = fields.i64().value_or(0);
  fields.next();  // bill_id
  for (auto& id : fact.group_ids) id = fields.i64();
  for (int i = 0; i < 4; ++i) fields.next();  // tenant_id, part_id, billing_month, charge_day
  std::memcpy(fact.row_hash.bytes.data(), fields.next().data(), 16);
  fact.billed_cost = fields.next();
  fact.effective_cost = fields.next();
  return fact;
}

std::uint64_t ChargeIdentity::hash() const { return XXH3_64bits(this, sizeof(*this)); }

ChargeIdentity identity_of(const CostFact& fact) {
  return {fact.period_start, fact.period_end, fact.group_ids[kServiceGroup].value_or(0),
          fact.group_ids[kResourceGroup].value_or(0), fact.group_ids[kDescriptionGroup].value_or(0)};
}

}  // namespace iz::store
