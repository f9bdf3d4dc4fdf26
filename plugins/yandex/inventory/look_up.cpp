// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include "yandex/inventory/advice.hpp"
#include "yandex/inventory/folder_listings.hpp"

// The single resources of a targeted run. They become the rows that a listing makes of them: what those take from other
// resources (the disk a machine boots from) is asked for, too.
namespace iz::yandex {

using infrazen::Error;
using infrazen::ErrorClass;

namespace {

bool names(const std::vector<std::string>& list, const std::string& id) {
  return list.empty() || std::ranges::find(list, id) != list.end();
}

// Whether a listing would have come to this folder.
bool asked_for(const Settings& settings, const Folder& folder) {
  if (!settings.folders.empty()) return names(settings.folders, folder.id);
  if (!settings.clouds.empty()) return names(settings.clouds, folder.cloud_id);
  return names(settings.organizations, folder.organization_id);
}

}  // namespace

void FolderListings::look_up(std::string_view type, std::string_view id) {
  const ResourceKind* kind = find_kind(type);
  const std::string name = std::string(type) + ' ' + std::string(id);
  if (kind == nullptr || kind->get.empty()) {
    // Part of another resource, or a type without a request of its own. The next listing brings it.
    sync_.log().info(name + " cannot be looked up alone, the next listing has it");
    return;
  }
  const std::size_t number = tasks_.size();
  Task& task = tasks_.emplace_back();
  task.kind = kind;
  task.target = id;
  const std::string url = client_.url(kind->service, filled(kind->get, "{id}", id));
  if (url.empty()) return failed(task, Error(ErrorClass::permanent, name + ": no such service here", {}, 501));
  add_listing({.name = name, .request = {.url = url}}, {.task = number});
}

void FolderListings::place(Task& task, JsonValue value) {
  try {
    std::string folder(value["folderId"].text());
    if (const Link& owner = task.kind->owner; folder.empty() && !owner.path.empty()) {
      const ResourceKind& kind = *find_kind(owner.type);
      folder =
          client_.get(kind.service, filled(kind.get, "{id}", value.path(owner.path).text())).root()["folderId"].text();
    }
    task.folder = folder_number(folder);
    if (!asked_for(client_.settings(), estate_.folders[task.folder])) {
      sync_.log().info(name_of(task) + " is of folder " + folder + ", which the settings leave out");
      task.over = true;
      return;
    }
    if (task.kind->type == "compute.instance") learn_boot_disk(task, value);
  } catch (const Error& error) {
    if (error.error_class() == ErrorClass::cancelled) throw;
    // What is gone is not the resource itself, which was just read: no reason to retire it.
    failed(task,
           Error(error.error_class(), name_of(task) + ": its folder or disk: " + error.what(), error.retry_after()));
  }
}

std::size_t FolderListings::folder_number(const std::string& id) {
  const auto known = std::ranges::find(estate_.folders, id, &Folder::id);
  if (known != estate_.folders.end()) return static_cast<std::size_t>(known - estate_.folders.begin());
  estate_.folders.push_back(read_folder(client_, id));
  facts_.emplace_back();
  return estate_.folders.size() - 1;
}

void FolderListings::learn_boot_disk(Task& task, JsonValue instance) {
  const ResourceKind& disks = *find_kind("compute.disk");
  const ResourceKind& images = *find_kind("compute.image");
  Facts& facts = facts_[task.folder];
  const std::string disk_id(instance.path("bootDisk.diskId").text());
  if (disk_id.empty()) return;
  disks.learn(client_.get(disks.service, filled(disks.get, "{id}", disk_id)).root(), facts);
  const std::string image_id = facts.disks[disk_id].image_id;
  if (image_id.empty()) return;
  try {
    const auto image = client_.get(images.service, filled(images.get, "{id}", image_id));
    // As in a listing: images of other folders, the provider's own for instance, are not looked at.
    if (image.root()["folderId"].text() == estate_.folders[task.folder].id) images.learn(image.root(), facts);
  } catch (const Error& error) {
    if (!cannot_be_had(error)) throw;
  }
}

}  // namespace iz::yandex
