// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/http/server_connection.hpp"

#include <algorithm>
#include <sys/socket.h>
#include <utility>

namespace iz::test {

ServerConnection::ServerConnection(int socket, SSL_CTX* context) : socket_(socket) {
  if (context == nullptr) return;
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), socket_);
}

bool ServerConnection::handshake() {
  return !ssl_ || SSL_accept(ssl_.get()) == 1;
}

bool ServerConnection::fill() {
  char bytes[16 * 1024];
  const long got = ssl_ ? SSL_read(ssl_.get(), bytes, sizeof bytes) : ::recv(socket_, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::optional<std::string> ServerConnection::read_head() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return std::nullopt;
  }
  return read_exactly(end + 4);
}

std::optional<std::string> ServerConnection::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!fill()) return std::nullopt;
  }
  auto line = read_exactly(end + 2);
  line->resize(end);
  return line;
}

std::optional<std::string> ServerConnection::read_exactly(std::size_t bytes) {
  while (buffer_.size() < bytes) {
    if (!fill()) return std::nullopt;
  }
  std::string result = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return result;
}

bool ServerConnection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto piece = std::min<std::size_t>(bytes.size(), 1U << 20U);
    const long sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(piece))
                           : ::send(socket_, bytes.data(), piece, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void ServerConnection::shut_writing() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ::shutdown(socket_, SHUT_WR);
}

void ServerConnection::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void ServerConnection::read_until_closed() {
  while (fill()) buffer_.clear();
}

}  // namespace iz::test
