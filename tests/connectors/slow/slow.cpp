// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Does its work, a row at a time, and takes its time: it asks for progress and for the cancel flag as it should.
#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  const std::int64_t rows = host.number("rows", 10);
  for (std::int64_t i = 0; i < rows; ++i) {
    if (const auto result = host.push_balances(1, error); result != IZ_OK) return result;
    host.progress->report(host.progress->context, static_cast<std::uint64_t>(i + 1), static_cast<std::uint64_t>(rows),
                          iz::test::str("rows"));
    if (const auto result = host.clock->sleep_ms(host.clock->context, 40, error); result != IZ_OK) return result;
  }
  return host.mark("all", error);
}

}  // namespace

IZ_TEST_CONNECTOR("slow", sync);
