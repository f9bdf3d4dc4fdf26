// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include <infrazen/decimal.hpp>

// Writing the JSON that cells carry: tags, attributes, dependencies. Reading a provider's JSON is the connector's
// choice of library; keep money out of doubles there too.
namespace infrazen {

inline void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

// {"env":"prod","cores":4}: each name once, in the order they were added.
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value) {
    begin(name);
    append_json_string(text_, value);
    return *this;
  }
  JsonObject& number(std::string_view name, const Decimal& value) { return raw(name, value.to_string()); }
  template <std::integral Integer>
  JsonObject& number(std::string_view name, Integer value) {
    return raw(name, std::to_string(value));
  }
  JsonObject& boolean(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
  // A value that is JSON already.
  JsonObject& raw(std::string_view name, std::string_view json) {
    begin(name);
    text_ += json;
    return *this;
  }

  [[nodiscard]] bool empty() const { return text_.size() == 1; }
  [[nodiscard]] std::string str() const { return text_ + '}'; }
  void clear() { text_.resize(1); }

 private:
  void begin(std::string_view name) {
    if (!empty()) text_ += ',';
    append_json_string(text_, name);
    text_ += ':';
  }
  std::string text_ = "{";
};

// ["a","b"]
class JsonArray {
 public:
  JsonArray& text(std::string_view value) {
    if (text_.size() > 1) text_ += ',';
    append_json_string(text_, value);
    return *this;
  }
  JsonArray& raw(std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += json;
    return *this;
  }
  [[nodiscard]] std::string str() const { return text_ + ']'; }

 private:
  std::string text_ = "[";
};

}  // namespace infrazen
