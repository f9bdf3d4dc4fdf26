// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <infrazen/abi/services.h>
#include <infrazen/decimal.hpp>
#include <infrazen/detail/flat_json.hpp>
#include <infrazen/error.hpp>
#include <infrazen/text.hpp>

namespace infrazen {

// The connection's settings. The daemon has checked them against the manifest and filled in its defaults, so a getter
// throws (Error, class config) only if the manifest declares another type or no default.
class Config {
 public:
  explicit Config(const iz_config_1& table) : table_(&table) {}

  [[nodiscard]] std::string_view connection() const { return from_abi(table_->connection(table_->context)); }
  // All settings as one JSON object, for settings that are not flat.
  [[nodiscard]] std::string_view json() const { return from_abi(table_->json(table_->context)); }

  [[nodiscard]] bool has(std::string_view key) const { return raw(key).data() != nullptr; }
  [[nodiscard]] std::string_view text(std::string_view key) const {
    const std::string_view value = raw(key);
    if (value.data() == nullptr) fail(key, "is missing");
    return value;
  }
  [[nodiscard]] std::string_view text_or(std::string_view key, std::string_view otherwise) const {
    return has(key) ? raw(key) : otherwise;
  }
  [[nodiscard]] std::int64_t integer(std::string_view key) const {
    const std::string_view value = text(key);
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (fault != std::errc() || end != value.data() + value.size()) fail(key, "is not an integer");
    return number;
  }
  [[nodiscard]] std::int64_t integer_or(std::string_view key, std::int64_t otherwise) const {
    return has(key) ? integer(key) : otherwise;
  }
  [[nodiscard]] Decimal number(std::string_view key) const {
    Decimal value;
    if (Decimal::parse(text(key), value) != DecimalFault::none) fail(key, "is not a number");
    return value;
  }
  [[nodiscard]] Decimal number_or(std::string_view key, const Decimal& otherwise) const {
    return has(key) ? number(key) : otherwise;
  }
  [[nodiscard]] bool boolean(std::string_view key) const {
    const std::string_view value = text(key);
    if (value != "true" && value != "false") fail(key, "is not true or false");
    return value == "true";
  }
  [[nodiscard]] bool boolean_or(std::string_view key, bool otherwise) const {
    return has(key) ? boolean(key) : otherwise;
  }

  // "500ms", "30s", "5m", "1h30m", "7d".
  [[nodiscard]] std::chrono::milliseconds duration(std::string_view key) const {
    const auto value = parse_duration(text(key));
    if (!value) fail(key, "is not a duration such as 30s, 5m or 1h30m");
    return *value;
  }
  [[nodiscard]] std::chrono::milliseconds duration_or(std::string_view key, std::chrono::milliseconds otherwise) const {
    return has(key) ? duration(key) : otherwise;
  }

  [[nodiscard]] std::vector<std::string> list(std::string_view key) const {
    auto items = detail::FlatJson(text(key)).array();
    if (!items) fail(key, "is not a list of plain values");
    return std::move(*items);
  }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> map(std::string_view key) const {
    auto items = detail::FlatJson(text(key)).object();
    if (!items) fail(key, "is not a map of plain values");
    return std::move(*items);
  }

  static std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    std::int64_t total = 0;
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
      std::int64_t count = 0;
      const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
      if (fault != std::errc() || count < 0) return std::nullopt;
      text.remove_prefix(static_cast<std::size_t>(end - text.data()));
      std::int64_t unit = 0;
      std::size_t length = 1;
      if (text.starts_with("ms"))
        unit = 1, length = 2;
      else if (text.starts_with("s"))
        unit = 1'000;
      else if (text.starts_with("m"))
        unit = 60'000;
      else if (text.starts_with("h"))
        unit = 3'600'000;
      else if (text.starts_with("d"))
        unit = 86'400'000;
      else if (text.starts_with("w"))
        unit = 7 * 86'400'000;
      if (unit == 0 || __builtin_mul_overflow(count, unit, &count) || __builtin_add_overflow(total, count, &total)) {
        return std::nullopt;
      }
      text.remove_prefix(length);
    }
    return std::chrono::milliseconds(total);
  }

 private:
  [[nodiscard]] std::string_view raw(std::string_view key) const {
    return from_abi(table_->get(table_->context, to_abi_text(key)));
  }
  [[noreturn]] void fail(std::string_view key, const char* what) const {
    throw Error(ErrorClass::config,
                "connection " + std::string(connection()) + ": setting '" + std::string(key) + "' " + what);
  }
  const iz_config_1* table_;
};

}  // namespace infrazen
