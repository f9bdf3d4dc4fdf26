// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/folder_listings.hpp"

#include "yandex/inventory/advice.hpp"
#include "yandex/inventory/mapping.hpp"

namespace iz::yandex {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Kind;
using support::Listing;
using support::Paging;

constexpr std::size_t kRowsPerMark = 20'000;

// 404 for a part of what was just listed says nothing of the service: something changed meanwhile, or is broken.
Error of_part(const Error& error) {
  if (!is_no_service(error)) return error;
  return {ErrorClass::permanent,
          std::string(error.what()) + "; it was listed a moment ago. If it stays so, set 'details: false'",
          error.retry_after()};
}
}  // namespace

std::string filled(std::string_view pattern, std::string_view place, std::string_view value) {
  std::string out(pattern);
  if (const std::size_t at = out.find(place); at != std::string::npos)
    out.replace(at, place.size(), support::percent_encoded(value));
  return out;
}

FolderListings::FolderListings(infrazen::Sync& sync, const Client& client, Estate& estate, infrazen::Failures& failures)
    : sync_(sync),
      client_(client),
      estate_(estate),
      failures_(failures),
      pages_(sync.http()),
      facts_(estate.folders.size()) {}

FolderListings::~FolderListings() = default;

void FolderListings::run(const std::vector<const ResourceKind*>& kinds, std::string_view cursor) {
  for (const bool first : {true, false}) {
    for (std::size_t folder = 0; folder < estate_.folders.size(); ++folder) {
      for (const ResourceKind* kind : kinds) {
        if ((kind->learn != nullptr) == first) add_task(*kind, folder);
      }
    }
    drain(cursor);
  }
  log_what_is_missing();
}

void FolderListings::add_task(const ResourceKind& kind, std::size_t folder) {
  const std::size_t number = tasks_.size();
  Task& task = tasks_.emplace_back();
  task.kind = &kind;
  task.folder = folder;
  if (client_.url(kind.service, "").empty()) {
    ++missing_[kind.type];
    task.over = true;
    return;
  }
  // Without the disks the machines would seem to have changed.
  const auto lost = lost_facts_.find({folder, kind.service});
  if (kind.needs_facts && lost != lost_facts_.end()) {
    return failed(task, Error(lost->second.error_class(), "it needs " + std::string(lost->second.what()),
                              lost->second.retry_after()));
  }
  add_listing(
      {.name = name_of(task),
       .request = {.url = client_.paged_url(kind.service, filled(kind.list, "{folder}", estate_.folders[folder].id))},
       .rows = std::string(kind.key),
       .paging = Paging::token(),
       .empty_without_rows = true},
      {.task = number});
}

void FolderListings::add_listing(Listing listing, Job job) {
  listing.session = &client_.session();
  listing.tag = jobs_.size();
  jobs_.push_back(job);
  pages_.add(std::move(listing));
}

void FolderListings::drain(std::string_view cursor) {
  while (auto page = pages_.next()) {
    const Job job = jobs_[page->tag()];
    if (job.presets != nullptr) {
      take_presets(*job.presets, *page);
    } else {
      Task& task = tasks_[job.task];
      job.element == kNone ? take_page(task, std::move(*page)) : take_part(task, job, std::move(*page));
    }
    if (unmarked_ < kRowsPerMark) continue;
    sync_.mark(cursor);
    unmarked_ = 0;
  }
}

void FolderListings::take_page(Task& task, Page page) {
  if (page.error()) return task.target.empty() ? failed(task, *page.error()) : not_found(task, page);
  const bool last = page.last();
  if (!task.target.empty() && !task.over) place(task, page.root());
  if (!task.over) {
    const auto number = static_cast<std::size_t>(jobs_[page.tag()].task);
    const ResourceKind& kind = *task.kind;
    if (kind.learn != nullptr) {
      for (const JsonValue value : page.rows()) kind.learn(value, facts_[task.folder]);
    }
    if (kind.parts.empty()) {
      for (const JsonValue value : page.rows()) push(task, value, {});
    } else {
      task.pages.push_back(std::move(page));
      for (const JsonValue value : task.pages.back().rows()) ask_parts(number, value);
    }
  }
  if (!last) return;
  --task.open;
  finish_if_ready(task);
}

void FolderListings::ask_parts(std::size_t number, JsonValue value) {
  Task& task = tasks_[number];
  const ResourceKind& kind = *task.kind;
  task.waiting.push_back({value, std::vector<std::vector<Page>>(kind.parts.size())});
  if (!kind.presets.empty()) ask_presets(kind);
  for (std::size_t part = 0; part < kind.parts.size(); ++part) {
    const Part& asked = kind.parts[part];
    if (asked.detail && !client_.settings().details) continue;
    const std::string path = filled(asked.path, "{id}", value["id"].text());
    Listing listing{.name = name_of(task) + ", " + std::string(value["id"].text()),
                    .request = {.url = client_.url(kind.service, path)}};
    if (!asked.key.empty()) {
      listing.request.url = client_.paged_url(kind.service, path);
      listing.paging = Paging::token();
    }
    listing.rows = asked.key;
    listing.id = asked.id;
    listing.empty_without_rows = true;
    ++task.open;
    add_listing(std::move(listing), {.task = number, .element = task.waiting.size() - 1, .part = part});
  }
}

