// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "yandex/rows/billing_day.hpp"
#include <infrazen/decimal.hpp>

// The provider's own sums, over gRPC (yandex.cloud.billing.usage_records.v1): one call a minute and address.
namespace iz::yandex {

class Client;

struct ReportedService {
  std::string name;
  std::map<Day, infrazen::Decimal> expense;  // cost + credit, by day
};
using ServiceReport = std::map<std::string, ReportedService, std::less<>>;  // by service

// The request for the days [first, last], and what its answer says.
[[nodiscard]] std::string service_report_request(std::string_view account, Day first, Day last);
[[nodiscard]] ServiceReport read_service_report(std::string_view message);

// Throws infrazen::Error that says which permission is missing.
[[nodiscard]] ServiceReport get_service_report(const Client& client, std::string_view account, Day first, Day last);

}  // namespace iz::yandex
