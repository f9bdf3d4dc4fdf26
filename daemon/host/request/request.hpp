// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/request/url.hpp"
#include <infrazen/abi/http.h>

namespace iz::host {

// Header fields in the order in which they go over the wire.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpOutcome {
  std::uint32_t error_class = IZ_OK;
  std::string message;
  std::int64_t retry_after_ms = 0;
};

// What ends a request before or instead of an answer.
struct HttpRefusal : std::runtime_error {
  HttpRefusal(std::uint32_t error_class_, const std::string& message)
      : std::runtime_error(message), error_class(error_class_) {}
  std::uint32_t error_class;
};

// An iz_http_request, copied and found to be well-formed.
struct HttpRequest {
  std::string method;
  Url url;
  HttpFields headers;
  std::string body;
  std::uint32_t flags = 0;
  std::uint32_t auth = IZ_AUTH_NONE;
  std::string auth_ref;
  std::string auth_name;
  std::chrono::milliseconds deadline{0};
  std::uint64_t body_max = 0;
  void* user = nullptr;
  std::string keep_token;  // JSON pointer, or the name of an answer's header
  std::string keep_token_as;

  [[nodiscard]] bool streamed() const { return (flags & IZ_HTTP_STREAM) != 0; }
  [[nodiscard]] bool once() const { return (flags & IZ_HTTP_NO_RETRY) != 0; }
  [[nodiscard]] bool needs_http2() const { return (flags & IZ_HTTP_HTTP2) != 0; }
  // "GET https://api.example.com/v1/servers", for messages.
  [[nodiscard]] std::string name() const { return method + ' ' + url.without_query(); }
};

// Throws HttpRefusal: PERMANENT for a URL that is none, INTERNAL for what only a faulty connector asks for.
[[nodiscard]] HttpRequest copy_request(const iz_http_request& raw);

[[nodiscard]] bool is_token(std::string_view text);           // RFC 9110 token: methods, names of fields
[[nodiscard]] bool is_field_value(std::string_view text);     // nothing that would end the line
[[nodiscard]] std::string lower_case(std::string_view text);  // ASCII

}  // namespace iz::host
