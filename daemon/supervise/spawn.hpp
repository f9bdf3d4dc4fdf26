// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>

#include "wire/descriptor.hpp"

namespace iz::supervise {

struct SpawnOptions {
  std::filesystem::path program;
  std::string title;  // its one argument: what `ps` shows
  std::uint64_t stack_bytes = 0;
  std::uint64_t data_bytes = 0;
  unsigned files = 0;
};

// Where connector-host finds its end of the socketpair.
inline constexpr int kChildSocket = 3;

struct Child {
  pid_t pid = -1;
  wire::Descriptor pidfd;
  wire::Descriptor socket;  // our end
  wire::Descriptor output;  // its stdout and stderr, non-blocking
};

// Starts the program in a session of its own with nothing inherited: no descriptor but /dev/null, the output pipe and
// the socket, no environment, no signal disposition or mask. It dies with the calling thread. Throws std::system_error.
[[nodiscard]] Child spawn(const SpawnOptions& options);

}  // namespace iz::supervise
