// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Ends its process in every way a program can, in the middle of a run: after one committed mark and some rows behind
// it.
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <unistd.h>

#include "../support/connector.hpp"

namespace {

__attribute__((noinline)) int overflow_stack(volatile char* above, int depth) {
  if (depth == 0) return 0;
  volatile char here[4096];
  here[0] = above[0];
  return overflow_stack(here, depth - 1) + here[0];
}

std::int32_t sync(iz::test::Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  if (host.push_balances(2, error) != IZ_OK || host.mark("first", error) != IZ_OK) return IZ_ERR_INTERNAL;
  if (host.push_balances(3, error) != IZ_OK) return IZ_ERR_INTERNAL;
  const std::string variant = host.setting("variant");
  volatile char start = 0;
  if (variant == "segv") *reinterpret_cast<volatile int*>(8) = 1;
  if (variant == "abort") std::abort();
  if (variant == "throw") throw std::runtime_error("the provider sent a cat");
  if (variant == "throw_int") throw 7;
  if (variant == "exit") std::exit(0);
  if (variant == "_exit") ::_exit(3);
  if (variant == "stack") return overflow_stack(&start, 1 << 20);
  if (variant == "terminate") {
    std::set_terminate([] { std::abort(); });
    std::terminate();
  }
  return iz::test::fail(error, IZ_ERR_CONFIG, "no such variant");
}

}  // namespace

IZ_TEST_CONNECTOR("crash", sync);
