// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_dimensions.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <infrazen/abi/base.h>

#include "ingest/rows/json_check.hpp"
#include "records/run_sink.hpp"

namespace iz::ingest {

ChargeDimensions::Known* ChargeDimensions::probe(Table& table, std::uint64_t low) {
  if (table.slots.empty()) return nullptr;
  const auto mask = table.slots.size() - 1;
  for (auto i = low & mask;; i = (i + 1) & mask) {
    auto& slot = table.slots[i];
    if (!slot.used || slot.low == low) return &slot;
  }
}

void ChargeDimensions::grow(Table& table) {
  std::vector<Known> old(std::max<std::size_t>(64, table.slots.size() * 2));
  old.swap(table.slots);
  for (const auto& known : old) {
    if (known.used) *probe(table, known.low) = known;
  }
}

ChargeDimensions::Known* ChargeDimensions::find(std::size_t group, Digest digest) {
  auto* slot = probe(tables_[group], digest.low);
  return slot != nullptr && slot->used && slot->high == digest.high ? slot : nullptr;
}

bool ChargeDimensions::hardly_repeats(std::size_t group) const {
  const auto& table = tables_[group];
  if (store::cost_groups()[group].needed) return false;
  return table.count >= kMostKnown || (rows_[group] >= kJudged && table.count * 2 > rows_[group]);
}

ChargeDimensions::Known& ChargeDimensions::add(std::size_t group, Digest digest, std::string_view content, bool odd) {
  auto& table = tables_[group];
  if ((table.count + 1) * 10 >= table.slots.size() * 7) grow(table);
  auto* slot = probe(table, digest.low);
  if (slot->used && slot->high != digest.high) {
    // Two contents of this run with one id: the writer's check would only see one of them.
    throw records::RunError(IZ_ERR_INTERNAL, "two different contents of " + std::string(store::cost_groups()[group].table) +
                                                 " share the id " + std::to_string(static_cast<std::int64_t>(digest.low)) +
                                                 "; nothing was written: please report this");
  }
  *slot = {digest.low, digest.high, spool_.append(content), static_cast<std::uint32_t>(content.size()), true, false, false, odd};
  ++table.count;
  return *slot;
}

void ChargeDimensions::need(std::size_t group, std::int64_t id) {
  auto* slot = probe(tables_[group], static_cast<std::uint64_t>(id));
  if (slot != nullptr && slot->used) need(group, *slot);
}

void ChargeDimensions::forget_judgements() {
  for (auto& table : tables_) {
    for (auto& known : table.slots) known.judge = 0;
  }
}

template <typename Add>
void ChargeDimensions::for_each_content(std::size_t group, const std::vector<const Known*>& contents, Add add) const {
  std::string content;
  std::vector<std::string_view> values;
  std::vector<std::string> storage;
  for (const auto* known : contents) {
    spool_.read(known->offset, known->size, content);
    column_values(group, content, values, storage);
    store::Uuid digest;
    const std::uint64_t halves[2] = {__builtin_bswap64(known->high), __builtin_bswap64(known->low)};
    std::memcpy(digest.bytes.data(), halves, 16);
    add(static_cast<std::int64_t>(known->low), digest, values);
  }
}

void ChargeDimensions::write_ahead(const std::string& conninfo, std::int32_t tenant_id) {
  if (ahead_failed_) return;
  try {
    go_on_ahead(false);
    if (ahead_ && ahead_->under_way()) return;
    const auto most = std::ranges::max_element(waiting_, {}, &std::vector<std::uint64_t>::size);
    if (most->size() < kAhead) return;
    if (!ahead_) ahead_ = std::make_unique<store::CostDimensionsAhead>(conninfo, tenant_id);
    send_ahead(static_cast<std::size_t>(most - waiting_.begin()));
  } catch (const records::RunError&) {
    // The mark writes it, or says what is wrong.
    ahead_failed_ = true;
    ahead_.reset();
  }
}

void ChargeDimensions::send_ahead(std::size_t group) {
  auto& waiting = waiting_[group];
  const auto count = std::min(waiting.size(), kMostAhead);
  ahead_ids_.assign(waiting.end() - static_cast<std::ptrdiff_t>(count), waiting.end());
  waiting.resize(waiting.size() - count);
  ahead_group_ = group;
  // In the order of ids, as in write_group().
  std::ranges::sort(ahead_ids_, {}, [](std::uint64_t id) { return static_cast<std::int64_t>(id); });
  std::vector<const Known*> contents;
  for (const auto id : ahead_ids_) contents.push_back(probe(tables_[group], id));
  auto rows = std::make_unique<store::CostDimensionRows>(store::cost_groups()[group]);
  for_each_content(group, contents, [&](std::int64_t id, const store::Uuid& digest, std::span<const std::string_view> values) {
    rows->add(id, digest, values);
  });
  ahead_->send(std::move(rows));
}

void ChargeDimensions::go_on_ahead(bool wait) {
  if (!ahead_ || !ahead_->under_way() || !ahead_->go_on(wait)) return;
  for (const auto id : ahead_ids_) probe(tables_[ahead_group_], id)->stored = true;
}

void ChargeDimensions::write(store::MarkTransaction& tx) {
  try {
    go_on_ahead(true);
  } catch (const records::RunError&) {
    ahead_failed_ = true;  // written below
  }
  ahead_.reset();
  for (std::size_t group = 0; group < tables_.size(); ++group) {
    waiting_[group].clear();
    write_group(tx, group);
  }
}

void ChargeDimensions::write_group(store::MarkTransaction& tx, std::size_t group) {
  std::vector<const Known*> wanted;
  for (const auto& known : tables_[group].slots) {
    if (known.used && known.needed && !known.stored) wanted.push_back(&known);
  }
  if (wanted.empty()) return;
  // In the order of ids: neighbours in the index, and two runs that write the same contents do not block each other crosswise.
  std::ranges::sort(wanted, {}, [](const Known* known) { return static_cast<std::int64_t>(known->low); });
  store::CostDimensionWriter writer(tx, store::cost_groups()[group]);
  for_each_content(group, wanted, [&](std::int64_t id, const store::Uuid& digest, std::span<const std::string_view> values) {
    writer.add(id, digest, values);
  });
  writer.finish();
}

void ChargeDimensions::committed() {
  for (auto& table : tables_) {
    for (auto& known : table.slots) {
      if (known.needed) known.stored = true;
    }
  }
}

void ContentBuffer::grow(std::size_t more) {
  const auto capacity = std::max<std::size_t>(4096, (size_ + more) * 2);
  auto bytes = std::make_unique<char[]>(capacity);
  if (size_ != 0) std::memcpy(bytes.get(), bytes_.get(), size_);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

namespace {

// The x_ columns of a content: slot 0 carries names, slot 1 values, in turn.
std::string extras_json(std::string_view content) {
  std::string json = "{";
  for_each_cell(content, [&](std::uint8_t slot, std::string_view text) {
    if (slot == 0 && json.size() > 1) json.push_back(',');
    append_json_string(json, text);
    if (slot == 0) json.push_back(':');
  });
  json.push_back('}');
  return json;
}

std::string json_of(std::string_view text) {
  const auto shape = check_json(text);
  if (shape == JsonShape::object || shape == JsonShape::array) return std::string(text);
  std::string string;
  append_json_string(string, text);
  return string;
}

}  // namespace

void column_values(std::size_t group, std::string_view content, std::vector<std::string_view>& values,
                   std::vector<std::string>& storage) {
  const auto& columns = store::cost_groups()[group].columns;
  values.assign(columns.size(), {});
  storage.clear();
  storage.reserve(columns.size());
  if (group == store::kExtrasGroup) {
    values[0] = storage.emplace_back(extras_json(content));
    return;
  }
  for_each_cell(content, [&](std::uint8_t slot, std::string_view text) {
    values[slot] = columns[slot].type == store::CostType::jsonb ? std::string_view(storage.emplace_back(json_of(text))) : text;
  });
}

void append_inline(std::string& json, std::size_t group, std::string_view content) {
  const auto& described = store::cost_groups()[group];
  std::vector<std::string_view> values;
  std::vector<std::string> storage;
  column_values(group, content, values, storage);
  append_json_string(json, described.name);
  json += ":{";
  bool first = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].data() == nullptr) continue;
    if (!first) json.push_back(',');
    first = false;
    append_json_string(json, described.columns[i].name);
    json.push_back(':');
    if (described.columns[i].type == store::CostType::jsonb) {
      json += values[i];
    } else {
      append_json_string(json, values[i]);
    }
  }
  json.push_back('}');
}

}  // namespace iz::ingest
