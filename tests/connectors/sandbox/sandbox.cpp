// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Tries what a connector must not be able to do, and what it must. Each attempt is one log line: "<attempt>: ok", or
// the error.
#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "../support/connector.hpp"

namespace {

using iz::test::Host;

void tell(Host& host, const std::string& attempt, long result) {
  host.say(attempt + ": " + (result >= 0 ? std::string("ok") : std::string(::strerrorname_np(errno))));
}

int open_and_close(const char* path, int flags) {
  const int fd = ::open(path, flags | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  return fd;
}

void files(Host& host) {
  tell(host, "read /etc/shadow", open_and_close("/etc/shadow", O_RDONLY));
  tell(host, "read /etc/passwd", open_and_close("/etc/passwd", O_RDONLY));
  tell(host, "read parent memory", open_and_close(("/proc/" + std::to_string(::getppid()) + "/mem").c_str(), O_RDONLY));
  tell(host, "read /proc/self/environ", open_and_close("/proc/self/environ", O_RDONLY));
  tell(host, "list /", open_and_close("/", O_RDONLY | O_DIRECTORY));
  tell(host, "write /tmp", open_and_close("/tmp/infrazen-sandbox-test", O_WRONLY | O_CREAT));
  tell(host, "mkdir /tmp", ::mkdir("/tmp/infrazen-sandbox-test-dir", 0700));
  tell(host, "chmod /tmp", ::chmod("/tmp", 0777));
  tell(host, "read /etc/hosts", open_and_close("/etc/hosts", O_RDONLY));
  tell(host, "read zoneinfo", open_and_close("/usr/share/zoneinfo", O_RDONLY | O_DIRECTORY));
}

void processes(Host& host) {
  char program[] = "/bin/true";
  char* argv[] = {program, nullptr};
  tell(host, "execve", ::execve(program, argv, nullptr));
  const int fd = ::open("/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY | O_CLOEXEC);
  tell(host, "execveat", ::syscall(SYS_execveat, fd, "", argv, nullptr, AT_EMPTY_PATH));
  if (fd >= 0) ::close(fd);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  tell(host, "fork", child);
  tell(host, "ptrace parent", ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr));
  tell(host, "kill parent", ::kill(::getppid(), 0));
  tell(host, "kill self", ::kill(::getpid(), 0));
  tell(host, "pidfd_open", ::syscall(SYS_pidfd_open, ::getppid(), 0));
  tell(host, "prlimit parent", ::prlimit(::getppid(), RLIMIT_NOFILE, nullptr, nullptr));
  tell(host, "setpriority parent", ::setpriority(PRIO_PROCESS, static_cast<id_t>(::getppid()), 19));
  tell(host, "outlive parent", ::prctl(PR_SET_PDEATHSIG, 0));
  tell(host, "bpf", ::syscall(SYS_bpf, 0, nullptr, 0));
  tell(host, "io_uring", ::syscall(SYS_io_uring_setup, 1, nullptr));
  tell(host, "keyctl", ::syscall(SYS_keyctl, 0, -2, 0, 0, 0));
  tell(host, "mount", ::syscall(SYS_mount, "none", "/tmp", "tmpfs", 0, nullptr));
  tell(host, "unshare", ::syscall(SYS_unshare, 0x10000000));
  int in_thread = 0;
  std::thread([&in_thread] { in_thread = ::open("/etc/shadow", O_RDONLY | O_CLOEXEC); }).join();
  errno = in_thread < 0 ? EACCES : 0;
  tell(host, "read /etc/shadow in a thread", in_thread);
}

int connect_loopback(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int result = fd < 0 ? -1 : ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  ::close(fd);
  errno = error;
  return result;
}

void sockets(Host& host) {
  tell(host, "unix socket", ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  tell(host, "packet socket", ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  int pair[2];
  tell(host, "datagram pair", ::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair));
  tell(host, "stream pair", ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  tell(host, "tcp socket", server);
  tell(host, "listen", ::listen(server, 1));
  tell(host, "connect", connect_loopback(static_cast<int>(host.number("rows", 1))));
  addrinfo* found = nullptr;
  const int resolved = ::getaddrinfo("localhost", "80", nullptr, &found);
  host.say(resolved == 0 ? std::string("resolve localhost: ok")
                         : std::string("resolve localhost: ") + ::gai_strerror(resolved));
  if (found != nullptr) ::freeaddrinfo(found);
}

void inherited(Host& host) {
  std::string open;
  for (int fd = 0; fd < 256; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) open += std::to_string(fd) + " ";
  }
  host.say("descriptors: " + open);
  int variables = 0;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) ++variables;
  host.say("environment: " + std::to_string(variables));
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  host.say("core limit: " + std::to_string(limit.rlim_cur));
  host.say(std::string("session leader: ") + (::getsid(0) == ::getpid() ? "yes" : "no"));
}

std::int32_t sync(Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  inherited(host);
  files(host);
  processes(host);
  sockets(host);
  return host.mark("tried", error);
}

}  // namespace

IZ_TEST_CONNECTOR("sandbox", sync);
