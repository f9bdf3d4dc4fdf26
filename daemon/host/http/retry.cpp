// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/http/retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <string>

#include <date/date.h>

#include <infrazen/abi/base.h>

namespace iz::host {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest = std::chrono::hours(24 * 7);

std::optional<std::chrono::system_clock::time_point> parse_http_date(const std::string& value) {
  // IMF-fixdate, and the two older forms that RFC 9110 tells recipients to accept.
  for (const char* format : {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    std::istringstream in(value);
    in.imbue(std::locale::classic());
    date::sys_seconds time;
    in >> date::parse(std::string(format), time);
    if (!in.fail()) return time;
  }
  return std::nullopt;
}

}  // namespace

bool is_transient(std::uint32_t status) {
  constexpr std::array kTransient{408U, 429U, 500U, 502U, 503U, 504U};
  return std::ranges::find(kTransient, status) != kTransient.end();
}

std::uint32_t error_class_of(std::uint32_t status) {
  if (status < 400) return IZ_OK;
  if (status == 401 || status == 403) return IZ_ERR_AUTH;
  if (status == 429) return IZ_ERR_RATE_LIMITED;
  if (status == 408) return IZ_ERR_TRANSIENT;
  return status < 500 ? IZ_ERR_PERMANENT : IZ_ERR_TRANSIENT;
}

milliseconds backoff(const RetryPolicy& policy, unsigned attempt, std::mt19937_64& random) {
  const unsigned doublings = std::min(attempt == 0 ? 0U : attempt - 1, 20U);
  const auto most = std::min<std::int64_t>(policy.cap.count(), policy.base.count() << doublings);
  return milliseconds(std::uniform_int_distribution<std::int64_t>(0, std::max<std::int64_t>(most, 0))(random));
}

std::optional<milliseconds> parse_retry_after(std::string_view value, std::chrono::system_clock::time_point now) {
  if (value.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (end == value.data() + value.size()) {
    if (fault == std::errc::result_out_of_range) return kLongest;
    if (seconds < 0) return std::nullopt;
    return std::min<milliseconds>(kLongest, std::chrono::seconds(std::min<std::int64_t>(seconds, 1'000'000'000)));
  }
  const auto time = parse_http_date(std::string(value));
  if (!time) return std::nullopt;
  return std::clamp(std::chrono::ceil<milliseconds>(*time - now), milliseconds(0), kLongest);
}

}  // namespace iz::host
