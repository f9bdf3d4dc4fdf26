// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace iz::test {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

// Bytes of one accepted socket, through TLS if there is a context. Does not own the socket.
class ServerConnection {
 public:
  ServerConnection(int socket, SSL_CTX* context);

  [[nodiscard]] bool handshake();
  // Up to and including the empty line; nullopt when the client is gone.
  [[nodiscard]] std::optional<std::string> read_head();
  [[nodiscard]] std::optional<std::string> read_exactly(std::size_t bytes);
  [[nodiscard]] std::optional<std::string> read_line();
  // False: the client is gone.
  bool write(std::string_view bytes);
  void shut_writing();
  void reset();
  void read_until_closed();

 private:
  [[nodiscard]] bool fill();

  int socket_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string buffer_;
};

}  // namespace iz::test
