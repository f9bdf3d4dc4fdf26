// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "harness/temp_dir.hpp"

namespace iz::test {

// What systemd hears of a service: NOTIFY_SOCKET. Any user may send to it.
class NotifySocket {
 public:
  NotifySocket() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot bind " + path());
    ::chmod(folder_.path().c_str(), 0711);
    ::chmod(path().c_str(), 0777);
  }
  ~NotifySocket() { ::close(fd_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  [[nodiscard]] std::string path() const { return (folder_ / "notify").string(); }
  // Everything so far, one message a line.
  [[nodiscard]] const std::string& heard() {
    char message[4096];
    for (;;) {
      const ssize_t got = ::recv(fd_, message, sizeof message, 0);
      if (got < 0) return heard_;
      heard_.append(message, static_cast<std::size_t>(got)) += '\n';
    }
  }

 private:
  TempDir folder_{"notify-"};
  int fd_;
  std::string heard_;
};

}  // namespace iz::test
