// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Sends without end: rows, log lines, findings, or bytes to standard error.
#include <cstdio>
#include <unistd.h>

#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  const std::string variant = host.setting("variant");
  if (variant == "logs" || variant == "stderr") {
    const std::string line(200, 'x');
    for (int i = 0; i < 20000; ++i) {
      if (variant == "logs") {
        host.say(line);
      } else {
        [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, line.data(), line.size());
      }
    }
    return host.mark("said it all", error);
  }
  for (;;) {
    std::int32_t result = IZ_OK;
    if (variant == "findings") {
      iz_finding finding{};
      finding.struct_size = sizeof finding;
      finding.rule = iz::test::str("flood");
      finding.message = iz::test::str("one more");
      result = host.sink->report(host.sink->context, &finding, error);
    } else {
      result = host.push_balances(1000, error);
    }
    if (result != IZ_OK) return result;
  }
}

}  // namespace

IZ_TEST_CONNECTOR("flood", sync);
