// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/yandex/wire.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace iz::test {
namespace json = boost::json;

std::string yandex_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ec == std::errc()) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string yandex_parameter(const ReceivedRequest& request, std::string_view name) {
  std::string_view query = request.query;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=')
      return yandex_decoded(pair.substr(name.size() + 1));
  }
  return {};
}

Reply yandex_reply(const json::value& value) {
  return {.body = json::serialize(value), .headers = {{"Content-Type", "application/json"}}};
}

std::string http_date(std::chrono::system_clock::time_point at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return text;
}

Reply yandex_error(int status, int code, std::string_view message) {
  const json::object request_info{{"@type", "type.googleapis.com/google.rpc.RequestInfo"},
                                  {"requestId", "7b9c0000-0000-4000-8000-000000000001"}};
  Reply reply =
      yandex_reply(json::object{{"code", code}, {"message", message}, {"details", json::array{request_info}}});
  reply.status = status;
  return reply;
}

}  // namespace iz::test
