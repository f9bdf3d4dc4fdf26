// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/yaml/value.hpp"

#include "config/yaml/scalar.hpp"

namespace iz::config {

const Value* Value::find(std::string_view key) const {
  for (const auto& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string_view Value::kind_name() const {
  switch (kind) {
    case Kind::null: return "nothing";
    case Kind::scalar: return "a single value";
    case Kind::list: return "a list";
    case Kind::map: return "a map";
  }
  return "something else";
}

std::string json_quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
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
  return out + '"';
}

std::string to_json(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null: return "null";
    case Value::Kind::scalar:
      if (const auto boolean = as_boolean(value)) return *boolean ? "true" : "false";
      if (!value.quoted && is_json_number(value.text)) return value.text;
      return json_quoted(value.text);
    case Value::Kind::list: {
      std::string out = "[";
      for (const auto& item : value.items) {
        if (out.size() > 1) out += ',';
        out += to_json(item);
      }
      return out + ']';
    }
    case Value::Kind::map: {
      std::string out = "{";
      for (const auto& member : value.members) {
        if (out.size() > 1) out += ',';
        out += json_quoted(member.key) + ':' + to_json(member.value);
      }
      return out + '}';
    }
  }
  return "null";
}

}  // namespace iz::config
