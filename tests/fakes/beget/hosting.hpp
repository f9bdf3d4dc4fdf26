// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "fakes/http/server.hpp"

namespace iz::test {

// Beget's classic hosting API (/api/<section>/<method>): login and password in a form, everything in HTTP 200, PHP's
// habits (numbers as text, empty lists for empty objects). Thread-safe.
class BegetHosting {
 public:
  Reply answer(const ReceivedRequest& request);

  void set_balance(std::string balance);
  void set_rate(std::string rate_per_day);
  // What is inside of "answer" for a method ("site/getList") from now on; "" takes it back.
  void say(const std::string& method, std::string answer);

  std::string login = "demo";
  std::string password = "open sesame & co";  // wants to be encoded

 private:
  [[nodiscard]] std::string result_of(const std::string& method, const std::string& body) const;

  mutable std::mutex mutex_;
  std::string balance_ = "1339.57";
  std::string rate_ = "8.33";
  std::map<std::string, std::string> said_;
};

}  // namespace iz::test
