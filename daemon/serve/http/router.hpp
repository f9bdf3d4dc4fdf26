// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "serve/http/http.hpp"

namespace iz::serve {

class RememberedAnswers;

// Finds the handler of a request. A pattern is a path whose segments may be {name}: "/v1/connections/{id}".
class Router {
 public:
  Router();
  void get(std::string_view pattern, Handler handler);
  // Only callers with may_write get through; others are answered 403.
  void post(std::string_view pattern, Handler handler);

  // Answers 404, 405 (with Allow) and 403 itself; a handler that throws answers 500. A POST with an Idempotency-Key
  // runs once: the same key again, from the same user and for the same target, gets the first answer; for another
  // target it is 422.
  void dispatch(Request request, Respond respond) const;

 private:
  struct Route {
    Method method;
    std::vector<std::string> segments;
    Handler handler;
  };
  void run_once(const Route& route, const Request& request, const Respond& respond) const;

  std::vector<Route> routes_;
  std::shared_ptr<RememberedAnswers> answers_;
};

}  // namespace iz::serve
