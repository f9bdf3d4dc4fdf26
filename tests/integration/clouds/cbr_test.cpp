// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>

#include <gtest/gtest.h>

#include "fakes/cbr/bank.hpp"
#include "integration/clouds/matrix.hpp"

namespace iz::test {
namespace {

using std::chrono::days;

// The same all along, also over midnight.
const CbrBank::Day kToday = std::chrono::floor<days>(std::chrono::system_clock::now());

CloudFake start(const std::string&) {
  const auto bank = std::make_shared<CbrBank>(kToday - days(60), kToday);
  CloudFake fake;
  fake.handler = [bank](const ReceivedRequest& request) { return bank->answer(request); };
  fake.habits.credential_headers = {};  // nobody signs in
  return fake;
}

std::string settings(const std::string& url) {
  const std::chrono::year_month_day since(kToday - days(21));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(since.year()), unsigned(since.month()), unsigned(since.day()));
  return "{base_url: \"" + url + "/scripts\", currencies: [USD, EUR, KZT], since: \"" + text + "\"}";
}

TEST(Clouds, the_bank_of_russia_survives_every_fault) {
  survive_every_fault({.name = "cbr",
                       .connector = "cbr",
                       .streams = {"rates"},
                       .start = start,
                       .settings = settings,
                       .tables = {tables::kRates}});
}

}  // namespace
}  // namespace iz::test
