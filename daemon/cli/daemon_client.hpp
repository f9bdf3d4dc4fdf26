// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "cli/context.hpp"

namespace iz::cli {

struct Answer {
  unsigned status = 0;
  std::string body;
};

// Talks to the daemon through its status socket, one connection a request.
class DaemonClient {
 public:
  explicit DaemonClient(const Context& context) : context_(context), socket_(context.status_socket()) {}

  // Failure EX_UNAVAILABLE when no daemon answers, EX_NOPERM when this user may not.
  [[nodiscard]] Answer get(std::string_view target) const { return exchange("GET", target, {}); }
  // Carries an Idempotency-Key, so that an answer that got lost is asked for again without doing it twice.
  [[nodiscard]] Answer post(std::string_view target) const;

  // The body of a 2xx answer; else Failure with the daemon's own sentence and the exit status that fits.
  [[nodiscard]] std::string body_of(const Answer& answer) const;
  [[nodiscard]] std::string get_body(std::string_view target) const { return body_of(get(target)); }
  [[nodiscard]] std::string post_body(std::string_view target) const { return body_of(post(target)); }

 private:
  [[nodiscard]] Answer exchange(std::string_view method, std::string_view target, std::string_view key) const;
  const Context& context_;
  std::filesystem::path socket_;
};

// One segment or value of a target.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace iz::cli
