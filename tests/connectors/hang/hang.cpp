// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Stops making progress. "ignore" never looks at the cancel flag and shrugs off SIGTERM; "spin" burns CPU; "obey" is
// silent too, but waits on the cancel descriptor; "sleep" is silent in the host's own sleep, which is not a hang.
#include <csignal>
#include <poll.h>
#include <unistd.h>

#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  if (host.push_balances(1, error) != IZ_OK || host.mark("before", error) != IZ_OK) return IZ_ERR_INTERNAL;
  const std::string variant = host.setting("variant");
  if (variant == "obey") {
    pollfd event{host.cancel->fd(host.cancel->context), POLLIN, 0};
    ::poll(&event, 1, -1);
    return iz::test::fail(error, IZ_ERR_CANCELLED, "cancelled, as told");
  }
  if (variant == "sleep") {
    if (host.clock->sleep_ms(host.clock->context, host.number("rows", 1000), error) != IZ_OK) return IZ_ERR_CANCELLED;
    return IZ_OK;
  }
  if (variant == "ignore") std::signal(SIGTERM, SIG_IGN);
  for (;;) {
    if (variant != "spin") ::pause();
  }
}

}  // namespace

IZ_TEST_CONNECTOR("hang", sync);
