// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include "finops/focus_json.hpp"

namespace iz::finops {
namespace {

constexpr int kDepth = 32;

class Parser {
 public:
  explicit Parser(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  JsonFault run(JsonValue& out) {
    if (const JsonFault fault = value(out, 0); fault != JsonFault::none) return fault;
    skip_space();
    return at_ == end_ ? JsonFault::none : JsonFault::malformed;
  }

 private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
  }
  bool take(char wanted) {
    skip_space();
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view wanted) {
    if (!std::string_view(at_, end_).starts_with(wanted)) return false;
    at_ += wanted.size();
    return true;
  }
  bool digits() {
    const char* start = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return at_ != start;
  }

  JsonFault value(JsonValue& out, int depth) {
    if (depth > kDepth) return JsonFault::too_deep;
    skip_space();
    if (at_ == end_) return JsonFault::malformed;
    const char* start = at_;
    bool fine = false;
    switch (*at_) {
      case '{': return object(out, depth);
      case '[': return array(out, depth);
      case '"': out.type = JsonValue::Type::string; return string(out.text);
      case 't':
        out.type = JsonValue::Type::boolean;
        fine = word("true");
        break;
      case 'f':
        out.type = JsonValue::Type::boolean;
        fine = word("false");
        break;
      case 'n':
        out.type = JsonValue::Type::null;
        fine = word("null");
        break;
      default:
        out.type = JsonValue::Type::number;
        fine = number();
        break;
    }
    out.text = {start, at_};
    return fine ? JsonFault::none : JsonFault::malformed;
  }

  bool number() {
    if (at_ != end_ && *at_ == '-') ++at_;
    if (at_ != end_ && *at_ == '0') {
      ++at_;
    } else if (!digits()) {
      return false;
    }
    if (at_ != end_ && *at_ == '.') {
      ++at_;
      if (!digits()) return false;
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '-' || *at_ == '+')) ++at_;
      if (!digits()) return false;
    }
    return true;
  }

  JsonFault string(std::string_view& out) {
    const char* start = ++at_;
    while (at_ != end_ && *at_ != '"') {
      if (static_cast<unsigned char>(*at_) < 0x20) return JsonFault::malformed;
      if (*at_ == '\\' && !escape()) return JsonFault::malformed;
      if (at_ != end_) ++at_;
    }
    if (at_ == end_) return JsonFault::malformed;
    out = {start, at_++};
    return JsonFault::none;
  }

  // Leaves at_ on the last character of the escape.
  bool escape() {
    if (++at_ == end_) return false;
    if (*at_ != 'u') return std::string_view("\"\\/bfnrt").find(*at_) != std::string_view::npos;
    if (end_ - at_ < 5) return false;
    at_ += 4;
    return std::all_of(at_ - 3, at_ + 1, [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
  }

  JsonFault array(JsonValue& out, int depth) {
    const char* start = at_++;
    out.type = JsonValue::Type::array;
    if (!take(']')) {
      do {
        if (const JsonFault fault = value(out.elements.emplace_back(), depth + 1); fault != JsonFault::none)
          return fault;
      } while (take(','));
      if (!take(']')) return JsonFault::malformed;
    }
    out.text = {start, at_};
    return JsonFault::none;
  }

  JsonFault object(JsonValue& out, int depth) {
    const char* start = at_++;
    out.type = JsonValue::Type::object;
    JsonFault duplicate = JsonFault::none;
    if (!take('}')) {
      do {
        skip_space();
        std::string_view name;
        if (at_ == end_ || *at_ != '"' || string(name) != JsonFault::none || !take(':')) return JsonFault::malformed;
        if (out.member(name) != nullptr) duplicate = JsonFault::duplicate_key;
        JsonValue& member = out.members.emplace_back(JsonMember{name, JsonValue{}}).value;
        if (const JsonFault fault = value(member, depth + 1); fault == JsonFault::duplicate_key) {
          duplicate = fault;
        } else if (fault != JsonFault::none) {
          return fault;
        }
      } while (take(','));
      if (!take('}')) return JsonFault::malformed;
    }
    out.text = {start, at_};
    return duplicate;
  }

  const char* at_;
  const char* end_;
};

}  // namespace

const JsonValue* JsonValue::member(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) return &value;
  }
  return nullptr;
}

JsonFault parse_json(std::string_view text, JsonValue& out) {
  return Parser(text).run(out);
}

}  // namespace iz::finops
