// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/hooks/hook_body.hpp"

#include <boost/json.hpp>

namespace iz::serve {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostIdBytes = 1024;

json::value parse(std::string_view body) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 32;
  json::value root = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  if (error) throw BadBody("the body is not JSON: " + error.message());
  return root;
}

std::string text_of(const json::object& object, std::string_view key, const char* where, bool needed) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) {
    if (needed) throw BadBody(std::string(where) + " is missing");
    return {};
  }
  if (!value->is_string()) throw BadBody(std::string(where) + " must be a string");
  std::string text(std::string_view(value->get_string()));
  if ((needed && text.empty()) || text.size() > kMostIdBytes || text.find('\0') != std::string::npos) {
    throw BadBody(std::string(where) + " must be a text of 1 to 1024 bytes without NUL");
  }
  return text;
}

}  // namespace

TargetsBody parse_targets(std::string_view body) {
  const json::value root = parse(body);
  if (!root.is_object())
    throw BadBody("the body must be an object {\"stream\": …, \"targets\": [{\"type\": …, \"id\": …}]}");
  TargetsBody out;
  out.stream = text_of(root.get_object(), "stream", "stream", false);
  const json::value* targets = root.get_object().if_contains("targets");
  if (targets == nullptr || !targets->is_array()) throw BadBody("targets must be a list of {\"type\": …, \"id\": …}");
  if (targets->get_array().empty()) throw BadBody("targets is empty: name at least one");
  if (targets->get_array().size() > kMostTargets)
    throw BadBody("more than 1000 targets: split them over several events");
  for (const json::value& item : targets->get_array()) {
    if (!item.is_object()) throw BadBody("targets must hold objects {\"type\": …, \"id\": …}");
    out.targets.push_back({text_of(item.get_object(), "type", "targets[].type", false),
                           text_of(item.get_object(), "id", "targets[].id", true)});
  }
  return out;
}

std::optional<std::string> field_of(std::string_view body, std::string_view dotted) {
  json::value root;
  try {
    root = parse(body);
  } catch (const BadBody&) {
    return std::nullopt;
  }
  const json::value* at = &root;
  while (!dotted.empty()) {
    const std::string_view key = dotted.substr(0, dotted.find('.'));
    dotted.remove_prefix(key.size() == dotted.size() ? key.size() : key.size() + 1);
    at = at->is_object() ? at->get_object().if_contains(key) : nullptr;
    if (at == nullptr) return std::nullopt;
  }
  if (at->is_string()) return std::string(std::string_view(at->get_string()));
  if (at->is_int64() || at->is_uint64()) return json::serialize(*at);
  return std::nullopt;
}

}  // namespace iz::serve
