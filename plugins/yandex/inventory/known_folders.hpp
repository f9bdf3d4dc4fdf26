// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "yandex/inventory/estate.hpp"

namespace iz::yandex {

// The folders that were ever listed and may still have resources on record: the cursor of the inventory. A folder that
// was deleted is in no listing, so nothing else would tell that its resources are gone.
class KnownFolders {
 public:
  // Of a cursor; one that is empty, or of another kind, knows none.
  explicit KnownFolders(std::string_view cursor);

  [[nodiscard]] std::vector<std::string> not_in(const Estate& estate) const;
  void add(const Estate& estate);
  void forget(const std::string& folder) { ids_.erase(folder); }
  [[nodiscard]] std::string cursor() const;

 private:
  std::set<std::string> ids_;
};

}  // namespace iz::yandex
