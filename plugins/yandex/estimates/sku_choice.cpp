// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/estimates/sku_choice.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace iz::yandex {
namespace {

constexpr std::size_t kMostBytes = std::size_t{20} << 10;
constexpr std::string_view kHead = "skus1\n";

std::string key_of(std::string_view kind, std::string_view unit) {
  return std::string(kind) + ' ' + std::string(unit);
}

}  // namespace

SkuChoice::SkuChoice(const std::vector<std::pair<std::string, std::string>>& given, std::string_view learnt)
    : given_(given.begin(), given.end()) {
  if (!learnt.starts_with(kHead)) return;
  learnt.remove_prefix(kHead.size());
  while (!learnt.empty()) {
    std::string_view line = learnt.substr(0, learnt.find('\n'));
    learnt.remove_prefix(std::min(line.size() + 1, learnt.size()));
    std::array<std::string_view, 5> parts;  // key, SKU, its name, its service, rows
    for (std::string_view& part : parts) {
      part = line.substr(0, line.find('\t'));
      line.remove_prefix(std::min(part.size() + 1, line.size()));
    }
    Seen seen{{std::string(parts[1]), std::string(parts[2]), std::string(parts[3])}, 0};
    std::from_chars(parts[4].data(), parts[4].data() + parts[4].size(), seen.rows);
    if (seen.rows != 0) known_[std::string(parts[0])][seen.sku.id] = std::move(seen);
  }
}

void SkuChoice::know(const std::vector<Shape>& shapes) {
  for (const Shape& shape : shapes) shapes_.emplace(shape.id, &shape);
}

void SkuChoice::learn(const ExportRow& row) {
  const auto found = shapes_.find(row.text(Column::resource_id));
  if (found == shapes_.end() || row.cost.sign() <= 0) return;
  const Shape& shape = *found->second;
  const std::string_view unit = row.text(Column::pricing_unit);
  if (std::ranges::find(shape.measures, unit, &Measure::unit) == shape.measures.end()) return;
  Seen& seen = learnt_[key_of(shape.kind, unit)][std::string(row.text(Column::sku_id))];
  if (seen.rows++ == 0) {
    seen.sku = {std::string(row.text(Column::sku_id)), std::string(row.text(Column::sku_name)),
                std::string(row.text(Column::service_name))};
  }
}

std::optional<SkuChoice::Sku> SkuChoice::find(std::string_view kind, std::string_view unit) const {
  const std::string key = key_of(kind, unit);
  for (const auto* source : {&learnt_, &known_}) {
    const auto found = source->find(key);
    if (found == source->end()) continue;
    std::uint64_t rows = 0;
    const Seen* most = nullptr;
    for (const auto& [id, seen] : found->second) {
      rows += seen.rows;
      if (most == nullptr || seen.rows > most->rows) most = &seen;
    }
    if (2 * most->rows > rows) return most->sku;
  }
  const auto given = given_.find(key);
  return given == given_.end() ? std::nullopt : std::optional(Sku{given->second, {}, {}});
}

std::string SkuChoice::learnt() const {
  auto all = known_;
  for (const auto& [key, skus] : learnt_) all[key] = skus;
  std::string out(kHead);
  for (const auto& [key, skus] : all) {
    std::string lines;
    for (const auto& [id, seen] : skus) {
      std::string name = seen.sku.name;
      std::ranges::replace_if(
          name, [](char c) { return c == '\t' || c == '\n'; }, ' ');
      lines += key + '\t' + id + '\t' + name + '\t' + seen.sku.service + '\t' + std::to_string(seen.rows) + '\n';
    }
    if (out.size() + lines.size() <= kMostBytes) out += lines;
  }
  return out;
}

}  // namespace iz::yandex
