// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Has a note and a module, but no manifest.
#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& /*host*/, const iz_sync_request& /*request*/, iz_error* /*error*/) {
  return IZ_OK;
}

}  // namespace

IZ_NOTE("nomanifest", "1.0.0");
extern "C" IZ_EXPORT const iz_module infrazen_module_v1;
extern "C" const iz_module infrazen_module_v1 = {sizeof(iz_module), IZ_ABI_MINOR, {"nomanifest", 10},
                                                 {"1.0.0", 5},      {nullptr, 0}, &iz::test::kConnector<sync>};
