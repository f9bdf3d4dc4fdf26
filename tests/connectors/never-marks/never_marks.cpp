// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Pushes and never marks. "forever" goes on slowly until stopped; else it ends well, having delivered nothing.
#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  const bool forever = host.setting("variant") == "forever";
  do {
    if (const auto result = host.push_balances(10, error); result != IZ_OK) return result;
    if (forever && host.clock->sleep_ms(host.clock->context, 20, error) != IZ_OK) return IZ_ERR_CANCELLED;
  } while (forever);
  return IZ_OK;
}

}  // namespace

IZ_TEST_CONNECTOR("nevermarks", sync);
