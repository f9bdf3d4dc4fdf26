// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_rows.hpp"

#include <algorithm>
#include <cstring>

#define XXH_INLINE_ALL  // the hash of a row and of its groups is most of what this file does
#include <xxhash.h>

#include "ingest/rows/validate.hpp"
#include "store/encoding/copy_binary.hpp"
#include "store/encoding/numeric.hpp"
#include <infrazen/abi/records.h>

namespace iz::ingest {

namespace {

using records::BatchView;
using records::Cell;

template <typename T>
void put(char*& p, T value) {
  if constexpr (sizeof(T) == 2) value = static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
  if constexpr (sizeof(T) == 4) value = static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
  if constexpr (sizeof(T) == 8) value = static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
  std::memcpy(p, &value, sizeof(T));
  p += sizeof(T);
}

void put_i64(char*& p, std::int64_t value) {
  put(p, std::uint32_t{8});
  put(p, value);
}
void put_i32(char*& p, std::int32_t value) {
  put(p, std::uint32_t{4});
  put(p, value);
}
void put_null(char*& p) {
  put(p, std::uint32_t{0xFFFFFFFF});
}

std::int32_t pg_day(std::chrono::sys_days day) {
  return static_cast<std::int32_t>(day.time_since_epoch().count()) - store::kPgEpochDays;
}

template <typename T>
void remember(char*& hashed, const T& value) {
  std::memcpy(hashed, &value, sizeof(T));
  hashed += sizeof(T);
}

// Fixed part, the amounts at their longest (length, header, digits), the length of inline.
constexpr std::size_t kMostEncoded =
    2 + (3 + store::kCostGroups) * 12 + 4 * 8 + 20 + store::kCostAmounts * (12 + 2 * store::Numeric::kMostDigits) + 4;
constexpr std::size_t kMostHashed =
    16 * (store::kCostGroups + 2) + store::kCostAmounts * (8 + 2 * store::Numeric::kMostDigits);

Digest digest_of(std::string_view bytes) {
  const auto hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

// Of 20 to 27 bytes, as instants have.
bool same(const char* a, const char* b, std::size_t size) {
  std::uint64_t x[4];
  std::uint64_t y[4];
  std::memcpy(x, a, 16);
  std::memcpy(y, b, 16);
  std::memcpy(x + 2, a + size - 8, 8);
  std::memcpy(y + 2, b + size - 8, 8);
  std::memcpy(x + 3, a + 12, 8);
  std::memcpy(y + 3, b + 12, 8);
  return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
}

Cell cell_at(const BatchView& batch, std::size_t row, int column) {
  return column < 0 ? Cell() : batch.cell(row, static_cast<std::size_t>(column));
}

}  // namespace

bool ChargeRows::instant(const BatchView& batch, std::size_t row, int column, std::string_view name,
                         InstantMemory& memory, std::int64_t& value) {
  const auto cell = cell_at(batch, row, column);
  if (cell.size() == memory.size && memory.size != 0 && same(cell.data(), memory.text, cell.size())) {
    value = memory.value;
    return true;
  }
  if (cell.empty()) {
    context_.reject(batch, row, name, cell, "missing", message_of("missing"));
    return false;
  }
  const auto parsed = parse_instant(cell);
  if (!parsed) {
    context_.reject(batch, row, name, cell, "instant_format", message_of("instant_format"));
    return false;
  }
  std::memcpy(memory.text, cell.data(), cell.size());  // an instant has at most 27 characters
  memory.size = cell.size();
  memory.value = value = *parsed;
  return true;
}

// Whether a content that was not seen before can be stored: only then its texts are looked at, once per content.
bool ChargeRows::check_content(const ChargePlan& plan, const BatchView& batch, std::size_t row, std::size_t g,
                               bool& odd) {
  for (const auto& cell : plan.groups[g]) {
    const auto text = cell_at(batch, row, cell.column);
    if (records::is_null(text)) continue;
    const char* fault = text_fault(text, cell.field->max_bytes);
    if (fault == nullptr && cell.field->type == records::FieldType::decimal) fault = decimal_fault(text);
    if (fault != nullptr) {
      context_.reject(batch, row, cell.field->name, text, fault, message_of(fault));
      return false;
    }
    if (cell.field->type == records::FieldType::json_object && json_fault(text, true, cell.field->max_bytes) != nullptr)
      odd = true;
  }
  if (g != store::kExtrasGroup) return true;
  for (const auto& extra : plan.extras) {
    const auto text = cell_at(batch, row, extra.column);
    if (records::is_null(text)) continue;
    if (const char* fault = text_fault(text, IZ_CELL_MAX)) {
      context_.reject(batch, row, extra.name, text, fault, message_of(fault));
      return false;
    }
  }
  return true;
}

void ChargeRows::warn_odd(const ChargePlan& plan, const BatchView& batch, std::size_t row, std::size_t g) {
  for (const auto& cell : plan.groups[g]) {
    if (cell.field->type != records::FieldType::json_object) continue;
    const auto text = cell_at(batch, row, cell.column);
    if (records::is_null(text)) continue;
    if (const char* fault = json_fault(text, true, cell.field->max_bytes)) {
      context_.warn(batch, row, cell.field->name, text, fault, message_of(fault));
    }
  }
}

void ChargeRows::gather(const ChargePlan& plan, const BatchView& batch, std::size_t row, std::size_t g,
                        GroupResult& result) {
  result.offset = content_.size();
  for (const auto& cell : plan.groups[g]) {
    const auto text = cell_at(batch, row, cell.column);
    if (!records::is_null(text)) content_.add(cell.slot, text);
  }
  if (g == store::kExtrasGroup) {
    for (const auto& extra : plan.extras) {
      const auto text = cell_at(batch, row, extra.column);
      if (records::is_null(text)) continue;
      content_.add(0, extra.name);
      content_.add(1, text);
    }
  }
  result.size = content_.size() - result.offset;
  result.present = result.size != 0 || store::cost_groups()[g].needed;
  if (!result.present) return;
  result.digest = digest_of(content_.view(result.offset, result.size));
  dimensions_.prefetch(g, result.digest);
}

bool ChargeRows::resolve(const ChargePlan& plan, const BatchView& batch, std::size_t row, std::size_t g,
                         bool insert_only, const GroupResult& result, ChargeContent& to) {
  if (!result.present) return true;
  dimensions_.count_row(g);
  auto* known = dimensions_.find(g, result.digest);
  bool odd = known != nullptr && known->odd;
  if (known == nullptr) {
    if (!check_content(plan, batch, row, g, odd)) return false;
    const auto content = content_.view(result.offset, result.size);
    if (dimensions_.hardly_repeats(g)) {
      to.stored_inline = true;
      inline_.push_back(inline_.empty() ? '{' : ',');
      append_inline(inline_, g, content);
    } else {
      known = &dimensions_.add(g, result.digest, content, odd);
    }
  }
  if (insert_only && known != nullptr) dimensions_.need(g, *known);
  if (odd) warn_odd(plan, batch, row, g);
  to.known = known;
  return true;
}

void ChargeRows::look_ahead(const ChargePlan& plan, const BatchView& batch, std::size_t row, std::size_t rows) {
  if (!texts_.worth_it()) return;
  for (std::size_t i = row; i < row + rows; ++i) keys_[i % kAhead] = texts_.key(plan, batch, i);
}

void ChargeRows::need(KnownTexts& known) {
  known.needed = true;
  for (std::size_t g = 0; g < known.digests.size(); ++g) {
    if ((known.present >> g & 1) != 0) dimensions_.need(g, static_cast<std::int64_t>(known.digests[g].low));
  }
}

bool ChargeRows::texts(const ChargePlan& plan, const BatchView& batch, std::size_t row, bool insert_only,
                       EncodedCharge& charge, RowTexts& texts) {
  inline_.clear();
  if (!texts_.worth_it()) return new_texts(plan, batch, row, insert_only, charge, texts);
  auto* const known = texts_.find(keys_[row % kAhead]);
  if (known == nullptr) {
    if (!new_texts(plan, batch, row, insert_only, charge, texts)) return false;
    const bool odd = std::ranges::any_of(charge.contents, [](const ChargeContent& content) {
      return content.stored_inline || (content.known != nullptr && content.known->odd);
    });
    if (odd) return true;  // each of these rows is looked at itself
    charge.texts = &texts_.add(keys_[row % kAhead]);
    charge.texts->digests = texts.digests;
    charge.texts->present = texts.by_id;
    charge.texts->needed = insert_only;
    return true;
  }
  dimensions_.count_row_of(known->present);
  if (insert_only && !known->needed) need(*known);
  texts.digests = known->digests;
  texts.by_id = known->present;
  charge.texts = known;
  return true;
}

bool ChargeRows::new_texts(const ChargePlan& plan, const BatchView& batch, std::size_t row, bool insert_only,
                           EncodedCharge& charge, RowTexts& texts) {
  content_.clear();
  std::array<GroupResult, store::kCostGroups> groups;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    gather(plan, batch, row, g, groups[g]);
    texts.digests[g] = groups[g].digest;
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    auto& content = charge.contents[g];
    if (!resolve(plan, batch, row, g, insert_only, groups[g], content)) return false;
    if (content.known != nullptr) texts.by_id = static_cast<std::uint8_t>(texts.by_id | 1U << g);
  }
  return true;
}

bool ChargeRows::amounts(const ChargePlan& plan, const BatchView& batch, std::size_t row, char*& out, char*& hashed) {
  store::Numeric number;
  bool good = true;  // every unreadable amount of the row is named, not only the first
  for (std::size_t i = 0; i < plan.amounts.size(); ++i) {
    const auto cell = cell_at(batch, row, plan.amounts[i]);
    if (records::is_null(cell) || (i == 0 && cell.empty())) {
      if (i == 0) {
        context_.reject(batch, row, "BilledCost", cell, "missing", message_of("missing"));
        return false;
      }
      put_null(out);
      remember(hashed, std::uint64_t{0xFFFF});
      continue;
    }
    if (!store::parse_numeric(cell, number)) {
      const auto* field = records::find_kind(IZ_KIND_CHARGE)->find(store::cost_amounts()[i].field);
      if (good) {
        context_.reject(batch, row, field->name, cell, "decimal_format", message_of("decimal_format"));
      } else {
        context_.warn(batch, row, field->name, cell, "decimal_format", message_of("decimal_format"));
      }
      good = false;
      continue;
    }
    const auto digits = static_cast<std::size_t>(number.count);
    put(out, static_cast<std::uint32_t>(8 + 2 * digits));
    put(out, number.count);
    put(out, number.weight);
    put(out, number.sign);
    put(out, number.scale);
    // By value: 1.50 and 1.5 are the same amount.
    const std::uint16_t head[4] = {static_cast<std::uint16_t>(number.count), static_cast<std::uint16_t>(number.weight),
                                   number.sign, 0};
    remember(hashed, head);
    std::memcpy(hashed, number.digits, 2 * digits);
    hashed += 2 * digits;
    for (std::size_t d = 0; d < digits; ++d) put(out, number.digits[d]);
  }
  return good;
}

std::optional<EncodedCharge> ChargeRows::encode(const ChargePlan& plan, const BatchView& batch, std::size_t row,
                                                std::int32_t part_id, bool insert_only, std::string& out) {
  std::int64_t bill_start = 0;
  std::int64_t bill_end = 0;
  std::int64_t start = 0;
  std::int64_t end = 0;
  if (!instant(batch, row, plan.billing_period_start, "BillingPeriodStart", memory_[0], bill_start) ||
      !instant(batch, row, plan.billing_period_end, "BillingPeriodEnd", memory_[1], bill_end) ||
      !instant(batch, row, plan.charge_period_start, "ChargePeriodStart", memory_[2], start) ||
      !instant(batch, row, plan.charge_period_end, "ChargePeriodEnd", memory_[3], end)) {
    return std::nullopt;
  }
  const auto account = cell_at(batch, row, plan.billing_account_id);
  const auto currency = cell_at(batch, row, plan.billing_currency);
  if (account.empty() || currency.empty()) {
    context_.reject(batch, row, account.empty() ? "BillingAccountId" : "BillingCurrency",
                    account.empty() ? account : currency, "missing", message_of("missing"));
    return std::nullopt;
  }

  char encoded[kMostEncoded];
  char hash_input[kMostHashed];
  char* p = encoded;
  char* hashed = hash_input;

  // Amounts last in the row, but first in failing: no dimension is kept for a row that stays out.
  char amount_bytes[store::kCostAmounts * (12 + 2 * store::Numeric::kMostDigits)];
  char* amount_end = amount_bytes;
  if (!amounts(plan, batch, row, amount_end, hashed)) return std::nullopt;

  EncodedCharge charge;
  RowTexts texts;
  if (!this->texts(plan, batch, row, insert_only, charge, texts)) return std::nullopt;
  remember(hashed, texts.digests);
  auto& bill = bills_.bill(account, bill_start, bill_end);
  remember(hashed, bill.digest);
  remember(hashed, start);
  remember(hashed, end);

  charge.bill = &bill;
  charge.charge_day = days_.charge_day(start);
  charge.row_hash = digest_of({hash_input, static_cast<std::size_t>(hashed - hash_input)});

  put(p, store::kCostFactColumns);
  put_i64(p, start - store::kPgEpochUs);
  put_i64(p, end - store::kPgEpochUs);
  put_i64(p, bill.bill_id);
  for (std::size_t g = 0; g < texts.digests.size(); ++g) {
    if ((texts.by_id >> g & 1) != 0) {
      put_i64(p, static_cast<std::int64_t>(texts.digests[g].low));
    } else {
      put_null(p);
    }
  }
  put_i32(p, context_.tenant_id());
  put_i32(p, part_id);
  put_i32(p, pg_day(bill.billing_month));
  put_i32(p, pg_day(charge.charge_day));
  put(p, std::uint32_t{16});
  put(p, charge.row_hash.high);
  put(p, charge.row_hash.low);
  const auto amount_size = static_cast<std::size_t>(amount_end - amount_bytes);
  std::memcpy(p, amount_bytes, amount_size);
  p += amount_size;
  if (inline_.empty()) {
    put_null(p);
    out.append(encoded, static_cast<std::size_t>(p - encoded));
  } else {
    inline_.push_back('}');
    put(p, static_cast<std::uint32_t>(inline_.size() + 1));
    out.append(encoded, static_cast<std::size_t>(p - encoded));
    out.push_back('\1');  // jsonb's version
    out.append(inline_);
  }
  return charge;
}

}  // namespace iz::ingest
