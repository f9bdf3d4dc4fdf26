// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/money/answers.hpp"

#include <infrazen/error.hpp>

namespace iz::selectel {

using infrazen::Error;
using infrazen::ErrorClass;
using support::JsonValue;

void require_success(const JsonValue& root, const std::string& origin) {
  const std::string_view status = root["status"].text();
  if (status.empty() || status == "success") return;
  throw Error(ErrorClass::transient, origin + ": the answer says " + std::string(status) + ": " +
                                         std::string(root["code"].text()) + " " + root["error"].dump());
}

JsonValue rows_of(const JsonValue& root, const std::string& origin) {
  require_success(root, origin);
  const JsonValue rows = root.is_array() ? root : root["data"];
  if (!rows.is_array()) {
    throw Error(ErrorClass::transient, origin + ": the answer holds no list of rows: something else answered");
  }
  return rows;
}

infrazen::Decimal roubles(const JsonValue& kopecks, const std::string& what) {
  const auto value = kopecks.decimal();
  if (!value) {
    throw Error(ErrorClass::transient, what + ": '" + std::string(kopecks.text()) + "' is no amount in kopecks");
  }
  return *value * infrazen::Decimal::of(1, 2);
}

std::optional<infrazen::Micros> wall_clock(std::string_view text, std::chrono::minutes offset) {
  if (text.size() > infrazen::kDateChars) {
    if (const auto said = infrazen::parse_instant(text)) return said;
  }
  const auto local = text.size() == infrazen::kDateChars ? infrazen::parse_instant(text)
                                                         : infrazen::parse_instant(std::string(text) + 'Z');
  if (!local) return std::nullopt;
  return *local - offset;
}

std::string wall_text(infrazen::Micros at, std::chrono::minutes offset) {
  std::string text = infrazen::to_text(std::chrono::floor<std::chrono::seconds>(at + offset));
  text.pop_back();  // Z
  return text;
}

std::chrono::sys_days wall_day(infrazen::Micros at, std::chrono::minutes offset) {
  return std::chrono::floor<std::chrono::days>(at + offset);
}

}  // namespace iz::selectel
