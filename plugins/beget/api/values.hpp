// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "support/json.hpp"
#include <infrazen/json.hpp>
#include <infrazen/time.hpp>

namespace iz::beget {

inline constexpr std::int64_t kMegabyte = std::int64_t{1} << 20;

// "2026-01-15 12:30:00", "2026-03-01 09:05", "2026-01-01": without a zone, so at `offset`; with a Z or an offset as it
// stands. nullopt for everything else, "0" and null included, which stand for no date.
[[nodiscard]] std::optional<infrazen::Micros> parse_time(std::string_view text, std::chrono::minutes offset);

// What attributes are made of: named members only, never a whole object of the provider's, which may hold a password.
// A member that is absent, null or empty is left out.
class Attributes {
 public:
  Attributes& text(std::string_view name, support::JsonValue value);
  Attributes& number(std::string_view name, support::JsonValue value);  // a number or a text of digits, exact
  Attributes& flag(std::string_view name, support::JsonValue value);    // only when it is set
  Attributes& texts(std::string_view name, support::JsonValue array);
  [[nodiscard]] infrazen::JsonObject& json() { return json_; }

 private:
  infrazen::JsonObject json_;
};

// `count` units of so many bytes; none if there is no number or it does not fit.
[[nodiscard]] std::optional<std::int64_t> bytes_of(support::JsonValue count, std::int64_t unit);

}  // namespace iz::beget
