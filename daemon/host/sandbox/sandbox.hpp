// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <string>
#include <vector>

// What keeps a connector's code to its job. infrazend has set the session, the limits, the death signal and the
// descriptors before the exec (supervise/spawn.cpp); this is the rest, from inside, before any foreign code is loaded
// and while the process has one thread: Landlock and seccomp bind a thread and those it starts.
namespace iz::host {

struct SandboxPaths {
  std::vector<std::filesystem::path> read;   // files and folders beside the system's
  std::vector<int> read_fds;                 // the same, already opened
  std::vector<std::filesystem::path> write;  // folders
  bool calls_watched = false;  // starting processes and programs is left to a CallWatch, which follows at once
};

// no_new_privs, capabilities, dumpable, Landlock, seccomp. Returns what this kernel could not do, one sentence each.
// Throws std::system_error when something fails that every supported kernel can do: then the connector is not loaded.
[[nodiscard]] std::vector<std::string> enter_sandbox(const SandboxPaths& paths);

// The two parts with a file of their own.
[[nodiscard]] std::vector<std::string> restrict_files(const SandboxPaths& paths);
void restrict_system_calls(bool calls_watched = false);

// What every connector may read.
[[nodiscard]] std::vector<std::filesystem::path> system_paths();

}  // namespace iz::host
