// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/output/times.hpp"

#include <array>
#include <sstream>
#include <utility>

#include <date/date.h>

namespace iz::cli {

std::optional<Instant> parse_instant(std::string_view text) {
  std::istringstream in{std::string(text)};
  Instant out;
  in >> date::parse("%FT%TZ", out);
  if (in.fail()) return std::nullopt;
  return out;
}

std::string span_of(std::chrono::seconds length) {
  static constexpr std::array<std::pair<long, const char*>, 4> kUnits{
      {{86'400, "d"}, {3'600, "h"}, {60, "m"}, {1, "s"}}};
  auto rest = static_cast<long>(length.count());
  std::string out;
  int parts = 0;
  for (const auto& [seconds, name] : kUnits) {
    if (rest < seconds) {
      if (parts > 0) break;  // "1d 3s" tells nothing that "1d" does not
      continue;
    }
    out += (out.empty() ? "" : " ") + std::to_string(rest / seconds) + name;
    rest %= seconds;
    if (++parts == 2) break;
  }
  return out.empty() ? "0s" : out;
}

std::string relative(const Context& context, std::optional<Instant> at, Instant now) {
  if (!at) return "-";
  const auto distance = std::chrono::duration_cast<std::chrono::seconds>(now - *at);
  if (distance.count() >= 0) return context.text("{} ago", span_of(distance));
  return context.text("in {}", span_of(-distance));
}

}  // namespace iz::cli
