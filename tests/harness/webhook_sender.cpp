// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/webhook_sender.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace iz::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with('\r')) text.remove_suffix(1);
  return std::string(text);
}

// The head up to the empty line.
PostedAnswer parse_head(std::string_view head) {
  PostedAnswer answer;
  if (head.size() > 12) answer.status = std::stoi(std::string(head.substr(9, 3)));
  for (auto at = head.find('\n'); at != std::string_view::npos && at + 1 < head.size(); at = head.find('\n', at + 1)) {
    const auto line = head.substr(at + 1, head.find('\n', at + 1) - at - 1);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    answer.headers.emplace_back(std::string(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return answer;
}

}  // namespace

std::string PostedAnswer::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (known == name) return value;
  }
  return {};
}

bool WebhookSender::connect() {
  disconnect();
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{60, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in address = loopback(port_);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  disconnect();
  return false;
}

void WebhookSender::disconnect() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  buffer_.clear();
}

bool WebhookSender::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

PostedAnswer WebhookSender::receive() {
  for (;;) {
    if (const auto end = buffer_.find("\r\n\r\n"); end != std::string::npos) {
      PostedAnswer answer = parse_head(std::string_view(buffer_).substr(0, end));
      const std::string length = answer.header("Content-Length");
      const std::size_t size = length.empty() ? 0 : std::stoul(length);
      if (buffer_.size() >= end + 4 + size) {
        answer.body = buffer_.substr(end + 4, size);
        buffer_.erase(0, end + 4 + size);
        if (answer.header("Connection") == "close") disconnect();
        return answer;
      }
    }
    char chunk[16384];
    const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
    if (got <= 0) {
      disconnect();
      return {};
    }
    buffer_.append(chunk, static_cast<std::size_t>(got));
  }
}

PostedAnswer WebhookSender::raw(std::string_view bytes) {
  if (fd_ < 0 && !connect()) return {};
  // A server may refuse before it has read all of it.
  (void)send(bytes);
  return receive();
}

PostedAnswer WebhookSender::post(std::string_view path, const Headers& headers, std::string_view body) {
  std::string request = "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  request += body;
  return raw(request);
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(fd);
  if (!bound) throw std::runtime_error("no port is free on 127.0.0.1");
  return ntohs(address.sin_port);
}

std::string hmac_hex(std::string_view secret, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  ::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

Headers signed_headers(std::string_view secret, std::string_view body, std::string_view id, std::chrono::seconds age) {
  const auto at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - age;
  const std::string timestamp = std::to_string(at.time_since_epoch().count());
  Headers headers{{"Content-Type", "application/json"},
                  {"X-InfraZen-Timestamp", timestamp},
                  {"X-InfraZen-Signature", "v1=" + hmac_hex(secret, timestamp + "." + std::string(body))}};
  if (!id.empty()) headers.emplace_back("X-InfraZen-Delivery", id);
  return headers;
}

}  // namespace iz::test
