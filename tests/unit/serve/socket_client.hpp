// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace iz::test {

// Bytes to and from a unix socket, so that a test can say what no HTTP client would.
class SocketClient {
 public:
  explicit SocketClient(const std::filesystem::path& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    const timeval patience{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      throw std::runtime_error("connect: " + std::string(std::strerror(errno)));
    }
  }
  ~SocketClient() { ::close(fd_); }
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  void send(std::string_view text) const { static_cast<void>(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL)); }

  // One response, by its Content-Length; what there is when the server closes first.
  std::string receive() {
    for (;;) {
      const auto head = buffer_.find("\r\n\r\n");
      if (head != std::string::npos) {
        const auto length_at = buffer_.find("Content-Length: ");
        const std::size_t length = length_at < head ? std::stoul(buffer_.substr(length_at + 16)) : 0;
        if (buffer_.size() >= head + 4 + length) {
          const std::string response = buffer_.substr(0, head + 4 + length);
          buffer_.erase(0, head + 4 + length);
          return response;
        }
      }
      char chunk[4096];
      const ssize_t got = ::recv(fd_, chunk, sizeof(chunk), 0);
      if (got <= 0) return std::exchange(buffer_, {});
      buffer_.append(chunk, static_cast<std::size_t>(got));
    }
  }

  // Has the server closed the connection?
  bool closed() const {
    char byte = 0;
    return ::recv(fd_, &byte, 1, MSG_PEEK) == 0;
  }

 private:
  int fd_;
  std::string buffer_;
};

}  // namespace iz::test
