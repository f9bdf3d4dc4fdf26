// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Its note names another connector than its module.
#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& /*host*/, const iz_sync_request& /*request*/, iz_error* /*error*/) {
  return IZ_OK;
}

}  // namespace

IZ_NOTE("somebodyelse", "1.0.0");
IZ_TEST_MODULE("wrongid", IZ_TEST_MANIFEST("wrongid"), &iz::test::kConnector<sync>);
