// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/advice.hpp"
#include "yandex/inventory/folder_listings.hpp"
#include "yandex/inventory/known_folders.hpp"
#include "yandex/streams.hpp"

namespace iz::yandex {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Kind;

std::vector<const ResourceKind*> kinds_asked_for(const Settings& settings) {
  std::vector<const ResourceKind*> asked;
  for (const ResourceKind* kind : all_kinds()) {
    if (!settings.kinds.empty() && !type_matches(settings.kinds, kind->type)) continue;
    if (!type_matches(settings.without_kinds, kind->type)) asked.push_back(kind);
  }
  if (asked.empty())
    throw Error(ErrorClass::config, "settings 'kinds' and 'without_kinds' leave no kind of resource to list");
  return asked;
}

// Everything in it went with the folder: its scopes are complete and empty.
void retire_folder(infrazen::Sync& sync, const std::string& folder) {
  sync.log().info("folder " + folder + " is gone, and what was in it");
  for (const ResourceKind* kind : all_kinds()) {
    sync.scope({Kind::resource, Kind::relation}, scope_name(folder, kind->type)).complete();
  }
}

// Folders that were listed once and are not there now. `sure`: clouds and folders could all be read in this run, so a
// folder that the same service does not know is no folder any more.
void look_after_lost_folders(infrazen::Sync& sync, const Client& client, const std::vector<std::string>& lost,
                             bool sure, KnownFolders& known) {
  if (!sure) return;
  support::PagedListings asked(sync.http());
  for (std::size_t i = 0; i < lost.size(); ++i) {
    const std::string url =
        client.url("resource-manager", "/resource-manager/v1/folders/" + support::percent_encoded(lost[i]));
    if (!url.empty())
      asked.add({.name = "folder " + lost[i], .request = {.url = url}, .session = &client.session(), .tag = i});
  }
  while (const auto page = asked.next()) {
    const std::string& folder = lost[page->tag()];
    if (!page->error()) {
      sync.log().warning("folder " + folder + " is there but not listed any more (settings?); what was in it stays");
    } else if (page->error()->http_status() == 404 && says_not_found(page->refusal())) {
      retire_folder(sync, folder);
      known.forget(folder);
    } else {
      sync.log().warning(
          "folder " + folder +
          " is not listed any more and cannot be asked for, what was in it stays: " + page->error()->what());
    }
  }
}

void sync_targets(infrazen::Sync& sync, const Client& client) {
  infrazen::Failures failures("resources asked for");
  Estate estate;
  FolderListings listings(sync, client, estate, failures);
  for (const infrazen::Target& target : sync.targets()) listings.look_up(target.resource_type, target.external_id);
  listings.run({}, {});
  sync.mark({});
  failures.raise(listings.listings());
}

}  // namespace

void sync_inventory(infrazen::Sync& sync, const Client& client) {
  if (sync.targeted()) return sync_targets(sync, client);
  infrazen::Failures failures("listings");
  Estate estate = read_estate(client, failures);
  const bool all_seen = failures.count() == 0;
  push_accounts(sync, estate);
  KnownFolders known(sync.cursor());
  const std::vector<std::string> lost = known.not_in(estate);
  known.add(estate);
  FolderListings listings(sync, client, estate, failures);
  listings.run(kinds_asked_for(client.settings()), known.cursor());
  look_after_lost_folders(sync, client, lost, all_seen, known);
  sync.mark(known.cursor());
  failures.raise(estate.parts + listings.listings());
}

}  // namespace iz::yandex
