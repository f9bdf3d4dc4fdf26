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

  // Lists what labels may name. Metrics of what cannot be listed cannot be read: failures(), and all of it throws
  // infrazen::Error when that may pass by itself.
  void list_resources();
  // By type of resource, those whose listing failed: no permission (403), no such service (404, 501).
  [[nodiscard]] const std::map<std::string_view, infrazen::Error>& failures() const { return failures_; }
  // The types of resources whose metrics settings 'kinds' and 'without_kinds' ask for.
  [[nodiscard]] std::set<std::string_view> types() const;
  // Why metrics of the type cannot be read; nullptr = they can.
  [[nodiscard]] const infrazen::Error* failure(std::string_view resource_type) const;

  // Pushes every point of [since, until) of resources of these types, one per step of the grid. Throws infrazen::Error
  // when something of it could not be read: then the window is to be read again. A resource that Monitoring refuses to
  // be asked about (400) is a finding, as long as it answers about others.
  void read(infrazen::Micros since, infrazen::Micros until, const std::set<std::string_view>& types);

 private:
  struct Read {
    const MetricKind* kind;
    std::vector<std::string> owners;  // as labels have them
  };
  struct Refused {
    const MetricKind* kind;
    std::string owner;
    infrazen::Error error;
  };
  using Values = std::map<infrazen::Micros, double>;

  [[nodiscard]] bool wanted(const MetricKind& kind) const;
  void list_type(std::string_view type);
  void ask(Read read);
  // The same error; one about permissions says which role is to be granted to whom and where.
  [[nodiscard]] infrazen::Error advised(const infrazen::Error& error) const;
  void take(const Read& read, const support::Page& page);
  void narrow(const Read& read, const support::Page& page);
  void report_refused();
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
  std::size_t answered_ = 0;                                                                 // reads of this window
  std::vector<Refused> refused_;                                                             // of this window
  std::vector<Read> asked_;                                                                  // by tag
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> ids_;  // type → label → id
  std::map<std::string_view, infrazen::Error> failures_;
  std::map<std::pair<const MetricKind*, std::string>, Values> series_;  // by kind and resource
};

}  // namespace iz::yandex
