// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <string>

#include "selectel/money/bill/services.hpp"
#include "selectel/settings.hpp"
#include "support/json.hpp"
#include <infrazen/records.hpp>

namespace iz::selectel {

// One row of consumption as FOCUS charges.
//
// BilledCost is what leaves the account's money. What is paid from a bonus balance is consumed all the same, so its row
// stays a Usage with its price, and a second row, a Credit of the same amount, takes it off: sums of Usage are what was
// consumed, sums of everything are what was paid.
class ChargeOfHour {
 public:
  // hour: its begin. day: of the bill. Throws infrazen::Error for an amount that is no number.
  ChargeOfHour(const Settings& settings, const support::JsonValue& row, std::chrono::sys_days day,
               infrazen::Micros hour);

  [[nodiscard]] const Service& service() const { return service_; }
  [[nodiscard]] const infrazen::Decimal& cost() const { return cost_; }  // roubles
  [[nodiscard]] infrazen::Charge usage() const;
  [[nodiscard]] infrazen::Charge credit() const;

 private:
  // What both rows have: accounts, periods, resource, service, region.
  [[nodiscard]] infrazen::Charge common() const;
  void quantities(infrazen::Charge& charge) const;

  const Settings& settings_;
  support::JsonValue row_;
  std::chrono::sys_days day_;
  infrazen::Micros hour_;
  Service service_;
  infrazen::Decimal cost_;
};

// "ru-3b" is a zone of region "ru-3"; "ru-3" is a region. Both may be "".
struct RegionAndZone {
  std::string region;
  std::string zone;
};
[[nodiscard]] RegionAndZone region_and_zone(std::string_view text);

}  // namespace iz::selectel
