// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

// What a child does between fork and exec.
namespace iz::test {

inline constexpr std::size_t kMostSockets = 8;
inline constexpr std::string_view kListenPid = "LISTEN_PID=0123456789";

// Everything the child needs, computed before fork: between fork and exec only system calls.
struct Launch {
  std::string program;
  std::vector<char*> argv;
  std::vector<char*> envp;
  const char* cwd = nullptr;
  int in = -1;
  int out = -1;
  int err = -1;
  int report = -1;
  bool change_user = false;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<int> sockets;
  char* listen_pid = nullptr;  // where LISTEN_PID's number goes, known after fork only
  int death_signal = 0;
  pid_t parent = 0;
};

// Turns the forked child into the program. What keeps it from that is written to `report`, as errno.
[[noreturn]] void become(Launch& launch);

}  // namespace iz::test
