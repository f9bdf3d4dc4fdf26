// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Needs a service that no host has, and says so as it should.
#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  if (host.table->service(host.table->context, iz::test::str("infrazen.telepathy/1")) == nullptr) {
    return iz::test::fail(error, IZ_ERR_CONFIG, "service infrazen.telepathy/1 is missing; install a newer InfraZen");
  }
  return IZ_OK;
}

}  // namespace

IZ_TEST_CONNECTOR("missingservice", sync);
