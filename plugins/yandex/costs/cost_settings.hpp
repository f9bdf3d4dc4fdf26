// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "yandex/rows/billing_day.hpp"
#include <infrazen/config.hpp>

namespace iz::yandex {

inline constexpr std::string_view kExportPath = "billing_path";

// Whether the amounts of the export contain value added tax, and how much: the provider does not say.
enum class Vat : std::uint8_t { included, excluded, none };

// What README.md says of each setting of money.
struct CostSettings {
  std::string bucket;
  std::string prefix;
  bool has_path = false;
  std::chrono::days recheck{40};  // for so long after its last change all that is known of a file is kept
  std::string locale;             // "" = whichever came first
  Vat vat = Vat::included;
  std::map<Day, std::string> vat_rates;  // from that day on
  bool russian_rates = true;             // the rates are the default's: of roubles only

  // "0.22"; nothing where no tax is known.
  [[nodiscard]] std::optional<std::string_view> tax_rate(Day day, std::string_view currency) const;
};

// Throws infrazen::Error (config) that names the setting.
[[nodiscard]] CostSettings read_cost_settings(const infrazen::Config& config);

}  // namespace iz::yandex
