// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Who posts webhooks: an HTTP/1.1 client on TCP that keeps its connection, and signs as a sender has to.
namespace iz::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct PostedAnswer {
  int status = 0;  // 0 = the connection ended without an answer
  Headers headers;
  std::string body;

  [[nodiscard]] std::string header(std::string_view name) const;  // as it was sent; "" if there is none
};

// One connection to 127.0.0.1. Reconnects when the server has closed it.
class WebhookSender {
 public:
  explicit WebhookSender(std::uint16_t port) : port_(port) {}
  ~WebhookSender() { disconnect(); }
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  // POST; never throws for what the server does.
  PostedAnswer post(std::string_view path, const Headers& headers, std::string_view body);
  // These bytes, and what comes back.
  PostedAnswer raw(std::string_view bytes);

  // In pieces: for clients that misbehave.
  bool connect();
  void disconnect();
  [[nodiscard]] bool send(std::string_view bytes) const;
  [[nodiscard]] PostedAnswer receive();

 private:
  std::uint16_t port_;
  int fd_ = -1;
  std::string buffer_;
};

// A port on 127.0.0.1 that nobody listened on a moment ago.
std::uint16_t free_port();

// X-InfraZen-Timestamp and X-InfraZen-Signature over it and the body, with application/json; `id` also
// X-InfraZen-Delivery.
Headers signed_headers(std::string_view secret, std::string_view body, std::string_view id = {},
                       std::chrono::seconds age = std::chrono::seconds(0));
// HMAC-SHA256 in hexadecimal digits.
std::string hmac_hex(std::string_view secret, std::string_view text);

}  // namespace iz::test
