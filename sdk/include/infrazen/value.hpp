// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <infrazen/decimal.hpp>
#include <infrazen/json.hpp>
#include <infrazen/time.hpp>

// The fields of records.hpp: null until assigned, then the text of one cell. The types keep what does not belong out (a
// double is no Amount); whether a text is well-formed is for the daemon to say, with row and column.
namespace infrazen {

class Value {
 public:
  [[nodiscard]] bool is_null() const { return !set_; }
  // data() == nullptr if null.
  [[nodiscard]] std::string_view text() const { return set_ ? std::string_view(text_) : std::string_view(); }
  void reset() {
    text_.clear();
    set_ = false;
  }

 protected:
  Value() = default;
  explicit Value(std::string_view text) : text_(text), set_(true) {}
  explicit Value(std::string&& text) : text_(std::move(text)), set_(true) {}
  Value(const char* begin, const char* end) : text_(begin, end), set_(true) {}
  void assign(std::string_view text) {
    text_.assign(text);
    set_ = true;
  }

 private:
  std::string text_;
  bool set_ = false;
};

template <class T>
concept TextLike =
    std::convertible_to<const T&, std::string_view> && !std::same_as<std::remove_cvref_t<T>, std::nullptr_t>;

class Text : public Value {
 public:
  Text() = default;
  Text(std::nullopt_t) {}
  template <TextLike T>
  Text(const T& text) : Value(std::string_view(text)) {}
  Text(std::string&& text) : Value(std::move(text)) {}
  template <TextLike T>
  Text(const std::optional<T>& text) : Text(text ? Text(*text) : Text()) {}
  // Reuses the string's memory: what makes a record that is filled row after row cheap.
  template <TextLike T>
  Text& operator=(const T& text) {
    assign(std::string_view(text));
    return *this;
  }
};

// Money, quantity, price. From Decimal, an integer, or the provider's own text, which is kept digit by digit.
class Amount : public Value {
 public:
  Amount() = default;
  Amount(std::nullopt_t) {}
  Amount(const Decimal& value) {
    char buffer[Decimal::kMaxChars];
    assign({buffer, value.to_chars(buffer)});
  }
  template <std::integral Integer>
  Amount(Integer value) : Value(std::to_string(value)) {}
  template <TextLike T>
  Amount(const T& text) : Value(std::string_view(text)) {}
  Amount(bool) = delete;
  Amount(double) = delete;
  Amount(float) = delete;
};

class Whole : public Value {
 public:
  Whole() = default;
  Whole(std::nullopt_t) {}
  template <std::integral Integer>
  Whole(Integer value) {
    char buffer[24];
    assign({buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr});
  }
  template <TextLike T>
  Whole(const T& text) : Value(std::string_view(text)) {}
  Whole(bool) = delete;
  Whole(double) = delete;
  Whole(float) = delete;
};

// From a time point, or RFC 3339 text in UTC with Z (parse_instant() reads the other forms).
class Instant : public Value {
 public:
  Instant() = default;
  Instant(std::nullopt_t) {}
  template <class Duration>
  Instant(std::chrono::sys_time<Duration> instant) {
    char buffer[kInstantChars];
    assign({buffer, write_instant(buffer, std::chrono::floor<std::chrono::microseconds>(instant))});
  }
  template <TextLike T>
  Instant(const T& text) : Value(std::string_view(text)) {}
};

class Date : public Value {
 public:
  Date() = default;
  Date(std::nullopt_t) {}
  Date(std::chrono::year_month_day day) {
    char buffer[kDateChars];
    assign({buffer, write_date(buffer, day)});
  }
  template <TextLike T>
  Date(const T& text) : Value(std::string_view(text)) {}
};

// A JSON object or array.
class Json : public Value {
 public:
  Json() = default;
  Json(std::nullopt_t) {}
  Json(const JsonObject& object) : Value(object.str()) {}
  Json(const JsonArray& array) : Value(array.str()) {}
  Json(std::string&& text) : Value(std::move(text)) {}
  template <TextLike T>
  Json(const T& text) : Value(std::string_view(text)) {}
};

// Columns beyond the kind's own: the manifest's extension_columns for resources, x_ columns for charges.
class Extensions {
 public:
  void set(std::string_view name, const Value& value) {
    if (value.is_null()) return;
    for (auto& [known, text] : columns_) {
      if (known == name) {
        text = value.text();
        return;
      }
    }
    columns_.emplace_back(name, value.text());
  }
  void set(std::string_view name, std::string_view text) { set(name, Text(text)); }
  void clear() { columns_.clear(); }
  [[nodiscard]] auto begin() const { return columns_.begin(); }
  [[nodiscard]] auto end() const { return columns_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> columns_;
};

}  // namespace infrazen
