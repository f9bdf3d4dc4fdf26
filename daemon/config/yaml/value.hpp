// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml/problem.hpp"

namespace iz::config {

struct Member;

// A YAML node with its place in the file, aliases expanded. Scalars stay text until somebody knows which type is
// wanted.
struct Value {
  enum class Kind : std::uint8_t { null, scalar, list, map } kind = Kind::null;
  std::string text;     // of a scalar
  bool quoted = false;  // a quoted scalar is text, whatever it looks like
  std::vector<Value> items;
  std::vector<Member> members;  // in the order of the file; keys are unique
  Position at;

  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] bool is_null() const noexcept { return kind == Kind::null; }
  [[nodiscard]] bool is_scalar() const noexcept { return kind == Kind::scalar; }
  [[nodiscard]] bool is_list() const noexcept { return kind == Kind::list; }
  [[nodiscard]] bool is_map() const noexcept { return kind == Kind::map; }
  [[nodiscard]] std::string_view kind_name() const;  // "a list", for messages
};

struct Member {
  std::string key;
  Position key_at;
  Value value;
};

// JSON text by the rules of YAML's core schema (an unquoted 5 is a number, true a boolean).
[[nodiscard]] std::string to_json(const Value& value);
// A JSON string literal with its quotes.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace iz::config
