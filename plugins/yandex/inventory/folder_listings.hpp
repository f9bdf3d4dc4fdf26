// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/pages.hpp"
#include "yandex/inventory/estate.hpp"
#include "yandex/inventory/kind.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::yandex {

// A path of the table with an id, encoded, in its place: "/compute/v1/disks/{id}".
[[nodiscard]] std::string filled(std::string_view pattern, std::string_view place, std::string_view value);

// Lists every kind of every folder, all at once, within what the host lets go at a time. A scope is a kind in a folder,
// its resources and their relations: it is completed when every page of it and every part of every element was read.
// What may not be read (403) is a failure and stays as it is; what the installation does not have (404, 501) is passed
// over and stays as it is, too.
class FolderListings {
 public:
  // Failed listings go to `failures`. Folders that turn up with a resource are added to `estate`.
  FolderListings(infrazen::Sync& sync, const Client& client, Estate& estate, infrazen::Failures& failures);
  FolderListings(const FolderListings&) = delete;
  FolderListings& operator=(const FolderListings&) = delete;
  ~FolderListings();

  // For a targeted run: the resource is read and pushed outside of any scope, or retired when the
  // provider says that it is gone (404).
  void look_up(std::string_view type, std::string_view id);
  // Lists `kinds` of the estate's folders, and looks up what was asked for. Returns when all of it was read. Marks with
  // `cursor` when much waits for a mark.
  void run(const std::vector<const ResourceKind*>& kinds, std::string_view cursor);
  // How many listings and look-ups were asked for, for Failures::raise().
  [[nodiscard]] std::size_t listings() const { return tasks_.size(); }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  // An element whose parts are read.
  struct Waiting {
    JsonValue value;
    std::vector<std::vector<Page>> parts;
  };
  struct Task {
    const ResourceKind* kind = nullptr;
    std::size_t folder = kNone;  // of a look-up: when its answer came
    std::string target{};        // id of a look-up
    std::optional<infrazen::Scope> scope{};
    std::deque<Page> pages{};  // of a kind with parts: what `waiting` views
    std::deque<Waiting> waiting{};
    std::size_t open = 1;  // listings under way: its own, and those of parts
    bool over = false;     // failed, passed over or completed
  };
  struct ServicePresets {
    Presets known{};
    bool ready = false;
    std::optional<infrazen::Error> error{};
  };
  // What a listing under way is for.
  struct Job {
    std::size_t task = kNone;
    std::size_t element = kNone;  // of a part
    std::size_t part = 0;
    ServicePresets* presets = nullptr;
  };

  void add_task(const ResourceKind& kind, std::size_t folder);
  // The folder of a resource that was looked up, and what its row takes from other resources.
  void place(Task& task, JsonValue value);
  std::size_t folder_number(const std::string& id);
  void learn_boot_disk(Task& task, JsonValue instance);
  void add_listing(support::Listing listing, Job job);
  void drain(std::string_view cursor);
  void take_page(Task& task, Page page);
  void take_part(Task& task, const Job& job, Page page);
  void take_presets(ServicePresets& presets, const Page& page);
  void ask_parts(std::size_t task, JsonValue element);
  void ask_presets(const ResourceKind& kind);
  // Maps and pushes what waited, and completes the scope, once nothing of it is under way any more.
  void finish_if_ready(Task& task);
  void push(Task& task, JsonValue value, std::span<const std::vector<Page>> parts);
  infrazen::Scope& scope(Task& task);
  void not_found(Task& task, const Page& page);
  void failed(Task& task, const infrazen::Error& error);
  [[nodiscard]] std::string name_of(const Task& task) const;
  void log_what_is_missing() const;

  infrazen::Sync& sync_;
  const Client& client_;
  Estate& estate_;
  infrazen::Failures& failures_;
  support::PagedListings pages_;
  std::deque<Task> tasks_;
  std::vector<Job> jobs_;                                                           // by tag
  std::deque<Facts> facts_;                                                         // by folder
  std::map<std::string, ServicePresets, std::less<>> presets_;                      // by service
  std::map<std::pair<std::size_t, std::string_view>, infrazen::Error> lost_facts_;  // by folder and service
  std::map<std::string_view, std::size_t> missing_;                                 // type → in how many folders
  std::size_t unmarked_ = 0;
};

}  // namespace iz::yandex
