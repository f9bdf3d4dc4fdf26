// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "records/manifest.hpp"

// Reads JSON objects of a manifest, gathering everything that is wrong by its path instead of stopping at the first
// fault.
namespace iz::records::detail {

class Problems {
 public:
  void add(std::string problem) { all_.push_back(std::move(problem)); }
  [[nodiscard]] const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
};

// One object. Members nobody asked for are unknown; they are noted when the reader goes out of scope.
class ObjectReader {
 public:
  ObjectReader(const boost::json::object& object, std::string path, Problems& problems,
               std::vector<std::string>& unknown)
      : object_(&object), path_(std::move(path)), problems_(&problems), unknown_(&unknown) {}
  ~ObjectReader();
  ObjectReader(ObjectReader&& other) noexcept;
  ObjectReader& operator=(ObjectReader&&) = delete;

  [[nodiscard]] const boost::json::value* find(std::string_view key);
  [[nodiscard]] std::string text(std::string_view key, bool needed, std::string_view fallback = {});
  [[nodiscard]] bool boolean(std::string_view key, bool fallback);
  [[nodiscard]] std::optional<double> number(std::string_view key);
  [[nodiscard]] std::vector<std::string> texts(std::string_view key);
  [[nodiscard]] std::chrono::seconds duration(std::string_view key, std::chrono::seconds fallback);
  // Calls `read` for the object under `key`, if there is one.
  void one_member(std::string_view key, const std::function<void(ObjectReader item)>& read);
  // Calls `read` for each member of the object, or item of the list, under `key`, which are objects themselves.
  void each_member(std::string_view key, const std::function<void(std::string name, ObjectReader item)>& read);
  void each_item(std::string_view key, const std::function<void(ObjectReader item)>& read);

  void problem(std::string_view key, std::string_view what);

 private:
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const boost::json::object* object_;
  std::string path_;
  Problems* problems_;
  std::vector<std::string>* unknown_;
  std::vector<std::string> asked_;
};

// What is wrong with a setting's default; empty = nothing. What operators wrote is checked by config::check, which
// knows its place in their file.
[[nodiscard]] std::string default_fault(const ManifestSetting& setting, const boost::json::value& value);

}  // namespace iz::records::detail
