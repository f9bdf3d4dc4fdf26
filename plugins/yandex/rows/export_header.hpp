// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/issues.hpp"

// The columns of a billing export. They are known by name: their order, and which labels there are, differ from one day
// to the next (yandex.cloud/docs/billing/operations/get-folder-report).
namespace iz::yandex {

enum class Column : std::uint8_t {
  billing_account_id,
  billing_account_name,
  cloud_id,
  cloud_name,
  folder_id,
  folder_name,
  resource_id,
  service_id,
  service_name,
  sku_id,
  sku_name,
  date,
  currency,
  pricing_quantity,
  pricing_unit,
  cost,
  credit,
  monetary_grant_credit,
  volume_incentive_credit,
  cud_credit,
  misc_credit,
  reward,
  locale,
  updated_at,
  exported_at,
};
inline constexpr std::size_t kColumnCount = 25;

[[nodiscard]] std::string_view name_of(Column column);

// A column whose text is kept under a name of its own: a label, or something the export did not have when this was
// written.
struct NamedColumn {
  std::string name;
  std::size_t place = 0;
  bool operator==(const NamedColumn&) const = default;
};

struct ExportHeader {
  std::array<std::int32_t, kColumnCount> places{};  // -1: the export lacks it
  std::size_t columns = 0;
  std::vector<NamedColumn> labels;  // by name, whatever their order in the file: tags are compared as text
  std::vector<NamedColumn> extras;  // as x_ columns
  bool refused = false;             // a column is missing without which no charge can be taken

  bool operator==(const ExportHeader&) const = default;
  [[nodiscard]] std::optional<std::size_t> place(Column column) const {
    const std::int32_t at = places[static_cast<std::size_t>(column)];
    return at < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(at));
  }
};

[[nodiscard]] ExportHeader read_export_header(std::span<const std::string_view> names, support::Issues& issues);

}  // namespace iz::yandex
