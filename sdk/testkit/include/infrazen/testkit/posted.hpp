// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <infrazen/abi/webhook.h>
#include <infrazen/text.hpp>
#include <infrazen/time.hpp>

namespace infrazen::testkit {

// Something posted to /hooks/<connection>, for Host::admit() and Host::handle().
struct Posted {
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {{"content-type", "application/json"}};  // lower case
  std::string path = "/hooks/test";
  std::string query = {};
  Micros received{};
  // For handle() only.
  std::string stream = {};  // the manifest's webhook.stream
  std::string event_id = "event-1";
  std::uint32_t attempt = 1;
};

// The same as the ABI shows it; `posted` outlives it.
class PostedRequest {
 public:
  explicit PostedRequest(const Posted& posted) {
    for (const auto& [name, value] : posted.headers) headers_.push_back({to_abi(name), to_abi(value)});
    raw_.struct_size = sizeof raw_;
    raw_.header_count = static_cast<std::uint32_t>(headers_.size());
    raw_.method = to_abi("POST");
    raw_.path = to_abi(posted.path);
    raw_.query = posted.query.empty() ? iz_str{} : to_abi(posted.query);
    raw_.headers = headers_.data();
    raw_.header_stride = sizeof(iz_http_header);
    raw_.body = to_abi(posted.body);
    raw_.received_us = posted.received.time_since_epoch().count();
  }
  PostedRequest(const PostedRequest&) = delete;
  PostedRequest& operator=(const PostedRequest&) = delete;
  [[nodiscard]] const iz_webhook_request& raw() const { return raw_; }

 private:
  std::vector<iz_http_header> headers_;
  iz_webhook_request raw_{};
};

}  // namespace infrazen::testkit
