// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "yandex/estimates/shapes.hpp"
#include "yandex/rows/export_row.hpp"

namespace iz::yandex {

// Which SKU a kind of resource is billed by, per pricing unit. Learnt from bills, whose rows name resources that the
// inventory knows; what a bill never showed comes from setting 'sku_map'; what neither knows is not guessed.
class SkuChoice {
 public:
  struct Sku {
    std::string id, name, service;
  };

  // given: "compute.disk/network-ssd gbyte*hour" → SKU. learnt: what learnt() gave at an earlier run; a text that
  // cannot be read is none.
  SkuChoice(const std::vector<std::pair<std::string, std::string>>& given, std::string_view learnt);

  // The resources whose rows are learnt from; they outlive this.
  void know(const std::vector<Shape>& shapes);
  void learn(const ExportRow& row);
  // Of a kind and unit that several SKUs are billed by, the one of more than half of the rows.
  [[nodiscard]] std::optional<Sku> find(std::string_view kind, std::string_view unit) const;
  // At most 20 KiB, for the checkpoint.
  [[nodiscard]] std::string learnt() const;

 private:
  struct Seen {
    Sku sku;
    std::uint64_t rows = 0;
  };
  using Key = std::string;                                          // kind, blank, unit
  std::map<Key, std::map<std::string, Seen>, std::less<>> known_;   // of earlier runs
  std::map<Key, std::map<std::string, Seen>, std::less<>> learnt_;  // of this run; counts instead of what was known
  std::map<Key, std::string, std::less<>> given_;
  std::unordered_map<std::string_view, const Shape*> shapes_;
};

}  // namespace iz::yandex
