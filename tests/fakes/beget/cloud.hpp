// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/http/server.hpp"

namespace iz::test {

// Beget's cloud API (/v1): a token for login and password, listings by offset and limit, errors inside of HTTP 200,
// statistics of windows that end now. What it has can be changed between requests. Thread-safe.
class BegetCloud {
 public:
  struct Server {
    std::string id;
    std::string name;
    std::string price_day = "7.0";  // as it stands in the answer
    std::string status = "RUNNING";
    std::string project = "project-1";
    bool archived = false;
    std::string created = "2026-01-15 12:30:00";
  };
  struct Service {
    std::string id;
    std::string name;
    std::string type = "MYSQL8";  // or S_3
    std::string price_day = "26.0";
    std::string status = "RUNNING";
  };

  // The statistics' points stand on the five minutes of the hour before `now`.
  explicit BegetCloud(std::chrono::sys_seconds now);

  Reply answer(const ReceivedRequest& request);
  [[nodiscard]] static bool is_login(const ReceivedRequest& request) { return request.path == "/v1/auth"; }
  [[nodiscard]] static bool is_later_page(const ReceivedRequest& request);

  void set_servers(std::vector<Server> servers);
  void set_services(std::vector<Service> services);
  void set_additional_projects(std::size_t count);  // in front of the others
  // The answer of a path is this one from now on, with HTTP 200; "" takes it back. {token} is the one of the request.
  void say(const std::string& path, std::string body);
  void revoke_tokens();
  [[nodiscard]] std::size_t logins() const;

  std::string login = "demo";
  std::string password = "open-sesame-cloud";
  // Stands in every place where the API is known to show a password, and in a few more.
  std::string planted = "planted-s3cret";

 private:
  Reply page(const ReceivedRequest& request, const std::string& name, const std::vector<std::string>& rows,
             bool with_total, const std::string& wrap = {}) const;
  [[nodiscard]] std::string server_row(const Server& server) const;
  [[nodiscard]] std::string service_row(const Service& service) const;
  [[nodiscard]] std::string statistic(std::string_view name) const;
  [[nodiscard]] std::string series(double from) const;
  Reply sign_in(const ReceivedRequest& request);
  Reply answer_known(const ReceivedRequest& request);

  mutable std::mutex mutex_;
  std::chrono::sys_seconds hour_;
  std::vector<Server> servers_;
  std::vector<Service> services_;
  std::size_t more_projects_ = 0;
  std::map<std::string, std::string> said_;
  std::size_t logins_ = 0;
  std::size_t oldest_token_ = 1;
};

}  // namespace iz::test
