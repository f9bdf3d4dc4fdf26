// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <sys/types.h>

#include "serve/http/http.hpp"

namespace boost::asio {
class io_context;
}

namespace iz::serve {

struct HttpOptions {
  std::filesystem::path socket;
  mode_t mode = 0660;
  std::string admin_group = "infrazen-admin";
  unsigned max_clients = 64;  // further ones are answered 503 and closed
  std::size_t max_header = 16U << 10;
  std::size_t max_body = 64U << 10;
  std::size_t max_held = std::numeric_limits<std::size_t>::max();  // of all bodies that are not answered yet; then 503
  std::chrono::milliseconds idle_timeout{std::chrono::seconds(30)};  // between two requests of a connection
  std::chrono::milliseconds request_timeout{
      std::chrono::seconds(5)};  // for one request to arrive, and for its answer to leave
  std::chrono::milliseconds answer_timeout{std::chrono::seconds(120)};  // for the handler; then late_status
  unsigned late_status = 504;
  bool keep_headers = false;  // requests come with their headers and their query as it was sent
  int inherited_fd = -1;      // a listening socket from systemd instead of a new one; it is left in the file system
};

// HTTP/1.1 with keep-alive on a unix socket. Handlers run on the io_context's thread (there must be one only).
class HttpServer {
 public:
  using Dispatch = std::function<void(Request, Respond)>;
  // Told of every request on the context's thread once its answer is there, whether or not the client still waits for
  // it.
  using Answered = std::function<void(const Request&, const Response&)>;

  // `context` lives until the last Respond that was handed out is gone.
  HttpServer(boost::asio::io_context& context, HttpOptions options, Dispatch dispatch, Answered answered = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Throws std::system_error with the path. A socket that a dead daemon left behind is replaced, one that answers is
  // not: then another daemon runs.
  void start();
  // Closes the listener and every client, removes the socket. Answers that are still being made are dropped.
  void stop();

  [[nodiscard]] unsigned clients() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace iz::serve
