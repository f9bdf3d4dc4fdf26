// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What a connector's code can and cannot do inside connector-host, tried from inside.
#include <arpa/inet.h>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/supervision/supervised_run.hpp"

namespace iz::test {
namespace {

using testing::Contains;

bool kernel_has_landlock() {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1) > 0;
}

// Somebody to connect to.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd_, 4), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { ::close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  int port() const { return port_; }

 private:
  int fd_;
  int port_ = 0;
};

class Sandbox : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const Listener listener;
    run_ = new SupervisedRun(spec_of("sandbox", "", listener.port()));
  }
  static void TearDownTestSuite() { delete run_; }
  static std::string attempt(const std::string& name) { return run_->observer.line(name + ": "); }

  static SupervisedRun* run_;
};

SupervisedRun* Sandbox::run_ = nullptr;

TEST_F(Sandbox, the_run_goes_well_all_the_same) {
  EXPECT_EQ(run_->outcome.error_class, IZ_OK) << run_->outcome.message;
}

TEST_F(Sandbox, no_other_program_or_process_can_be_started) {
  for (const char* name : {"execve", "execveat", "fork", "unshare"}) EXPECT_EQ(attempt(name), "EPERM") << name;
}

TEST_F(Sandbox, no_other_process_can_be_reached) {
  for (const char* name :
       {"ptrace parent", "kill parent", "pidfd_open", "prlimit parent", "setpriority parent", "outlive parent"}) {
    EXPECT_EQ(attempt(name), "EPERM") << name;
  }
  EXPECT_EQ(attempt("kill self"), "ok");
}

TEST_F(Sandbox, the_kernel_is_out_of_reach) {
  for (const char* name : {"bpf", "io_uring", "keyctl", "mount", "chmod /tmp"})
    EXPECT_EQ(attempt(name), "EPERM") << name;
}

TEST_F(Sandbox, only_what_libraries_need_can_be_read) {
  if (!kernel_has_landlock()) GTEST_SKIP() << "this kernel has no Landlock";
  for (const char* name :
       {"read /etc/shadow", "read /etc/passwd", "read parent memory", "list /", "read /etc/shadow in a thread"}) {
    EXPECT_EQ(attempt(name), "EACCES") << name;
  }
  if (!kSanitized) {
    EXPECT_EQ(attempt("read /proc/self/environ"), "EACCES");
  }
  EXPECT_EQ(attempt("read /etc/hosts"), "ok");
  if (std::filesystem::exists("/usr/share/zoneinfo")) {
    EXPECT_EQ(attempt("read zoneinfo"), "ok");
  }
}

TEST_F(Sandbox, nothing_can_be_written) {
  if (!kernel_has_landlock()) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(attempt("write /tmp"), "EACCES");
  EXPECT_EQ(attempt("mkdir /tmp"), "EACCES");
  EXPECT_FALSE(std::filesystem::exists("/tmp/infrazen-sandbox-test"));
}

TEST_F(Sandbox, the_network_is_for_asking_not_for_serving_and_not_for_local_services) {
  EXPECT_EQ(attempt("connect"), "ok");
  EXPECT_EQ(attempt("resolve localhost"), "ok");
  EXPECT_EQ(attempt("tcp socket"), "ok");
  EXPECT_EQ(attempt("stream pair"), "ok");
  EXPECT_EQ(attempt("listen"), "EPERM");
  for (const char* name : {"unix socket", "packet socket", "datagram pair"})
    EXPECT_EQ(attempt(name), "EAFNOSUPPORT") << name;
}

TEST_F(Sandbox, nothing_is_inherited) {
  EXPECT_EQ(attempt("environment"), "0");
  EXPECT_EQ(attempt("core limit"), "0");
  EXPECT_EQ(attempt("session leader"), "yes");
  // 0 to 3, and the event descriptor of the cancel flag.
  if (!kSanitized) {
    EXPECT_EQ(attempt("descriptors"), "0 1 2 3 4 ");
  }
}

TEST_F(Sandbox, a_process_left_behind_is_impossible_in_every_way) {
  const SupervisedRun run(spec_of("fork"));
  EXPECT_EQ(run.outcome.error_class, IZ_OK) << run.outcome.message;
  for (const char* way : {"fork: ", "raw fork: ", "raw clone: ", "raw clone3: ", "setsid: "}) {
    EXPECT_EQ(run.observer.line(way), "refused") << way;
  }
}

}  // namespace
}  // namespace iz::test
