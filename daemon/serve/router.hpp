// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/http.hpp"

namespace iz::serve {

// Finds the handler of a request. A pattern is a path whose segments may be {name}: "/v1/connections/{id}".
class Router {
 public:
  void get(std::string_view pattern, Handler handler);
  // Only callers with may_write get through; others are answered 403.
  void post(std::string_view pattern, Handler handler);

  // Told of every POST when it is answered, also of the refused ones.
  using Audit = std::function<void(const Request&, const Response&)>;
  void set_audit(Audit audit) { audit_ = std::move(audit); }

  // Answers 404, 405 (with Allow) and 403 itself; a handler that throws answers 500.
  void dispatch(Request request, Respond respond) const;

 private:
  struct Route {
    Method method;
    std::vector<std::string> segments;
    Handler handler;
  };
  std::vector<Route> routes_;
  Audit audit_;
};

}  // namespace iz::serve
