// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/http.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace iz::serve {

std::string_view Request::parameter(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string_view() : found->second;
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (known == name) return value;
  }
  return {};
}

Response error_response(unsigned status, std::string_view message) {
  Response response;
  response.status = status;
  response.body = boost::json::serialize(
      boost::json::object{{"error", {{"status", status}, {"message", boost::json::string_view(message)}}}});
  response.body += '\n';
  return response;
}

}  // namespace iz::serve
