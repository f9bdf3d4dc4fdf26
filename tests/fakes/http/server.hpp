// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/http/server_ca.hpp"

namespace iz::test {

struct ReceivedRequest {
  std::string method;
  std::string target;  // "/v1/servers?page=1"
  std::string path;
  std::string query;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;

  // "" if there is none.
  [[nodiscard]] std::string header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

// One answer and how the server misbehaves while giving it.
struct Reply {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> trailers;  // makes the body chunked
  bool chunked = false;
  bool gzip = false;
  std::chrono::milliseconds delay{0};  // before the first byte
  std::size_t piece = 0;               // bytes at a time, with `pause` between; 0 = all at once
  std::chrono::milliseconds pause{0};
  std::function<void()> before_next_piece;  // called instead of a pause, on the connection's thread
  std::optional<std::size_t> cut_after;     // bytes of the body; then the connection closes
  bool half_close = false;         // no Content-Length: the end of the body is a FIN, the other direction stays open
  bool reset = false;              // RST instead of an answer
  bool silent = false;             // reads the request, never answers
  std::optional<std::string> raw;  // these bytes instead of an answer, then close
};

// A real HTTP/1.1 server on 127.0.0.1, one thread per connection, TLS when it has a CA. Requests without a rule get
// 404.
class HttpServer {
 public:
  using Handler = std::function<Reply(const ReceivedRequest&)>;

  HttpServer();                           // plain
  explicit HttpServer(const TestCa& ca);  // https://localhost:port and https://127.0.0.1:port
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Answers to every method on a path.
  void on(std::string_view path, Reply reply) { in_turn(path, {std::move(reply)}); }
  // One after the other, the last one again and again.
  void in_turn(std::string_view path, std::vector<Reply> replies);
  // Called on the connection's thread.
  void handle(std::string_view path, Handler handler);
  // For paths without a rule.
  void handle_others(Handler handler);

  [[nodiscard]] std::uint16_t port() const;
  // "http://127.0.0.1:4711/path" or "https://localhost:4711/path".
  [[nodiscard]] std::string url(std::string_view path, std::string_view host = {}) const;

  [[nodiscard]] std::vector<ReceivedRequest> requests() const;
  [[nodiscard]] std::vector<ReceivedRequest> requests(std::string_view path) const;
  [[nodiscard]] std::size_t connections() const;        // accepted so far
  [[nodiscard]] std::size_t most_at_once() const;       // requests being answered at the same time
  [[nodiscard]] std::uint64_t body_bytes_sent() const;  // of all answers, as far as the kernel took them

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace iz::test
