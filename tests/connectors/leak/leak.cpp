// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Takes memory and never gives it back, until there is none.
#include <cstdlib>
#include <cstring>

#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  if (host.push_balances(1, error) != IZ_OK) return IZ_ERR_INTERNAL;
  const bool polite = host.setting("variant") == "polite";
  for (;;) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    void* piece = std::malloc(kPiece);
    if (piece == nullptr && polite) return iz::test::fail(error, IZ_ERR_INTERNAL, "out of memory");
    std::memset(piece, 1, kPiece);
  }
}

}  // namespace

IZ_TEST_CONNECTOR("leak", sync);
