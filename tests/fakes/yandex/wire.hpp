// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "fakes/http/server.hpp"

// How a YandexCloud reads requests and writes answers.
namespace iz::test {

// Percent-decoded.
[[nodiscard]] std::string yandex_decoded(std::string_view text);
// Of the query, decoded; "" = there is none.
[[nodiscard]] std::string yandex_parameter(const ReceivedRequest& request, std::string_view name);
[[nodiscard]] Reply yandex_reply(const boost::json::value& value);
// google.rpc.Status as the API sends it.
[[nodiscard]] Reply yandex_error(int status, int code, std::string_view message);
// As a Date header has it.
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point at);

}  // namespace iz::test
