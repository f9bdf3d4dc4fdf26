// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml/value.hpp"

namespace iz::config {

// Collects what is wrong, so that reading goes on and all of it is shown at once.
class Problems {
 public:
  void add(const Position& at, std::string message) { list_.push_back({at, std::move(message)}); }
  void add(const std::vector<Problem>& more) { list_.insert(list_.end(), more.begin(), more.end()); }
  [[nodiscard]] const std::vector<Problem>& list() const noexcept { return list_; }
  // In the order of the files' lines.
  [[nodiscard]] std::vector<Problem> sorted() const;

 private:
  std::vector<Problem> list_;
};

// Reads the keys of one map into typed variables. A key that is absent or null leaves its variable alone; one that does
// not fit is a problem that says what is wanted. finish() reports the keys nobody asked for.
class MapReader {
 public:
  // `name` is what messages call the map ("limits.run"); empty = the file.
  MapReader(const Value& map, std::string name, Problems& problems);

  void text(std::string_view key, std::string& out);
  void boolean(std::string_view key, bool& out);
  template <typename Integer>
  void integer(std::string_view key, Integer& out, std::int64_t min, std::int64_t max) {
    if (const auto number = integer_between(key, min, max)) out = static_cast<Integer>(*number);
  }
  void number(std::string_view key, std::optional<double>& out, double min, double max);
  template <typename Duration>
  void duration(std::string_view key, Duration& out, std::chrono::milliseconds min, std::chrono::milliseconds max) {
    if (const auto value = duration_between(key, min, max)) out = std::chrono::duration_cast<Duration>(*value);
  }
  void duration(std::string_view key, std::optional<std::chrono::milliseconds>& out, std::chrono::milliseconds min,
                std::chrono::milliseconds max);
  template <typename Integer>
  void size(std::string_view key, Integer& out, std::uint64_t min, std::uint64_t max) {
    if (const auto value = size_between(key, min, max)) out = static_cast<Integer>(*value);
  }
  void path(std::string_view key, std::filesystem::path& out);  // absolute
  void time_zone(std::string_view key, std::string& out);
  void choice(std::string_view key, std::string& out, const std::vector<std::string>& choices);
  // A list of texts, or one text alone.
  void texts(std::string_view key, std::vector<std::string>& out);

  // The value for the caller to read; nullptr when absent or null, or, with a problem, when it is of another kind.
  [[nodiscard]] const Value* map(std::string_view key);
  [[nodiscard]] const Value* list(std::string_view key);
  [[nodiscard]] const Value* any(std::string_view key);

  // Where the key's value stands; the map itself when absent.
  [[nodiscard]] Position at(std::string_view key) const;
  [[nodiscard]] std::string qualified(std::string_view key) const;
  void problem(std::string_view key, const std::string& message);

  void finish();

 private:
  [[nodiscard]] const Value* scalar(std::string_view key, std::string_view wanted);
  [[nodiscard]] std::optional<std::int64_t> integer_between(std::string_view key, std::int64_t min, std::int64_t max);
  [[nodiscard]] std::optional<std::chrono::milliseconds> duration_between(std::string_view key,
                                                                          std::chrono::milliseconds min,
                                                                          std::chrono::milliseconds max);
  [[nodiscard]] std::optional<std::uint64_t> size_between(std::string_view key, std::uint64_t min, std::uint64_t max);

  const Value& map_;
  std::string name_;
  Problems& problems_;
  std::vector<std::string> known_;
};

// lower case letters, digits and `more`, starting with a letter (or a digit, if allowed), 1 to max characters.
[[nodiscard]] bool is_name(std::string_view text, std::string_view more, std::size_t max, bool digit_first = false);

}  // namespace iz::config
