// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/request/json.hpp"

#include <boost/json.hpp>

namespace iz::host {
namespace {

constexpr int kDeepest = 64;

// Walks a document that Boost.JSON accepted before, so it need not check the grammar, only find its way.
class Walker {
 public:
  explicit Walker(std::string_view json) : json_(json) {}

  std::optional<JsonString> find(std::string_view pointer) {
    space();
    if (pointer.empty()) return json_[at_] == '"' ? std::optional(string()) : std::nullopt;
    pointer.remove_prefix(1);
    const std::size_t slash = std::min(pointer.find('/'), pointer.size());
    const std::string wanted = unescape(pointer.substr(0, slash));
    const std::string_view rest = pointer.substr(slash);
    if (json_[at_] == '{') return find_member(wanted, rest);
    if (json_[at_] == '[') return find_element(wanted, rest);
    return std::nullopt;
  }

 private:
  static std::string unescape(std::string_view token) {
    std::string result;
    for (std::size_t i = 0; i < token.size(); ++i) {
      if (token[i] == '~' && i + 1 < token.size()) {
        result += token[++i] == '1' ? '/' : '~';
      } else {
        result += token[i];
      }
    }
    return result;
  }

  std::optional<JsonString> find_member(const std::string& wanted, std::string_view rest) {
    ++at_;
    for (space(); json_[at_] != '}'; space()) {
      if (json_[at_] == ',') ++at_;
      space();
      const bool here = string().value == wanted;
      space();
      ++at_;  // ':'
      if (here) return find(rest);
      skip();
    }
    return std::nullopt;
  }

  std::optional<JsonString> find_element(const std::string& wanted, std::string_view rest) {
    ++at_;
    std::size_t index = 0;
    for (space(); json_[at_] != ']'; space()) {
      if (json_[at_] == ',') ++at_;
      if (std::to_string(index++) == wanted) return find(rest);
      skip();
    }
    return std::nullopt;
  }

  void space() {
    while (json_[at_] == ' ' || json_[at_] == '\t' || json_[at_] == '\n' || json_[at_] == '\r') ++at_;
  }

  JsonString string() {
    JsonString found;
    found.begin = ++at_;
    while (json_[at_] != '"') at_ += json_[at_] == '\\' ? 2 : 1;
    found.end = at_++;
    found.value = boost::json::parse(json_.substr(found.begin - 1, at_ - found.begin + 1)).as_string();
    return found;
  }

  void skip() {
    space();
    int depth = 0;
    do {
      const char c = json_[at_];
      if (c == '"') {
        ++at_;
        while (json_[at_] != '"') at_ += json_[at_] == '\\' ? 2 : 1;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    } while (depth > 0);
    // The rest of a number or word.
    while (at_ < json_.size() && std::string_view(",]} \t\r\n").find(json_[at_]) == std::string_view::npos) ++at_;
  }

  std::string_view json_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<JsonString> find_json_string(std::string_view json, std::string_view pointer) {
  if (!pointer.empty() && pointer.front() != '/') return std::nullopt;
  boost::json::parse_options options;
  options.max_depth = kDeepest;
  boost::json::error_code fault;
  (void)boost::json::parse(json, fault, {}, options);
  if (fault) return std::nullopt;
  return Walker(json).find(pointer);
}

std::string json_escape(std::string_view text) {
  const std::string quoted = boost::json::serialize(boost::json::string(text));
  return quoted.substr(1, quoted.size() - 2);
}

std::string fill_placeholders(std::string_view json, const std::function<std::string_view(std::string_view)>& lookup) {
  constexpr std::string_view kOpen = "${secret:";
  std::string filled;
  filled.reserve(json.size());
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string && c == '\\' && i + 1 < json.size()) {
      filled += c;
      filled += json[++i];
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string && json.substr(i).starts_with(kOpen)) {
      const std::size_t name = i + kOpen.size();
      const std::size_t close = json.find_first_of("}\"\\", name);
      if (close != std::string_view::npos && json[close] == '}') {
        filled += json_escape(lookup(json.substr(name, close - name)));
        i = close;
        continue;
      }
    }
    filled += c;
  }
  return filled;
}

}  // namespace iz::host
