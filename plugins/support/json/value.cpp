// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/json.hpp"

#include <charconv>

#include <infrazen/json.hpp>

namespace iz::support {

JsonValue JsonValue::operator[](std::string_view name) const {
  if (!is_object()) return {};
  const Node* const end = node_->next();
  for (const Node* at = node_ + 1; at != end; at = at[1].next()) {
    if (at->kind == Node::Kind::name && at->view() == name) return JsonValue(at + 1);
  }
  return {};
}

JsonValue JsonValue::path(std::string_view dotted) const {
  JsonValue value = *this;
  for (;;) {
    const std::size_t dot = dotted.find('.');
    value = value[dotted.substr(0, dot)];
    if (dot == std::string_view::npos || !value.exists()) return value;
    dotted.remove_prefix(dot + 1);
  }
}

std::optional<std::int64_t> JsonValue::integer() const {
  const std::string_view digits = text();
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  if (const auto [rest, error] = std::from_chars(digits.data(), end, value); error == std::errc{} && rest == end) {
    return value;
  }
  // 4.0 or 1e3: rare enough for the long way.
  const auto exact = decimal();
  if (!exact || exact->canonical().scale() != 0) return std::nullopt;
  const auto whole = exact->canonical().coefficient();
  if (whole < INT64_MIN || whole > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

std::optional<infrazen::Decimal> JsonValue::decimal() const {
  std::string_view digits = text();
  if (digits.data() == nullptr) return std::nullopt;
  // Decimal takes no '+'; JSON's exponent may have one.
  if (const std::size_t plus = digits.find('+'); plus != std::string_view::npos && is_number()) {
    std::string without(digits);
    without.erase(plus, 1);
    return infrazen::Decimal::parse(without);
  }
  return infrazen::Decimal::parse(digits);
}

void JsonValue::append_to(std::string& out) const {
  if (node_ == nullptr) return;
  switch (node_->kind) {
    case Node::Kind::null: out += "null"; return;
    case Node::Kind::no: out += "false"; return;
    case Node::Kind::yes: out += "true"; return;
    case Node::Kind::number: out += node_->view(); return;
    case Node::Kind::array: {
      char between = '[';
      for (const JsonValue element : *this) {
        out += between;
        element.append_to(out);
        between = ',';
      }
      out += between == '[' ? "[]" : "]";
      return;
    }
    case Node::Kind::object: {
      char between = '{';
      for (const auto& [name, value] : members()) {
        out += between;
        infrazen::append_json_string(out, name);
        out += ':';
        value.append_to(out);
        between = ',';
      }
      out += between == '{' ? "{}" : "}";
      return;
    }
    case Node::Kind::string:
    case Node::Kind::name:
    case Node::Kind::overridden_name: infrazen::append_json_string(out, node_->view()); return;
  }
}

std::string JsonValue::dump() const {
  std::string out;
  append_to(out);
  return out;
}

}  // namespace iz::support