void FolderListings::ask_presets(const ResourceKind& kind) {
  const auto [at, is_new] = presets_.try_emplace(std::string(kind.service));
  if (!is_new) return;
  add_listing({.name = "presets of " + std::string(kind.name),
               .request = {.url = client_.paged_url(kind.service, kind.presets)},
               .rows = "resourcePresets",
               .paging = Paging::token(),
               .empty_without_rows = true},
              {.presets = &at->second});
}

void FolderListings::take_part(Task& task, const Job& job, Page page) {
  const bool last = page.last();
  if (page.error()) {
    const bool may_lack = task.kind->parts[job.part].detail && page.error()->http_status() == 501;
    if (!may_lack) return failed(task, of_part(*page.error()));
  } else if (!task.over) {
    task.waiting[job.element].parts[job.part].push_back(std::move(page));
  }
  if (!last) return;
  --task.open;
  finish_if_ready(task);
}

void FolderListings::take_presets(ServicePresets& presets, const Page& page) {
  for (const JsonValue preset : page.rows()) {
    presets.known.insert_or_assign(std::string(preset["id"].text()), Preset{preset["cores"].integer().value_or(0),
                                                                            preset["memory"].integer().value_or(0)});
  }
  if (!page.last()) return;
  if (page.error() && page.error()->http_status() != 501) presets.error = page.error();
  presets.ready = true;
  for (Task& task : tasks_) finish_if_ready(task);
}

void FolderListings::finish_if_ready(Task& task) {
  if (task.over || task.open > 0) return;
  if (!task.waiting.empty() && !task.kind->presets.empty()) {
    const ServicePresets& presets = presets_.find(task.kind->service)->second;
    if (!presets.ready) return;
    if (presets.error) return failed(task, of_part(*presets.error));
  }
  for (const Waiting& one : task.waiting) push(task, one.value, one.parts);
  task.waiting.clear();
  task.pages.clear();
  if (task.target.empty()) scope(task).complete();
  task.scope.reset();
  task.over = true;
}

infrazen::Scope& FolderListings::scope(Task& task) {
  if (!task.scope) {
    const std::string name = scope_name(estate_.folders[task.folder].id, task.kind->type);
    task.scope.emplace(sync_.scope({Kind::resource, Kind::relation}, name));
    task.scope->origin(client_.url(task.kind->service, ""));
  }
  return *task.scope;
}

void FolderListings::push(Task& task, JsonValue value, std::span<const std::vector<Page>> parts) {
  static const Presets kNoPresets;
  const auto presets = presets_.find(task.kind->service);
  const Mapped mapped = map_element({*task.kind, value, estate_.folders[task.folder], facts_[task.folder],
                                     presets == presets_.end() ? kNoPresets : presets->second.known, parts});
  const auto push_all = [&](auto& into) {
    into.push(mapped.resource);
    for (const auto& inner : mapped.inner) into.push(inner);
    for (const auto& relation : mapped.relations) into.push(relation);
  };
  task.target.empty() ? push_all(scope(task)) : push_all(sync_);
  unmarked_ += 1 + mapped.inner.size() + mapped.relations.size();
}

// A look-up whose answer is an error. It is gone only if the provider says so of this id; what answers 404 otherwise
// may be back in a moment, and the next listing tells.
void FolderListings::not_found(Task& task, const Page& page) {
  if (page.error()->http_status() != 404) return failed(task, *page.error());
  task.over = true;
  if (says_not_found(page.refusal(), task.target)) {
    sync_.push(infrazen::Retirement{.type = task.kind->type, .external_id = task.target});
  } else {
    sync_.log().warning("the provider does not say whether " + name_of(task) + " is gone, it stays until the next " +
                        "listing: " + page.error()->what());
  }
}

// What was pushed of it stays, the scope does not get complete, nothing of it is retired.
void FolderListings::failed(Task& task, const Error& error) {
  if (task.over) return;
  task.over = true;
  task.scope.reset();
  task.waiting.clear();
  task.pages.clear();
  if (task.kind->learn != nullptr && task.target.empty())
    lost_facts_.try_emplace({task.folder, task.kind->service}, error);
  if (is_no_service(error)) {
    ++missing_[task.kind->type];
    return;
  }
  const Error advised =
      task.folder == kNone ? error : with_advice(error, *task.kind, estate_.folders[task.folder], client_.settings());
  sync_.log().warning(advised.what());
  failures_.add(task.folder == kNone ? task.target : scope_name(estate_.folders[task.folder].id, task.kind->type),
                advised);
}

std::string FolderListings::name_of(const Task& task) const {
  if (!task.target.empty()) return std::string(task.kind->type) + ' ' + task.target;
  const Folder& folder = estate_.folders[task.folder];
  return std::string(task.kind->type) + " of folder " +
         (folder.name.empty() ? folder.id : folder.name + " (" + folder.id + ')');
}

void FolderListings::log_what_is_missing() const {
  std::string list;
  for (const auto& [type, folders] : missing_)
    list += (list.empty() ? "" : ", ") + std::string(type) + " (" + std::to_string(folders) + ')';
  if (!list.empty())
    sync_.log().info("not to be had in this installation (in so many folders), what is known of them stays: " + list);
}

}  // namespace iz::yandex
