// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/yaml/reader.hpp"

#include <algorithm>
#include <charconv>

#include "config/yaml/nearest.hpp"
#include "config/yaml/scalar.hpp"
#include "config/yaml/units.hpp"

namespace iz::config {
namespace {

// What was written, cut so that a message stays a line.
std::string shown(const std::string& text) {
  return text.size() <= 60 ? '\'' + text + '\'' : '\'' + text.substr(0, 57) + "...'";
}

// With all its digits and no more: "0.01", "100000".
std::string plain(double number) {
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed).ptr;
  return {digits, end};
}

}  // namespace

std::vector<Problem> Problems::sorted() const {
  auto copy = list_;
  std::stable_sort(copy.begin(), copy.end(), [](const Problem& a, const Problem& b) { return a.at < b.at; });
  return copy;
}

bool is_name(std::string_view text, std::string_view more, std::size_t max, bool digit_first) {
  if (text.empty() || text.size() > max) return false;
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!lower(text.front()) && !(digit_first && digit(text.front()))) return false;
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return lower(c) || digit(c) || more.find(c) != std::string_view::npos; });
}

MapReader::MapReader(const Value& map, std::string name, Problems& problems)
    : map_(map), name_(std::move(name)), problems_(problems) {}

std::string MapReader::qualified(std::string_view key) const {
  return name_.empty() ? std::string(key) : name_ + '.' + std::string(key);
}

Position MapReader::at(std::string_view key) const {
  const Value* value = map_.find(key);
  return value != nullptr ? value->at : map_.at;
}

void MapReader::problem(std::string_view key, const std::string& message) {
  problems_.add(at(key), qualified(key) + ' ' + message);
}

const Value* MapReader::any(std::string_view key) {
  known_.emplace_back(key);
  const Value* value = map_.find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

const Value* MapReader::scalar(std::string_view key, std::string_view wanted) {
  const Value* value = any(key);
  if (value != nullptr && !value->is_scalar()) {
    problem(key, "must be " + std::string(wanted) + ", not " + std::string(value->kind_name()));
    return nullptr;
  }
  return value;
}

const Value* MapReader::map(std::string_view key) {
  const Value* value = any(key);
  if (value != nullptr && !value->is_map()) {
    problem(key, "must be a map of keys and values, not " + std::string(value->kind_name()));
    return nullptr;
  }
  return value;
}

const Value* MapReader::list(std::string_view key) {
  const Value* value = any(key);
  if (value != nullptr && !value->is_list()) {
    problem(key, "must be a list, not " + std::string(value->kind_name()));
    return nullptr;
  }
  return value;
}

void MapReader::text(std::string_view key, std::string& out) {
  if (const Value* value = scalar(key, "text")) out = value->text;
}

void MapReader::boolean(std::string_view key, bool& out) {
  const Value* value = scalar(key, "true or false");
  if (value == nullptr) return;
  if (const auto read = as_boolean(*value)) {
    out = *read;
  } else {
    problem(key, "must be true or false (without quotes), not " + shown(value->text));
  }
}

std::optional<std::int64_t> MapReader::integer_between(std::string_view key, std::int64_t min, std::int64_t max) {
  const Value* value = scalar(key, "a whole number");
  if (value == nullptr) return std::nullopt;
  const auto read = as_integer(*value);
  if (!read || *read < min || *read > max) {
    problem(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max) + ", not " +
                     shown(value->text));
    return std::nullopt;
  }
  return read;
}

void MapReader::number(std::string_view key, std::optional<double>& out, double min, double max) {
  const Value* value = scalar(key, "a number");
  if (value == nullptr) return;
  const auto read = as_number(*value);
  if (!read || *read < min || *read > max) {
    problem(key, "must be a number from " + plain(min) + " to " + plain(max) + ", not " + shown(value->text));
  } else {
    out = read;
  }
}

std::optional<std::chrono::milliseconds> MapReader::duration_between(std::string_view key,
                                                                     std::chrono::milliseconds min,
                                                                     std::chrono::milliseconds max) {
  const Value* value = scalar(key, "a duration");
  if (value == nullptr) return std::nullopt;
  const auto read = parse_duration(value->text);
  if (!read) {
    problem(key, "must be a duration such as 90s, 15m, 1h30m or 7d, not " + shown(value->text));
    return std::nullopt;
  }
  if (*read < min || *read > max) {
    problem(key, "must lie between " + format_duration(min) + " and " + format_duration(max) + ", not " +
                     shown(value->text));
    return std::nullopt;
  }
  return read;
}

void MapReader::duration(std::string_view key, std::optional<std::chrono::milliseconds>& out,
                         std::chrono::milliseconds min, std::chrono::milliseconds max) {
  if (const auto read = duration_between(key, min, max)) out = read;
}

std::optional<std::uint64_t> MapReader::size_between(std::string_view key, std::uint64_t min, std::uint64_t max) {
  const Value* value = scalar(key, "a size");
  if (value == nullptr) return std::nullopt;
  const auto read = parse_size(value->text);
  if (!read) {
    problem(key, "must be a size such as 64KiB, 512MiB or 1GiB, not " + shown(value->text));
    return std::nullopt;
  }
  if (*read < min || *read > max) {
    problem(key, "must lie between " + std::to_string(min) + " and " + std::to_string(max) + " bytes, not " +
                     shown(value->text));
    return std::nullopt;
  }
  return read;
}

void MapReader::path(std::string_view key, std::filesystem::path& out) {
  const Value* value = scalar(key, "a path");
  if (value == nullptr) return;
  const std::filesystem::path read(value->text);
  if (!read.is_absolute() || value->text.find('\0') != std::string::npos) {
    problem(key, "must be an absolute path, not " + shown(value->text));
  } else {
    out = read.lexically_normal();
  }
}

void MapReader::time_zone(std::string_view key, std::string& out) {
  const Value* value = scalar(key, "a time zone");
  if (value == nullptr) return;
  if (is_time_zone(value->text)) {
    out = value->text;
  } else {
    problem(key, "must be a time zone of the tz database such as UTC or Europe/Moscow, not " + shown(value->text) +
                     " (timedatectl list-timezones shows all)");
  }
}

void MapReader::choice(std::string_view key, std::string& out, const std::vector<std::string>& choices) {
  const Value* value = scalar(key, "one word");
  if (value == nullptr) return;
  if (std::find(choices.begin(), choices.end(), value->text) != choices.end()) {
    out = value->text;
    return;
  }
  std::string all;
  for (const auto& choice : choices) all += (all.empty() ? "" : ", ") + choice;
  problem(key, "must be one of " + all + ", not " + shown(value->text));
}

void MapReader::texts(std::string_view key, std::vector<std::string>& out) {
  const Value* value = any(key);
  if (value == nullptr) return;
  if (value->is_map()) {
    problem(key, "must be a list, not a map");
    return;
  }
  std::vector<std::string> read;
  if (value->is_scalar()) read.push_back(value->text);
  for (const auto& item : value->items) {
    if (!item.is_scalar()) {
      problems_.add(item.at, qualified(key) + " must hold plain texts, not " + std::string(item.kind_name()));
      return;
    }
    read.push_back(item.text);
  }
  out = std::move(read);
}

void MapReader::finish() {
  for (const auto& member : map_.members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    const std::string where = name_.empty() ? "" : " in " + name_;
    problems_.add(member.key_at, "unknown key '" + member.key + "'" + where + hint(member.key, known_));
  }
}

}  // namespace iz::config
