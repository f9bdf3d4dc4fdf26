// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "harness/process.hpp"
#include "harness/temp_dir.hpp"

namespace iz::test {

// This machine does not allow or lack what a booted system needs; what() says which.
class NoMachine : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A system with systemd as its first process, booted in a copy-on-write view of this machine's files: everything
// installed here is installed there, nothing written there is seen here. It has a network of its own with a loopback
// and nothing else. Gone with the object, and with this process, however it dies.
class Machine {
 public:
  Machine();  // throws NoMachine, or std::runtime_error when the boot fails
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // As root, with an empty environment but PATH and a UTF-8 locale.
  [[nodiscard]] ProcessResult run(std::vector<std::string> argv,
                                  std::chrono::milliseconds timeout = std::chrono::seconds(60)) const;
  // Throws unless it ends with 0. Standard output.
  std::string must(std::vector<std::string> argv) const;
  // Standard output of a shell line, whatever its end.
  [[nodiscard]] std::string shell(const std::string& line) const { return run({"sh", "-c", line}).out; }
  // Does not wait.
  [[nodiscard]] Process start(std::vector<std::string> argv) const;

  // Its root folder as seen from outside.
  [[nodiscard]] std::filesystem::path root() const;
  void write(std::string_view path, std::string_view content, mode_t mode = 0644) const;
  // On a thread whose new sockets are in its network; so are those of threads made there.
  void in_its_network(const std::function<void()>& work) const;

 private:
  [[nodiscard]] std::vector<std::string> entering(std::vector<std::string> argv) const;

  TempDir folder_{"infrazen-machine-"};
  std::unique_ptr<Process> process_;
  pid_t keeper_ = 0;  // machine.sh
  pid_t init_ = 0;    // systemd
};

}  // namespace iz::test
