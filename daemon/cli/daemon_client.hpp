// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

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

// Posts to `prefix` NUMBER `verb` for each of the numbers and prints `said` with the number and the connection of the
// answer. One that is not there or cannot be (404, 409) does not keep the others from it; then its exit status.
int post_each(const Context& context, const std::vector<std::uint64_t>& numbers, std::string_view prefix,
              std::string_view verb, std::string_view said);

// One segment or value of a target.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace iz::cli
