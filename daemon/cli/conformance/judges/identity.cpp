// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/conformance/judges/identity.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "records/kinds.hpp"

namespace iz::cli::conformance {
namespace {

using Names = std::span<const std::string_view>;

// As the daemon stores them; empty = every field.
Names identifying(std::uint32_t kind) {
  static constexpr std::array<std::string_view, 3> kResource{"type", "external_id", "account_id"};
  static constexpr std::array<std::string_view, 2> kRetirement{"type", "external_id"};
  static constexpr std::array<std::string_view, 5> kRelation{"from_type", "from_id", "to_type", "to_id", "relation"};
  static constexpr std::array<std::string_view, 4> kComponent{"resource_type", "external_id", "component_type", "name"};
  static constexpr std::array<std::string_view, 7> kPrice{"region",     "sku_id",    "account_id", "price_kind",
                                                          "valid_from", "tier_from", "currency"};
  static constexpr std::array<std::string_view, 4> kRate{"base_currency", "quote_currency", "day", "source"};
  static constexpr std::array<std::string_view, 4> kBalance{"account_id", "balance_kind", "currency", "as_of"};
  static constexpr std::array<std::string_view, 3> kDocument{"account_id", "document_type", "document_id"};
  static constexpr std::array<std::string_view, 2> kAccount{"account_type", "account_id"};
  switch (kind) {
    case IZ_KIND_RESOURCE: return kResource;
    case IZ_KIND_RETIREMENT: return kRetirement;
    case IZ_KIND_RELATION: return kRelation;
    case IZ_KIND_COMPONENT: return kComponent;
    case IZ_KIND_PRICE: return kPrice;
    case IZ_KIND_RATE: return kRate;
    case IZ_KIND_BALANCE: return kBalance;
    case IZ_KIND_DOCUMENT: return kDocument;
    case IZ_KIND_ACCOUNT: return kAccount;
    default: return {};
  }
}

template <class Take>
Things collect(const Life& life, Take&& take) {
  Things found;
  for (const auto& row : life.rows) {
    if (take(row)) ++found[identity(row)];
  }
  return found;
}

}  // namespace

std::string content(const RecordedRow& row) {
  std::string text;
  for (std::size_t i = 0; i < row.columns->size(); ++i) {
    if (row.cells[i]) text += fmt::format(" {}={}", (*row.columns)[i].name, *row.cells[i]);
  }
  return text;
}

std::string identity(const RecordedRow& row) {
  const auto* kind = records::find_kind(row.kind);
  std::string text(kind != nullptr ? kind->name : "metric");
  if (row.kind == IZ_KIND_LOG) {
    if (const auto* id = row.find("event_id")) return text + " event_id=" + *id;
  }
  const Names names = identifying(row.kind);
  if (names.empty()) return text + content(row);
  for (const auto name : names) {
    if (const auto* value = row.find(name)) text += fmt::format(" {}={}", name, *value);
  }
  return text;
}

bool is_keyed(const RecordedRow& row) {
  return !identifying(row.kind).empty() || (row.kind == IZ_KIND_LOG && row.find("event_id") != nullptr);
}

Things things(const Life& life) {
  return collect(life, [](const RecordedRow&) { return true; });
}

Things things_behind_mark(const Life& life, std::size_t marks) {
  return collect(life, [&](const RecordedRow& row) { return row.marks_before >= marks; });
}

Things things_in_scope(const Life& life, std::uint32_t kind, const std::string& scope) {
  return collect(life, [&](const RecordedRow& row) { return row.kind == kind && row.scope == scope; });
}

std::optional<std::string> first_missing(const Things& wanted, const Things& found) {
  for (const auto& [thing, count] : wanted) {
    const auto there = found.find(thing);
    if (there == found.end()) return thing;
    if (thing.starts_with("charge") && there->second < count) return thing;
  }
  return std::nullopt;
}

}  // namespace iz::cli::conformance
