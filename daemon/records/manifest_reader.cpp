// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "records/manifest_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace iz::records::detail {

namespace json = boost::json;

ObjectReader::ObjectReader(ObjectReader&& other) noexcept
    : object_(std::exchange(other.object_, nullptr)),
      path_(std::move(other.path_)),
      problems_(other.problems_),
      unknown_(other.unknown_),
      asked_(std::move(other.asked_)) {}

ObjectReader::~ObjectReader() {
  if (object_ == nullptr) return;
  for (const auto& member : *object_) {
    const std::string_view key = member.key();
    if (std::ranges::find(asked_, key) == asked_.end()) unknown_->push_back(path_of(key));
  }
}

std::string ObjectReader::path_of(std::string_view key) const {
  if (key.empty()) return path_;
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void ObjectReader::problem(std::string_view key, std::string_view what) {
  problems_->add(fmt::format("{}: {}", path_of(key), what));
}

const json::value* ObjectReader::find(std::string_view key) {
  asked_.emplace_back(key);
  return object_->if_contains(key);
}

std::string ObjectReader::text(std::string_view key, bool needed, std::string_view fallback) {
  const json::value* value = find(key);
  if (value == nullptr) {
    if (needed) problem(key, "is missing");
    return std::string(fallback);
  }
  if (!value->is_string()) {
    problem(key, "must be a string");
    return std::string(fallback);
  }
  const std::string text(std::string_view(value->get_string()));
  if (needed && text.empty()) problem(key, "must not be empty");
  if (text.find('\0') != std::string::npos) problem(key, "holds a NUL");
  return text;
}

bool ObjectReader::boolean(std::string_view key, bool fallback) {
  const json::value* value = find(key);
  if (value == nullptr) return fallback;
  if (value->is_bool()) return value->get_bool();
  problem(key, "must be true or false");
  return fallback;
}

std::optional<double> ObjectReader::number(std::string_view key) {
  const json::value* value = find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_number()) return value->to_number<double>();
  problem(key, "must be a number");
  return std::nullopt;
}

std::vector<std::string> ObjectReader::texts(std::string_view key) {
  std::vector<std::string> texts;
  const json::value* value = find(key);
  if (value == nullptr) return texts;
  if (!value->is_array()) {
    problem(key, "must be a list of strings");
    return texts;
  }
  for (const auto& item : value->get_array()) {
    if (item.is_string()) {
      texts.emplace_back(std::string_view(item.get_string()));
    } else {
      problem(key, "must hold strings only");
    }
  }
  return texts;
}

std::chrono::seconds ObjectReader::duration(std::string_view key, std::chrono::seconds fallback) {
  const std::string written = text(key, false);
  if (written.empty()) return fallback;
  const auto duration = parse_duration(written);
  if (!duration) problem(key, fmt::format("\"{}\" is not a duration like 30s, 15m, 1h, 1d", written));
  return duration.value_or(fallback);
}

void ObjectReader::one_member(std::string_view key, const std::function<void(ObjectReader item)>& read) {
  const json::value* value = find(key);
  if (value == nullptr) return;
  if (!value->is_object()) {
    problem(key, "must be an object");
    return;
  }
  read(ObjectReader(value->get_object(), path_of(key), *problems_, *unknown_));
}

void ObjectReader::each_member(std::string_view key,
                               const std::function<void(std::string name, ObjectReader item)>& read) {
  const json::value* value = find(key);
  if (value == nullptr) return;
  if (!value->is_object()) {
    problem(key, "must be an object");
    return;
  }
  for (const auto& member : value->get_object()) {
    const std::string name(std::string_view(member.key()));
    const std::string path = fmt::format("{}.{}", path_of(key), name);
    if (!member.value().is_object()) {
      problems_->add(fmt::format("{}: must be an object", path));
      continue;
    }
    read(name, ObjectReader(member.value().get_object(), path, *problems_, *unknown_));
  }
}

void ObjectReader::each_item(std::string_view key, const std::function<void(ObjectReader item)>& read) {
  const json::value* value = find(key);
  if (value == nullptr) return;
  if (!value->is_array()) {
    problem(key, "must be a list of objects");
    return;
  }
  std::size_t index = 0;
  for (const auto& item : value->get_array()) {
    const std::string path = fmt::format("{}[{}]", path_of(key), index++);
    if (!item.is_object()) {
      problems_->add(fmt::format("{}: must be an object", path));
      continue;
    }
    read(ObjectReader(item.get_object(), path, *problems_, *unknown_));
  }
}

}  // namespace iz::records::detail
