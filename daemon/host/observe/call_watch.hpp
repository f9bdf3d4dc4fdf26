// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <vector>

#include "host/daemon_link.hpp"
#include "wire/descriptor.hpp"

struct seccomp_notif;

namespace iz::host {

// From its making on, each attempt of the making thread, and of those it starts, to start a process or a program, to
// connect a socket past infrazen.http/1, or to open a file outside of `readable`, is told as an observation; all but
// the last, which is the sandbox's business, are refused. Make it inside a sandbox that leaves these calls to it: the
// watching thread is inside too. The kernel asks that thread (SECCOMP_RET_USER_NOTIF); it lives as long as the process,
// and so must this.
class CallWatch {
 public:
  // Throws std::system_error.
  CallWatch(DaemonLink& link, std::vector<std::filesystem::path> readable);
  CallWatch(const CallWatch&) = delete;
  CallWatch& operator=(const CallWatch&) = delete;

  // Returns when everything attempted before was told.
  void settle();

 private:
  struct Attempt;
  void watch(int listener);
  [[nodiscard]] Attempt judge(const seccomp_notif& call) const;
  [[nodiscard]] Attempt judge_open(std::uint64_t folder, std::uint64_t path, std::uint64_t flags) const;
  [[nodiscard]] Attempt judge_connect(std::uint64_t address) const;
  // False: there is nothing to be read at this address.
  bool peek(std::uint64_t address, char* into, std::size_t size) const;

  DaemonLink& link_;
  std::vector<std::filesystem::path> readable_;
  wire::Descriptor peek_in_;  // a pipe: the kernel reads a pointer that may be wrong
  wire::Descriptor peek_out_;
  std::mutex telling_;
};

}  // namespace iz::host
