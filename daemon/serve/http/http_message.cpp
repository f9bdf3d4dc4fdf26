// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/http_message.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

#include "serve/http/target.hpp"

namespace iz::serve {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

bool take_target(std::string_view target, const HttpOptions& options, Request& request) {
  if (options.keep_headers) {
    if (const auto question = target.find('?'); question != std::string_view::npos) {
      request.raw_query = target.substr(question + 1);
      target = target.substr(0, question);
    }
  }
  return read_target(target, request);
}

}  // namespace

std::variant<Request, Response> request_of(WireRequest& message, const HttpOptions& options) {
  Request request;
  if (message.method() == http::verb::get) {
    request.method = Method::get;
  } else if (message.method() == http::verb::post) {
    request.method = Method::post;
  } else {
    return error_response(405, "only GET and POST are understood here");
  }
  if (!take_target(message.target(), options, request)) return error_response(400, "the request target is not a path");
  request.idempotency_key = message["Idempotency-Key"];
  if (options.keep_headers) {
    for (const auto& field : message) {
      std::string name(field.name_string());
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
  }
  request.body = std::move(message.body());
  return request;
}

std::optional<Response> refusal_of(const boost::system::error_code& error) {
  if (error == http::error::header_limit) return error_response(431, "the header is too large");
  if (error == http::error::body_limit) return error_response(413, "the body is too large");
  const bool malformed = error.category() == http::make_error_code(http::error::bad_method).category() &&
                         error != http::error::end_of_stream && error != http::error::partial_message;
  if (malformed) return error_response(400, "this is not HTTP/1.1");
  return std::nullopt;
}

WireResponse message_of(Response response, bool keep_alive) {
  WireResponse message;
  message.version(11);
  message.result(response.status);
  message.set(http::field::server, "infrazend");
  message.set(http::field::content_type, response.content_type);
  message.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.body() = std::move(response.body);
  message.keep_alive(keep_alive);
  message.prepare_payload();
  return message;
}

}  // namespace iz::serve
