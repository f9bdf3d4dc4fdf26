// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

#include "host/http/curl.hpp"
#include "host/http/exchanges.hpp"
#include "host/request/auth.hpp"

namespace iz::host {

struct AttemptResult {
  CURLcode code = CURLE_OK;
  std::string problem;  // libcurl's words, empty if none
  HttpReply reply;
  bool over_cap = false;    // the body was longer than allowed
  bool over_heads = false;  // the headers were
  bool delivered = false;   // bytes of a streamed body are with the connector: no way back
  bool not_http2 = false;   // though the request needs it; nothing was read
};

// One request over the wire, once. Lives on the engine's thread.
class HttpAttempt {
 public:
  struct Setup {
    const SignedRequest& request;
    const HttpRequest& asked;
    const std::string& ca_file;  // empty = the system's
    const std::string& proxy;    // empty = none
    std::chrono::milliseconds connect_timeout;
    std::chrono::milliseconds time_left;
    // With a streamed 2xx: the head, once, then the bytes; false = pause and give them again.
    std::function<void(const HttpReply& head)> head;
    std::function<bool(std::string_view bytes)> bytes;
  };

  // Throws HttpRefusal (INTERNAL) when libcurl has no room.
  HttpAttempt(const Curl& curl, Setup setup);
  ~HttpAttempt();
  HttpAttempt(const HttpAttempt&) = delete;
  HttpAttempt& operator=(const HttpAttempt&) = delete;

  [[nodiscard]] CURL* easy() const { return easy_; }
  // Goes on after a pause. May deliver at once.
  void resume() { curl_.easy_pause(easy_, CURLPAUSE_CONT); }
  // Once libcurl says it is over, and the handle is out of the multi handle.
  [[nodiscard]] AttemptResult result(CURLcode code);

 private:
  template <class Value>
  void set(CURLoption option, Value value);
  void set_transport(const Setup& setup);
  void set_request(const Setup& setup);
  void header_line(std::string_view line);
  [[nodiscard]] std::size_t body_bytes(std::string_view bytes);
  void add_header_line(const std::string& line);

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t open_loopback_only(void* self, curlsocktype purpose, curl_sockaddr* address);
  static curl_socket_t open_metadata_only(void* self, curlsocktype purpose, curl_sockaddr* address);

  const Curl& curl_;
  CURL* easy_ = nullptr;
  curl_slist* header_list_ = nullptr;
  std::string body_;
  bool streamed_ = false;
  bool needs_http2_ = false;
  std::uint64_t body_max_ = 0;
  std::function<void(const HttpReply&)> head_;
  std::function<bool(std::string_view)> bytes_;
  AttemptResult result_;
  bool head_complete_ = false;
  std::size_t head_size_ = 0;
  char problem_[CURL_ERROR_SIZE] = {};
};

}  // namespace iz::host
