// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/eventfd.h>
#include <utility>
#include <vector>

#include "host/http/service.hpp"

namespace iz::test {

using Fields = std::vector<std::pair<std::string, std::string>>;

// What a connector asks for, with the defaults of a zeroed iz_http_request.
struct Ask {
  std::string url;
  std::string method = "GET";
  Fields headers = {};
  std::string body = {};
  std::uint32_t flags = 0;
  std::uint32_t auth = IZ_AUTH_NONE;
  std::string auth_ref = {};
  std::string auth_name = {};
  std::chrono::milliseconds deadline{10'000};
  std::uint64_t body_max = 0;
  void* user = nullptr;
  std::string keep_token = {};
  std::string keep_token_as = {};
};

struct Answer {
  std::uint64_t handle = 0;
  std::int32_t code = IZ_OK;  // of wait_any
  std::string message;
  std::int64_t retry_after_ms = 0;
  std::uint32_t error_status = 0;
  std::uint32_t status = 0;
  std::uint32_t attempts = 0;
  bool complete = false;
  Fields headers;
  std::string body;
  void* user = nullptr;

  // "" if there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
};

// infrazen.http/1 as a connector holds it, with everything the daemon would decide in the test's hand.
class HttpClient {
 public:
  struct Setup {
    wire::HttpOptions options = loopback();
    std::vector<wire::Secret> secrets = {};
    host::RetryPolicy retry = quick();
  };

  HttpClient() : HttpClient(Setup{}) {}
  explicit HttpClient(Setup setup);
  ~HttpClient();

  static wire::HttpOptions loopback();  // plain http to 127.0.0.1 and localhost
  static wire::HttpOptions trusting(const std::filesystem::path& ca_file);
  static host::RetryPolicy quick();  // back-off in milliseconds

  // The handle, or a failed assertion.
  std::uint64_t start(const Ask& ask);
  std::int32_t try_start(const Ask& ask, std::uint64_t& handle, iz_error& error);
  // wait_any and read; not released.
  Answer next();
  Answer read(std::uint64_t handle);
  void release(std::uint64_t handle) { table().release(table().context, handle); }
  // start, next, release.
  Answer send(const Ask& ask);
  Answer get(const std::string& url) { return send({.url = url}); }

  void cancel();
  [[nodiscard]] const iz_http_1& table() const { return *service_->table(); }
  [[nodiscard]] host::Secrets& secrets() { return secrets_; }
  [[nodiscard]] std::uint64_t activity() const { return activity_; }

 private:
  wire::HttpOptions options_;
  host::Secrets secrets_;
  int cancel_fd_;
  std::atomic<bool> cancelled_{false};
  std::atomic<std::uint64_t> activity_{0};
  std::unique_ptr<host::HttpService> service_;
};

}  // namespace iz::test
