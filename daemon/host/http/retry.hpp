// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

// When a request is sent again, and what its failure means.
namespace iz::host {

struct RetryPolicy {
  unsigned attempts = 5;
  std::chrono::milliseconds base{250};
  std::chrono::milliseconds cap{30'000};
  std::chrono::milliseconds connect_timeout{15'000};  // so that a dead address leaves time for another attempt
};

// Worth another attempt: 408, 429, 500, 502, 503, 504.
[[nodiscard]] bool is_transient(std::uint32_t status);
// What iz_error says of a last status: 0 for 2xx and 3xx, else IZ_ERR_*.
[[nodiscard]] std::uint32_t error_class_of(std::uint32_t status);

// Full jitter (Brooker, "Exponential backoff and jitter"): uniform in [0, min(cap, base · 2^(attempt-1))].
[[nodiscard]] std::chrono::milliseconds backoff(const RetryPolicy& policy, unsigned attempt, std::mt19937_64& random);

// Retry-After: seconds or an HTTP-date, as a distance from now, never negative. nullopt: neither.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                                         std::chrono::system_clock::time_point now);

}  // namespace iz::host
