// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "host/http/attempt.hpp"
#include "host/http/retry.hpp"
#include "host/request/request.hpp"

namespace iz::host {

// What to make of one attempt.
struct HttpVerdict {
  enum class Next { finish, retry, redirect };
  Next next = Next::finish;
  HttpOutcome outcome;     // of the request if nothing better comes
  std::string location;    // with redirect
  bool throttled = false;  // the provider said "later"
  std::optional<std::chrono::milliseconds> retry_after;
};

// Looks only at the attempt: how many there may be and how long is the caller's affair.
[[nodiscard]] HttpVerdict judge(const HttpRequest& request, const AttemptResult& result,
                                std::chrono::system_clock::time_point now);

// The method of the request that a redirect with this status asks for (RFC 9110 §15.4).
[[nodiscard]] std::string redirected_method(std::uint32_t status, const std::string& method);

}  // namespace iz::host
