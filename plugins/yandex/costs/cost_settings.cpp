// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/costs/cost_settings.hpp"

#include <infrazen/decimal.hpp>

namespace iz::yandex {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;

Vat read_vat(std::string_view text) {
  if (text == "included") return Vat::included;
  if (text == "excluded") return Vat::excluded;
  return Vat::none;
}

void read_rates(const infrazen::Config& config, CostSettings& settings) {
  for (const auto& [from, rate] :
       config.has("vat_rates") ? config.map("vat_rates") : std::vector<std::pair<std::string, std::string>>()) {
    const auto day = parse_day(from);
    const auto value = infrazen::Decimal::parse(rate);
    if (!day || !value || value->sign() < 0 || *value >= infrazen::Decimal(1)) {
      throw Error(ErrorClass::config, "setting 'vat_rates' has \"" + from + "\": " + rate +
                                          "; write the day from which a rate holds and the rate as a fraction, "
                                          "\"2026-01-01\": \"0.22\"");
    }
    settings.vat_rates[*day] = value->to_string();
    settings.russian_rates = false;
  }
  if (!settings.russian_rates) return;
  using namespace std::chrono_literals;
  settings.vat_rates[Day(2019y / 1 / 1)] = "0.2";
  settings.vat_rates[Day(2026y / 1 / 1)] = "0.22";
}

}  // namespace

std::optional<std::string_view> CostSettings::tax_rate(Day day, std::string_view currency) const {
  if (vat == Vat::none || (russian_rates && currency != "RUB")) return std::nullopt;
  auto after = vat_rates.upper_bound(day);
  if (after == vat_rates.begin()) return std::nullopt;
  return (--after)->second;
}

CostSettings read_cost_settings(const infrazen::Config& config) {
  CostSettings settings;
  settings.bucket = config.text_or("billing_bucket", "");
  settings.prefix = config.text_or("billing_prefix", "");
  settings.has_path = !config.text_or(kExportPath, "").empty();
  settings.recheck = std::chrono::floor<std::chrono::days>(
      config.duration_or("billing_recheck", std::chrono::duration_cast<std::chrono::milliseconds>(settings.recheck)));
  settings.locale = config.text_or("billing_locale", "");
  if (settings.locale == "any") settings.locale.clear();
  settings.vat = read_vat(config.text_or("vat", "included"));
  read_rates(config, settings);
  if (settings.has_path && !settings.bucket.empty()) {
    throw Error(ErrorClass::config,
                "settings 'billing_bucket' and 'billing_path' are both given: the same export "
                "must not be read from two places");
  }
  return settings;
}

}  // namespace iz::yandex
