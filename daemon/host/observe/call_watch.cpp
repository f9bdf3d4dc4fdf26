// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/observe/call_watch.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <linux/sched.h>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <seccomp.h>

namespace iz::host {
namespace {

void must(int result, const char* what) {
  if (result < 0) throw std::system_error(-result, std::system_category(), what);
}

constexpr const char* kWatched[] = {"execve", "execveat", "fork", "vfork", "connect", "open", "openat", "creat"};

int load_watch() {
  auto* const filter = seccomp_init(SCMP_ACT_ALLOW);  // not released: the listener goes with it
  if (filter == nullptr) throw std::system_error(ENOMEM, std::system_category(), "seccomp_init");
  for (const char* name : kWatched) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number >= 0) must(seccomp_rule_add_exact(filter, SCMP_ACT_NOTIFY, number, 0), name);
  }
  must(seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)),
       "clone");
  must(seccomp_load(filter), "seccomp_load");
  const int listener = seccomp_notify_fd(filter);
  must(listener, "seccomp_notify_fd");
  return listener;
}

bool lies_in(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && (folder.ends_with('/') || path[folder.size()] == '/'));
}

}  // namespace

// What is answered, and what is told of it. No allocation before the answer: the thread that waits for it may hold the
// allocator's lock, as fork() does.
struct CallWatch::Attempt {
  enum class Kind : std::uint8_t { fine, process, program, socket, reads, writes } kind = Kind::fine;
  char text[512] = {};  // the path or address
  unsigned port = 0;

  [[nodiscard]] int error() const {
    if (kind == Kind::socket) return ECONNREFUSED;
    return kind == Kind::process || kind == Kind::program ? EPERM : 0;
  }
  void tell(DaemonLink& link) const {
    switch (kind) {
      case Kind::fine: break;
      case Kind::process: link.observed(wire::Seen::denied_call, "started a process"); break;
      case Kind::program: link.observed(wire::Seen::denied_call, "started a program"); break;
      case Kind::socket:
        link.observed(wire::Seen::denied_call, fmt::format("connected a socket of its own to {} port {}", text, port));
        break;
      case Kind::reads: link.observed(wire::Seen::file_outside, fmt::format("{} to read it", text)); break;
      case Kind::writes: link.observed(wire::Seen::file_outside, fmt::format("{} to write it", text)); break;
    }
  }
};

CallWatch::CallWatch(DaemonLink& link, std::vector<std::filesystem::path> readable)
    : link_(link), readable_(std::move(readable)) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw std::system_error(errno, std::system_category(), "pipe2");
  peek_out_ = wire::Descriptor(ends[0]);
  peek_in_ = wire::Descriptor(ends[1]);
  // The thread is started first, so that it is not asked about itself.
  std::promise<int> listener;
  std::thread([this, waiting = listener.get_future()]() mutable { watch(waiting.get()); }).detach();
  listener.set_value(load_watch());
}

void CallWatch::settle() {
  const wire::Descriptor after_all_others(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::lock_guard lock(telling_);
}

void CallWatch::watch(int listener) {
  seccomp_notif* call = nullptr;
  seccomp_notif_resp* answer = nullptr;
  if (seccomp_notify_alloc(&call, &answer) != 0) ::_exit(70);
  for (;;) {
    std::memset(call, 0, sizeof *call);  // the kernel insists
    if (seccomp_notify_receive(listener, call) != 0) continue;
    const std::lock_guard lock(telling_);
    const Attempt attempt = judge(*call);
    std::memset(answer, 0, sizeof *answer);
    answer->id = call->id;
    answer->error = -attempt.error();
    if (attempt.error() == 0) answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    (void)seccomp_notify_respond(listener, answer);
    attempt.tell(link_);
  }
}

CallWatch::Attempt CallWatch::judge(const seccomp_notif& call) const {
  const auto& data = call.data;
  if (data.nr == SCMP_SYS(openat)) return judge_open(data.args[0], data.args[1], data.args[2]);
  if (data.nr == SCMP_SYS(open)) return judge_open(static_cast<std::uint64_t>(AT_FDCWD), data.args[0], data.args[1]);
  if (data.nr == SCMP_SYS(creat)) return judge_open(static_cast<std::uint64_t>(AT_FDCWD), data.args[0], O_WRONLY);
  if (data.nr == SCMP_SYS(connect)) return judge_connect(data.args[1]);
  Attempt attempt;
  const bool program = data.nr == SCMP_SYS(execve) || data.nr == SCMP_SYS(execveat);
  attempt.kind = program ? Attempt::Kind::program : Attempt::Kind::process;
  return attempt;
}

CallWatch::Attempt CallWatch::judge_open(std::uint64_t folder, std::uint64_t path, std::uint64_t flags) const {
  Attempt attempt;
  char* const text = attempt.text;
  // A path may end just before memory that is not there: byte for byte.
  for (std::size_t at = 0; at + 1 < sizeof attempt.text; ++at) {
    if (!peek(path + at, text + at, 1) || text[at] == '\0') break;
  }
  // A relative one is below what is open already, or below the working folder, which is the root.
  if (*text != '/' && static_cast<std::int32_t>(folder) != AT_FDCWD) return {};
  const std::string_view name(text);
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  const bool granted = std::ranges::any_of(readable_, [&](const auto& root) { return lies_in(name, root.native()); });
  if (granted && (!writes || name == "/dev/null")) return {};
  if (lies_in(name, "/proc") || lies_in(name, "/sys")) return {};  // libraries look at the machine
  if (!writes && ::access(text, F_OK) != 0) return {};             // and for files that are not there
  attempt.kind = writes ? Attempt::Kind::writes : Attempt::Kind::reads;
  return attempt;
}

CallWatch::Attempt CallWatch::judge_connect(std::uint64_t address) const {
  sockaddr_in6 six{};
  sockaddr_in four{};
  Attempt attempt;
  if (!peek(address, reinterpret_cast<char*>(&four), sizeof four)) return {};
  if (four.sin_family == AF_INET) {
    ::inet_ntop(AF_INET, &four.sin_addr, attempt.text, sizeof attempt.text);
  } else if (four.sin_family == AF_INET6 && peek(address, reinterpret_cast<char*>(&six), sizeof six)) {
    ::inet_ntop(AF_INET6, &six.sin6_addr, attempt.text, sizeof attempt.text);
  } else {
    return {};
  }
  attempt.kind = Attempt::Kind::socket;
  attempt.port = ntohs(four.sin_port);
  return attempt;
}

bool CallWatch::peek(std::uint64_t address, char* into, std::size_t size) const {
  const auto* at = reinterpret_cast<const void*>(address);
  const ssize_t put = ::write(peek_in_.get(), at, size);
  if (put <= 0) return false;
  const ssize_t got = ::read(peek_out_.get(), into, size);
  return got == static_cast<ssize_t>(size);
}

}  // namespace iz::host
