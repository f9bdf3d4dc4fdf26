// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <variant>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "serve/http/http_server.hpp"

// Between Beast's messages and ours: what a session reads and writes, without the reading and writing.
namespace iz::serve {

using WireRequest = boost::beast::http::request<boost::beast::http::string_body>;
using WireResponse = boost::beast::http::response<boost::beast::http::string_body>;

// What was asked, its body taken out of `message`; or the answer to something we do not understand.
[[nodiscard]] std::variant<Request, Response> request_of(WireRequest& message, const HttpOptions& options);

// The answer to a request that could not be read; nullopt: nobody is there to hear one.
[[nodiscard]] std::optional<Response> refusal_of(const boost::system::error_code& error);

// Ready to be written.
[[nodiscard]] WireResponse message_of(Response response, bool keep_alive);

}  // namespace iz::serve
