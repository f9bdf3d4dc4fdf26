// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Tries to leave a process behind. Each way is logged as "<way>: refused" or "<way>: done".
#include <cerrno>
#include <csignal>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../support/connector.hpp"

namespace {

void tell(iz::test::Host& host, const char* way, long child) {
  host.say(std::string(way) + (child < 0 ? ": refused" : ": done"));
}

long in_child(long pid) {
  if (pid == 0) {
    for (;;) ::pause();
  }
  return pid;
}

std::int32_t sync(iz::test::Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  tell(host, "fork", in_child(::fork()));
  tell(host, "raw fork", in_child(::syscall(SYS_fork)));
  tell(host, "raw clone", in_child(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)));
  tell(host, "raw clone3", in_child(::syscall(SYS_clone3, 0, 0)));
  tell(host, "setsid", ::setsid());
  return host.mark("tried", error);
}

}  // namespace

IZ_TEST_CONNECTOR("fork", sync);
