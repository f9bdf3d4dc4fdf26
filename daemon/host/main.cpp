// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// infrazen-connector-host: the process in which one connector makes one run. Started by infrazend only.
#include <csignal>
#include <cstdio>
#include <exception>
#include <malloc.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "host/daemon_link.hpp"
#include "host/run.hpp"

namespace {

constexpr int kSocket = 3;  // supervise/spawn.hpp

}  // namespace

int main() {
  ::mallopt(M_ARENA_MAX, 2);  // an arena per thread would count against the data limit
  std::signal(SIGPIPE, SIG_IGN);
  struct stat socket {};
  if (::fstat(kSocket, &socket) != 0 || !S_ISSOCK(socket.st_mode)) {
    std::fputs("infrazen-connector-host is started by infrazend; there is nothing to do by hand. See infrazend(8).\n",
               stderr);
    return EX_USAGE;
  }
  try {
    iz::host::DaemonLink link(kSocket);
    iz::host::run(link);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "infrazen-connector-host: %s\n", fault.what());
    return EX_SOFTWARE;
  }
}
