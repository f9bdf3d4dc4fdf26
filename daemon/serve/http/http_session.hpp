// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include "serve/http/http_server.hpp"

namespace iz::serve {

// What the sessions of one server share.
struct SessionShared {
  HttpOptions options;
  HttpServer::Dispatch dispatch;
  HttpServer::Answered answered;
  std::function<void()> closed;                                          // once for each session
  std::shared_ptr<std::size_t> held = std::make_shared<std::size_t>(0);  // bytes of bodies that are not answered yet
};

// One client: reads a request, has it answered, and again while the connection is kept alive.
class HttpSession {
 public:
  virtual ~HttpSession() = default;
  virtual void close() = 0;
  // Ends after the request under way; one that waits for its next request at once. One that has made none yet is left
  // to make it, until `impatient`.
  virtual void finish(bool impatient) = 0;
  // Ends if it waits for a request to begin. False: it is at one.
  virtual bool yield() = 0;

  static std::shared_ptr<HttpSession> start(boost::asio::local::stream_protocol::socket socket,
                                            std::shared_ptr<const SessionShared> shared);
  // `tls` null: plain.
  static std::shared_ptr<HttpSession> start(boost::asio::ip::tcp::socket socket,
                                            std::shared_ptr<boost::asio::ssl::context> tls,
                                            std::shared_ptr<const SessionShared> shared);
};

}  // namespace iz::serve
