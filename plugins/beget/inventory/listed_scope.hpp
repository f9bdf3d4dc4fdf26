// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/sync.hpp>

namespace iz::beget {

// Where the records of one listing go: into its scope, or, in a targeted run, only those that were asked for, with a
// retirement for each that is not there. `types` are those it lists; it is the only listing of them.
class ListedScope {
 public:
  ListedScope(infrazen::Sync& sync, std::string_view scope, std::initializer_list<std::string_view> types);

  // Whether any of it is asked for: else it need not be read.
  [[nodiscard]] static bool wanted(const infrazen::Sync& sync, std::initializer_list<std::string_view> types);

  void push(const infrazen::Resource& resource);
  void relate(std::string_view from_type, std::string_view from_id, std::string_view to_type, std::string_view to_id,
              std::string_view relation);
  // All of it was read.
  void complete();

 private:
  [[nodiscard]] bool asked_for(std::string_view type, std::string_view id) const;

  infrazen::Sync& sync_;
  std::optional<infrazen::Scope> scope_;
  std::vector<std::string_view> types_;
  std::set<std::string, std::less<>> seen_;  // "type id" of targets
};

}  // namespace iz::beget
