// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include "yandex/inventory/kind.hpp"

namespace iz::yandex {

const std::vector<const ResourceKind*>& all_kinds() {
  static const std::vector<const ResourceKind*> kinds = [] {
    std::vector<const ResourceKind*> all;
    for (const auto part :
         {compute_kinds(), network_kinds(), database_kinds(), container_kinds(), serverless_kinds(), other_kinds()}) {
      for (const ResourceKind& kind : part) all.push_back(&kind);
    }
    return all;
  }();
  return kinds;
}

const ResourceKind* find_kind(std::string_view type) {
  const auto found = std::ranges::find(all_kinds(), type, [](const ResourceKind* kind) { return kind->type; });
  return found == all_kinds().end() ? nullptr : *found;
}

}  // namespace iz::yandex
