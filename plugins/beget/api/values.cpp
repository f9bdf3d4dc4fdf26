// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/api/values.hpp"

#include <string>

#include "beget/api/hosting_api.hpp"

namespace iz::beget {

std::optional<infrazen::Micros> parse_time(std::string_view text, std::chrono::minutes offset) {
  if (text.size() < 10) return std::nullopt;
  std::string full(text);
  if (full.size() == 10) full += "T00:00";
  if (full.size() == 16) full += ":00";
  const bool zoned = full.find_first_of("Zz+", 11) != std::string::npos || full.find('-', 11) != std::string::npos;
  const auto instant = infrazen::parse_instant(zoned ? full : full + 'Z');
  if (!instant) return std::nullopt;
  return zoned ? *instant : *instant - offset;
}

Attributes& Attributes::text(std::string_view name, support::JsonValue value) {
  if (!value.text().empty()) json_.text(name, value.text());
  return *this;
}

Attributes& Attributes::number(std::string_view name, support::JsonValue value) {
  if (const auto number = value.decimal()) json_.number(name, *number);
  return *this;
}

Attributes& Attributes::flag(std::string_view name, support::JsonValue value) {
  if (flag_of(value)) json_.boolean(name, true);
  return *this;
}

Attributes& Attributes::texts(std::string_view name, support::JsonValue array) {
  infrazen::JsonArray texts;
  bool any = false;
  for (const support::JsonValue value : array) {
    if (value.text().empty()) continue;
    texts.text(value.text());
    any = true;
  }
  if (any) json_.raw(name, texts.str());
  return *this;
}

std::optional<std::int64_t> bytes_of(support::JsonValue count, std::int64_t unit) {
  const auto number = count.integer();
  std::int64_t bytes = 0;
  if (!number || *number < 0 || __builtin_mul_overflow(*number, unit, &bytes)) return std::nullopt;
  return bytes;
}

}  // namespace iz::beget
