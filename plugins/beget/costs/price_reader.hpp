// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "beget/api/cloud_api.hpp"
#include "beget/api/hosting_api.hpp"
#include "beget/costs/accrual.hpp"
#include "beget/settings.hpp"
#include <infrazen/failures.hpp>

namespace iz::beget {

// What costs money now, by listing, with what could not be read in `failures`.
struct PriceReads {
  SourceReads sources;
  std::vector<std::string> unpriced;  // sentences about what costs money and has no price
  std::optional<infrazen::Decimal> balance;
};

[[nodiscard]] PriceReads read_prices(const Settings& settings, CloudApi* cloud, HostingApi* hosting,
                                     infrazen::Failures& failures);

// The renewal price a year of a domain's zone, the longest that fits; nullopt: none is known. zones: the result of
// domain/getZoneList.
[[nodiscard]] std::optional<infrazen::Decimal> renewal_price(support::JsonValue zones, std::string_view fqdn);

}  // namespace iz::beget
