// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/request/http_faults.hpp"

namespace iz::host {
namespace {

using wire::HttpFault;

HttpReply reply_of(std::uint32_t status, std::string body, HttpFields headers = {}) {
  HttpReply reply;
  reply.status = status;
  reply.headers = std::move(headers);
  reply.body = std::move(body);
  reply.complete = true;
  return reply;
}

// No text in any encoding, no JSON, no XML, no CSV of anybody.
std::string noise() {
  std::string bytes(997, '\0');
  std::uint32_t state = 20'251'129;
  for (char& byte : bytes) {
    state = state * 1'664'525U + 1'013'904'223U;
    byte = static_cast<char>(0x80U | (state >> 24U));
  }
  return bytes;
}

}  // namespace

HttpFaults::Answer HttpFaults::answer(const HttpRequest& request, std::optional<HttpReply> recorded) {
  if (++asked_ < from_) return {std::move(recorded)};
  switch (fault_) {
    case HttpFault::none: break;
    case HttpFault::unauthorized: return {reply_of(401, R"({"message":"the credential is not valid"})")};
    case HttpFault::forbidden: return {reply_of(403, R"({"message":"permission denied"})")};
    case HttpFault::too_many_requests: return {reply_of(429, R"({"message":"slow down"})", {{"retry-after", "1"}})};
    case HttpFault::server_error: return {reply_of(500, R"({"message":"something went wrong"})")};
    case HttpFault::garbage: return {reply_of(200, noise())};
    case HttpFault::empty: return {reply_of(200, "")};
    case HttpFault::stalled: return {std::nullopt, true};
    case HttpFault::endless: {
      const std::string key = request.method + ' ' + request.url.without_query();
      const std::lock_guard lock(mutex_);
      if (recorded) first_.try_emplace(key, *recorded);
      const auto found = first_.find(key);
      if (found != first_.end()) return {found->second};
      break;
    }
  }
  return {std::move(recorded)};
}

}  // namespace iz::host
