// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>

namespace iz::test {

// A TCP socket that listens on a free port and is passed to a daemon (ProcessOptions::sockets): it is there, and who
// connects waits in it, whether or not the daemon runs.
class ListeningSocket {
 public:
  explicit ListeningSocket(const std::string& address = "127.0.0.1");
  ~ListeningSocket();
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace iz::test
