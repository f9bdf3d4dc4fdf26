// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Reads the JSON of list and map settings: an array, or an object, of scalars. The host made it, so it is well-formed;
// what is not flat is an answer of nothing.
namespace infrazen::detail {

class FlatJson {
 public:
  explicit FlatJson(std::string_view text) : text_(text) {}

  std::optional<std::vector<std::string>> array() {
    std::vector<std::string> items;
    if (!take('[')) return std::nullopt;
    if (take(']')) return items;
    do {
      auto item = scalar();
      if (!item) return std::nullopt;
      items.push_back(std::move(*item));
    } while (take(','));
    return take(']') && ended() ? std::optional(std::move(items)) : std::nullopt;
  }

  std::optional<std::vector<std::pair<std::string, std::string>>> object() {
    std::vector<std::pair<std::string, std::string>> items;
    if (!take('{')) return std::nullopt;
    if (take('}')) return items;
    do {
      auto name = scalar();
      if (!name || !take(':')) return std::nullopt;
      auto value = scalar();
      if (!value) return std::nullopt;
      items.emplace_back(std::move(*name), std::move(*value));
    } while (take(','));
    return take('}') && ended() ? std::optional(std::move(items)) : std::nullopt;
  }

 private:
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool ended() {
    skip();
    return at_ == text_.size();
  }

  // A string without its quotes; a number, true, false or null as it is written.
  std::optional<std::string> scalar() {
    if (take('"')) return string();
    const std::size_t first = at_;
    while (at_ < text_.size() && text_.find_first_of(",:]}[{ \t\r\n\"", at_) != at_) ++at_;
    return at_ > first ? std::optional<std::string>(text_.substr(first, at_ - first)) : std::nullopt;
  }

  std::optional<std::string> string() {
    std::string out;
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '"') return out;
      if (c != '\\') {
        out += c;
        continue;
      }
      if (at_ >= text_.size()) return std::nullopt;
      c = text_[at_++];
      if (c == 'u') {
        auto code = hex();
        if (!code) return std::nullopt;
        if (*code >= 0xD800 && *code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
          at_ += 2;
          const auto low = hex();
          if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
          *code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
        }
        append_utf8(out, *code);
        continue;
      }
      const std::size_t escape = std::string_view("bfnrt").find(c);
      out += escape == std::string_view::npos ? c : "\b\f\n\r\t"[escape];
    }
    return std::nullopt;
  }

  std::optional<std::uint32_t> hex() {
    if (at_ + 4 > text_.size()) return std::nullopt;
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      const std::size_t digit =
          std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
      if (digit == std::string_view::npos) return std::nullopt;
      value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    return value;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | (code >> 6));
      tail(0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | (code >> 12));
      tail(6), tail(0);
    } else {
      out += static_cast<char>(0xF0 | (code >> 18));
      tail(12), tail(6), tail(0);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace infrazen::detail
