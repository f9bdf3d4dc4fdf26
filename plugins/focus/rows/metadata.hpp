// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "focus/rows/focus_columns.hpp"

// The JSON files that accompany an export (rules: FOCUS metadata, Schema and delivery objects).
namespace iz::focus {

class Metadata {
 public:
  // One JSON file; objects that are no schema and no delivery are passed over, and so is text that is no JSON. `path`
  // is relative to the granted folder, like the paths below.
  void add(std::string_view path, std::string_view json);

  // The version that a delivery states for the data file, else that of the only schemas whose columns are exactly
  // these.
  [[nodiscard]] std::optional<Version> version_of(std::string_view path,
                                                  std::span<const std::string_view> columns) const;
  [[nodiscard]] bool empty() const { return schemas_.empty(); }

 private:
  struct Schema {
    Version version;
    std::set<std::string, std::less<>> columns;
  };
  struct Delivery {
    std::string schema_id;
    std::string path;
  };
  std::map<std::string, Schema, std::less<>> schemas_;  // by SchemaId
  std::vector<Delivery> deliveries_;
};

}  // namespace iz::focus
