// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/listening_socket.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace iz::test {

ListeningSocket::ListeningSocket(const std::string& address) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in bound{};
  bound.sin_family = AF_INET;
  socklen_t size = sizeof bound;
  if (fd_ >= 0 && ::inet_pton(AF_INET, address.c_str(), &bound.sin_addr) == 1 &&
      ::bind(fd_, reinterpret_cast<const sockaddr*>(&bound), sizeof bound) == 0 && ::listen(fd_, SOMAXCONN) == 0 &&
      ::getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &size) == 0) {
    port_ = ntohs(bound.sin_port);
    return;
  }
  const int error = errno;
  if (fd_ >= 0) ::close(fd_);
  throw std::system_error(error, std::generic_category(), "cannot listen on " + address);
}

ListeningSocket::~ListeningSocket() {
  ::close(fd_);
}

}  // namespace iz::test
