// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/prices/sku.hpp"

#include <algorithm>
#include <tuple>

namespace iz::yandex {
namespace {

bool read_version(support::JsonValue json, PriceVersion& version) {
  version.contract = json["type"].text() == "CONTRACT_PRICE";
  const auto since = infrazen::parse_instant(json["effectiveTime"].text());
  if (!since) return false;
  version.since = *since;
  for (const support::JsonValue expression : json["pricingExpressions"]) {
    for (const support::JsonValue rate : expression["rates"]) {
      // proto3 leaves out what is 0.
      const auto from = rate["startPricingQuantity"].exists() ? rate["startPricingQuantity"].decimal()
                                                              : std::optional(infrazen::Decimal());
      const auto price = rate["unitPrice"].exists() ? rate["unitPrice"].decimal() : std::optional(infrazen::Decimal());
      if (!from || !price) return false;
      version.tiers.push_back({*from, *price});
      version.currency = rate["currency"].text();
    }
  }
  std::ranges::sort(version.tiers, {}, &Tier::from);
  const auto same = std::ranges::adjacent_find(version.tiers, {}, &Tier::from);
  return !version.tiers.empty() && same == version.tiers.end();
}

}  // namespace

std::optional<infrazen::Micros> Sku::end_of(const PriceVersion& version) const {
  for (const PriceVersion& other : versions) {
    if (other.contract == version.contract && other.since > version.since) return other.since;
  }
  return std::nullopt;
}

const PriceVersion* Sku::at(infrazen::Micros time) const {
  const PriceVersion* found = nullptr;
  for (const PriceVersion& version : versions) {
    if (version.since > time) continue;
    if (found == nullptr || std::tuple(version.contract, version.since) > std::tuple(found->contract, found->since))
      found = &version;
  }
  return found;
}

Sku read_sku(support::JsonValue json, std::vector<std::string>& faults) {
  Sku sku{.id = std::string(json["id"].text()),
          .name = std::string(json["name"].text()),
          .service_id = std::string(json["serviceId"].text()),
          .unit = std::string(json["pricingUnit"].text()),
          .versions = {}};
  for (const support::JsonValue element : json["pricingVersions"]) {
    PriceVersion version;
    if (read_version(element, version)) {
      sku.versions.push_back(std::move(version));
    } else {
      faults.push_back(element.dump());
    }
  }
  const auto order = [](const PriceVersion& version) { return std::tuple(version.contract, version.since); };
  std::ranges::stable_sort(sku.versions, {}, order);
  // Of two that begin at once the later in the answer counts for nothing: there is no telling them apart.
  for (std::size_t i = 1; i < sku.versions.size();) {
    if (order(sku.versions[i]) != order(sku.versions[i - 1])) {
      ++i;
      continue;
    }
    faults.push_back("a second price from " + infrazen::to_text(sku.versions[i].since));
    sku.versions.erase(sku.versions.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return sku;
}

}  // namespace iz::yandex
