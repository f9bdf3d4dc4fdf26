// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "yandex/inventory/estate.hpp"
#include "yandex/metrics/metric_kinds.hpp"
#include <infrazen/sync.hpp>

namespace iz::yandex {

// The metrics of one folder in a window of time. Labels of Compute hold a resource's NAME where it has one, and names
// are unique in a folder only: so a folder's machines and disks are listed, and labels looked up among them.
class FolderMetrics {
 public:
  FolderMetrics(infrazen::Sync& sync, const Client& client, const Folder& folder);

  // Pushes every point of [since, until), one per step of the grid. Throws infrazen::Error when something of it could
  // not be read: then the window is to be read again.
  void read(infrazen::Micros since, infrazen::Micros until);

 private:
  struct Read {
    const MetricKind* kind;
    std::vector<std::string> owners;  // as labels have them
  };
  using Values = std::map<infrazen::Micros, double>;

  void list_resources();
  void list_type(std::string_view type);
  void ask(Read read);
  void take(const Read& read, const support::Page& page);
  void push_all();
  [[nodiscard]] std::string body(const Read& read) const;
  // Id of the resource that a label names; "" = none that was listed.
  [[nodiscard]] std::string_view id_of(std::string_view type, std::string_view label) const;

  infrazen::Sync& sync_;
  const Client& client_;
  const Folder& folder_;
  infrazen::Micros since_{};
  infrazen::Micros until_{};
  support::PagedListings reads_;
  std::vector<Read> asked_;                                                                  // by tag
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> ids_;  // type → label → id
  std::map<std::pair<const MetricKind*, std::string>, Values> series_;                       // by kind and resource
};

}  // namespace iz::yandex
