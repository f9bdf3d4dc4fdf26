// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace iz::test {

struct ProcessOptions {
  std::map<std::string, std::string> env;  // added to the environment
  bool clear_env = false;                  // start from an empty environment (PATH is not kept either)
  std::filesystem::path cwd;
  std::string input;               // written to stdin, which is then closed
  std::size_t capture = 4U << 20;  // bytes kept of stdout and of stderr each; the rest is read and dropped
  std::filesystem::path log;       // stdout and stderr go to this file instead of being captured
  std::string user;                // run as this system user; only when the test runs as root
  std::vector<int> sockets;        // passed as systemd passes them: descriptors from 3 on, LISTEN_FDS and LISTEN_PID
  int death_signal = SIGKILL;      // what the child gets when the thread that started it dies
};

struct ExitStatus {
  std::optional<int> code;    // set when it exited
  std::optional<int> signal;  // set when it was killed

  bool ok() const { return code == 0; }
  std::string describe() const;
};

struct ProcessResult {
  ExitStatus status;
  std::string out;
  std::string err;
};

// A child in a process group of its own, killed with its group at the latest by the destructor.
// Start it from a thread that outlives it, else the death signal comes early.
class Process {
 public:
  explicit Process(std::vector<std::string> argv, ProcessOptions options = {});
  ~Process();
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;

  pid_t pid() const;
  bool running();                                                      // reaps
  std::optional<ExitStatus> wait_for(std::chrono::milliseconds time);  // nullopt: still running
  // Waits; on time-out kills the group and throws std::runtime_error with what it had printed.
  ExitStatus wait(std::chrono::milliseconds timeout = std::chrono::seconds(60));
  void signal(int number);        // the child only
  void signal_group(int number);  // and what it started
  ExitStatus kill9();             // the group; waits

  // What was captured so far; complete once wait returned.
  std::string out() const;
  std::string err() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Starts, waits, returns everything. Throws on time-out.
ProcessResult run(std::vector<std::string> argv, ProcessOptions options = {},
                  std::chrono::milliseconds timeout = std::chrono::seconds(60));

}  // namespace iz::test
