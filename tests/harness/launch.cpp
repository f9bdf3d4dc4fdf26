// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/launch.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace iz::test {
namespace {

constexpr int kFirstSocket = 3;  // sd_listen_fds(3)

// Between fork and exec, so without the library's formatting.
void write_number(char* at, pid_t number) {
  char reversed[16];
  int digits = 0;
  for (; number > 0; number /= 10) reversed[digits++] = static_cast<char>('0' + number % 10);
  while (digits > 0) *at++ = reversed[--digits];
  *at = '\0';
}

// Puts the sockets where the program looks for them. First away from there, each and the pipe that reports: a socket
// may be where another one has to go.
bool place_sockets(const std::vector<int>& sockets, int& report) {
  const int beyond = kFirstSocket + static_cast<int>(sockets.size());
  report = ::fcntl(report, F_DUPFD_CLOEXEC, beyond);
  if (report < 0) return false;
  std::array<int, kMostSockets> apart{};
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    apart[i] = ::fcntl(sockets[i], F_DUPFD_CLOEXEC, beyond);
    if (apart[i] < 0) return false;
  }
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    if (::dup2(apart[i], kFirstSocket + static_cast<int>(i)) < 0) return false;
  }
  return true;
}

}  // namespace

void become(Launch& launch) {
  const auto check = [&](bool fine) {
    if (fine) return;
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(launch.report, &error, sizeof error);
    ::_exit(127);
  };
  ::setpgid(0, 0);
  check(::dup2(launch.in, 0) >= 0 && ::dup2(launch.out, 1) >= 0 && ::dup2(launch.err, 2) >= 0);
  if (!launch.sockets.empty()) {
    check(place_sockets(launch.sockets, launch.report));
    write_number(launch.listen_pid, ::getpid());
  }
  if (launch.change_user) {
    check(::setgroups(0, nullptr) == 0 && ::setgid(launch.gid) == 0 && ::setuid(launch.uid) == 0);
  }
  check(launch.cwd == nullptr || ::chdir(launch.cwd) == 0);
  // After setuid, which clears it.
  check(::prctl(PR_SET_PDEATHSIG, launch.death_signal) == 0);
  if (::getppid() != launch.parent) ::_exit(127);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  ::execve(launch.program.c_str(), launch.argv.data(), launch.envp.data());
  check(false);
  ::_exit(127);
}

}  // namespace iz::test
