// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "serve/http/http_server.hpp"

namespace iz::serve {

struct TcpAddress {
  std::string host;  // numeric
  std::uint16_t port = 0;
};

// HTTP/1.1 with keep-alive on TCP, plain or under TLS. Handlers run on the io_context's thread (there must be one
// only).
class TcpServer {
 public:
  // `options`: socket, mode, admin_group and inherited_fd are not used.
  TcpServer(boost::asio::io_context& context, HttpOptions options, HttpServer::Dispatch dispatch);
  ~TcpServer();
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  // From now on clients have to speak TLS 1.2 or newer; again with a renewed certificate. PEM. Throws
  // std::runtime_error that says what is wrong with which of the two.
  void use_tls(std::string_view certificate_chain, std::string_view private_key);

  // Throws std::system_error with the address.
  void listen(const TcpAddress& address);
  // A listening socket made by systemd. Throws std::runtime_error when it is none, or when it is plain HTTP and can be
  // reached from other machines. Returns what it listens on, for the journal.
  std::string adopt(int descriptor);

  // Accepts nobody any more and calls `done` when those who are here have their answers, or time is up. A client that
  // has connected and not asked yet is waited for: what systemd's socket accepted is lost otherwise.
  void drain(std::chrono::milliseconds patience, std::function<void()> done);
  // At once. After it nothing is called any more.
  void stop();

  [[nodiscard]] unsigned clients() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace iz::serve
