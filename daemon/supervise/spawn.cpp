// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "supervise/spawn.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

namespace iz::supervise {
namespace {

// Sanitizers map terabytes of shadow and use more stack than a connector may.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

constexpr std::size_t kChildStack = 256 * 1024;
constexpr int kSendBuffer = 4 << 20;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

// What the child needs between clone and exec. It shares our memory until then, so it reads this and allocates nothing.
struct Plan {
  const char* program = nullptr;
  char* argv[3] = {};
  int null = -1;
  int socket = -1;
  int output = -1;
  pid_t parent = 0;
  rlimit stack{};
  rlimit data{};
  rlimit files{};
  rlimit core{};
  int error = 0;  // written by the child
};

rlimit same(std::uint64_t value) {
  return {value, value};
}

// Above the numbers that the child's own descriptors take.
wire::Descriptor high(wire::Descriptor low) {
  wire::Descriptor moved(::fcntl(low.get(), F_DUPFD_CLOEXEC, 16));
  if (!moved) fail("fcntl");
  return moved;
}

bool limit_resources(const Plan& plan) {
  if (::setrlimit(RLIMIT_CORE, &plan.core) != 0 || ::setrlimit(RLIMIT_NOFILE, &plan.files) != 0) return false;
  if (kSanitized) return true;
  return ::setrlimit(RLIMIT_STACK, &plan.stack) == 0 && ::setrlimit(RLIMIT_DATA, &plan.data) == 0;
}

void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGKILL && number != SIGSTOP) ::sigaction(number, &standard, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

#if defined(__clang__) || defined(__GNUC__)
__attribute__((no_sanitize("address", "thread", "undefined")))
#endif
int child_main(void* argument) {
  Plan& plan = *static_cast<Plan*>(argument);
  char* const environment[] = {nullptr};
  // The order of the design: descriptors, death with the parent, session, limits; the rest connector-host does itself.
  if (::dup2(plan.null, STDIN_FILENO) >= 0 && ::dup2(plan.output, STDOUT_FILENO) >= 0 &&
      ::dup2(plan.output, STDERR_FILENO) >= 0 && ::dup2(plan.socket, kChildSocket) >= 0 &&
      ::syscall(SYS_close_range, kChildSocket + 1, ~0U, 0) == 0 && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0) {
    if (::getppid() != plan.parent) ::_exit(125);  // it died before the line above
    if (::setsid() >= 0 && ::chdir("/") == 0 && limit_resources(plan)) {
      reset_signals();
      ::execve(plan.program, plan.argv, environment);
    }
  }
  plan.error = errno;
  ::_exit(127);
}

// Blocks every signal, so that no handler of ours runs in the child while it shares our memory.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

class ChildStack {
 public:
  ChildStack()
      : base_(::mmap(nullptr, kChildStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {
    if (base_ == MAP_FAILED) fail("mmap");
  }
  ~ChildStack() { ::munmap(base_, kChildStack); }
  ChildStack(const ChildStack&) = delete;
  ChildStack& operator=(const ChildStack&) = delete;
  [[nodiscard]] void* top() const { return static_cast<char*>(base_) + kChildStack; }

 private:
  void* base_;
};

}  // namespace

Child spawn(const SpawnOptions& options) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) fail("socketpair");
  // As much as the system allows (net.core.wmem_max): what the connector has sent while we were busy.
  for (const int end : pair) ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  Child child;
  child.socket = wire::Descriptor(pair[0]);
  const wire::Descriptor child_socket = high(wire::Descriptor(pair[1]));
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC | O_NONBLOCK) != 0) fail("pipe2");
  child.output = wire::Descriptor(pipe[0]);
  const wire::Descriptor child_output = high(wire::Descriptor(pipe[1]));
  // Non-blocking is a property of both ends' descriptions; the child's prints should wait, not vanish.
  ::fcntl(child_output.get(), F_SETFL, O_WRONLY);
  const wire::Descriptor null = high(wire::Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)));

  Plan plan;
  plan.program = options.program.c_str();
  std::string name = options.program.filename().string();
  std::string title = options.title;
  plan.argv[0] = name.data();
  plan.argv[1] = title.data();
  plan.null = null.get();
  plan.socket = child_socket.get();
  plan.output = child_output.get();
  plan.parent = ::getpid();
  plan.stack = same(options.stack_bytes);
  plan.data = same(options.data_bytes);
  plan.files = same(options.files);

  int pidfd = -1;
  {
    const ChildStack stack;
    const SignalsBlocked blocked;
    child.pid = ::clone(child_main, stack.top(), CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &plan, &pidfd);
  }
  if (child.pid < 0) fail("clone");
  child.pidfd = wire::Descriptor(pidfd);
  if (plan.error != 0) {
    int status = 0;
    while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
    }
    throw std::system_error(plan.error, std::system_category(), options.program.native());
  }
  return child;
}

}  // namespace iz::supervise
