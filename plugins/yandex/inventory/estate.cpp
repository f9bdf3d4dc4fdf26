// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/estate.hpp"

#include <algorithm>

namespace iz::yandex {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using support::JsonValue;

bool asked_for(const std::vector<std::string>& list, std::string_view id) {
  return list.empty() || std::ranges::find(list, id) != list.end();
}

Cloud cloud_of(JsonValue value) {
  return {std::string(value["id"].text()), std::string(value["name"].text()),
          std::string(value["organizationId"].text())};
}

Folder folder_of(JsonValue value, std::string_view organization_id) {
  return {std::string(value["id"].text()), std::string(value["name"].text()), std::string(value["cloudId"].text()),
          std::string(organization_id), std::string(value["status"].text())};
}

// Lists are no snapshots: what was changed meanwhile may come twice.
template <class Part>
void add_once(std::vector<Part>& list, Part part) {
  if (!part.id.empty() && std::ranges::find(list, part.id, &Part::id) == list.end()) list.push_back(std::move(part));
}

// A credential of one folder sees that folder and not its cloud.
Cloud cloud_or_its_id(const Client& client, const std::string& id) {
  try {
    return cloud_of(
        client.get("resource-manager", "/resource-manager/v1/clouds/" + support::percent_encoded(id)).root());
  } catch (const Error& error) {
    if (error.error_class() != ErrorClass::auth && error.http_status() != 404) throw;
    return {id, {}, {}};
  }
}

class EstateReader {
 public:
  EstateReader(const Client& client, infrazen::Failures& failures)
      : client_(client), settings_(client.settings()), failures_(failures) {}

  Estate read() {
    settings_.folders.empty() ? by_organization() : by_folder();
    return std::move(estate_);
  }

 private:
  template <class Read>
  void part(const std::string& name, Read read) {
    ++estate_.parts;
    try {
      read();
    } catch (const Error& error) {
      client_.host().log().warning(name + ": " + error.what());
      failures_.add(name, error);
    }
  }

  void by_organization() {
    if (!settings_.clouds.empty()) {
      for (const std::string& id : settings_.clouds) {
        part("cloud " + id, [&] {
          add_once(
              estate_.clouds,
              cloud_of(client_.get("resource-manager", "/resource-manager/v1/clouds/" + support::percent_encoded(id))
                           .root()));
        });
      }
    } else {
      list_clouds();
    }
    for (const Cloud& cloud : estate_.clouds) {
      part("folders of cloud " + cloud.name + " (" + cloud.id + ")", [&] {
        client_.each("resource-manager", "/resource-manager/v1/folders?cloudId=" + support::percent_encoded(cloud.id),
                     "folders",
                     [&](JsonValue folder) { add_once(estate_.folders, folder_of(folder, cloud.organization_id)); });
      });
    }
  }

  void list_clouds() {
    try {
      client_.each("organization-manager", "/organization-manager/v1/organizations", "organizations",
                   [&](JsonValue one) {
                     const std::string name(one["title"].text().empty() ? one["name"].text() : one["title"].text());
                     if (asked_for(settings_.organizations, one["id"].text()))
                       add_once(estate_.organizations, {std::string(one["id"].text()), name});
                   });
    } catch (const Error& error) {
      // A credential of one cloud sees that cloud and not its organization.
      if (error.error_class() != ErrorClass::auth && error.http_status() != 404 && error.http_status() != 501) throw;
    }
    part("clouds", [&] {
      client_.each("resource-manager", "/resource-manager/v1/clouds", "clouds", [&](JsonValue one) {
        if (asked_for(settings_.organizations, one["organizationId"].text())) add_once(estate_.clouds, cloud_of(one));
      });
    });
  }

  void by_folder() {
    for (const std::string& id : settings_.folders) {
      part("folder " + id, [&] {
        const auto folder =
            client_.get("resource-manager", "/resource-manager/v1/folders/" + support::percent_encoded(id));
        add_once(estate_.folders, folder_of(folder.root(), {}));
      });
    }
    // Whose they are, where that may be seen.
    for (Folder& folder : estate_.folders) {
      auto known = std::ranges::find(estate_.clouds, folder.cloud_id, &Cloud::id);
      if (known == estate_.clouds.end()) {
        estate_.clouds.push_back(cloud_or_its_id(client_, folder.cloud_id));
        known = estate_.clouds.end() - 1;
      }
      folder.organization_id = known->organization_id;
    }
  }

  const Client& client_;
  const Settings& settings_;
  infrazen::Failures& failures_;
  Estate estate_;
};

}  // namespace

Estate read_estate(const Client& client, infrazen::Failures& failures) {
  return EstateReader(client, failures).read();
}

Folder read_folder(const Client& client, const std::string& id) {
  const auto answer = client.get("resource-manager", "/resource-manager/v1/folders/" + support::percent_encoded(id));
  Folder folder = folder_of(answer.root(), {});
  folder.organization_id = cloud_or_its_id(client, folder.cloud_id).organization_id;
  return folder;
}

void push_accounts(infrazen::Sync& sync, const Estate& estate) {
  for (const Cloud& cloud : estate.clouds) {
    sync.push(infrazen::Account{.account_id = cloud.id,
                                .name = cloud.name.empty() ? infrazen::Text() : infrazen::Text(cloud.name),
                                .account_type = "cloud",
                                .parent_id = cloud.organization_id.empty() ? infrazen::Text() : cloud.organization_id});
  }
  for (const Folder& folder : estate.folders) {
    sync.push(infrazen::Account{.account_id = folder.id,
                                .name = folder.name,
                                .account_type = "folder",
                                .parent_id = folder.cloud_id,
                                .status = folder.status.empty() ? infrazen::Text() : folder.status});
  }
}

}  // namespace iz::yandex
