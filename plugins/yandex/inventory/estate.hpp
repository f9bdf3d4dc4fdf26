// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <vector>

#include "support/json.hpp"
#include "yandex/client/client.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::yandex {

struct Organization {
  std::string id;
  std::string name;
};

struct Cloud {
  std::string id;
  std::string name;
  std::string organization_id;
};

struct Folder {
  std::string id;
  std::string name;
  std::string cloud_id;
  std::string organization_id;  // "" when it is not known: the credential sees the folder alone
  std::string status;
};

// The clouds and folders that the settings ask for and the credential sees.
struct Estate {
  std::vector<Organization> organizations;
  std::vector<Cloud> clouds;
  std::vector<Folder> folders;
  std::size_t parts = 0;  // listings it took, for Failures::raise()
};

// Reads it. A cloud whose folders cannot be listed goes to `failures`, the others are there.
[[nodiscard]] Estate read_estate(const Client& client, infrazen::Failures& failures);

// One folder by its id, with the organization of its cloud where that may be seen. Throws infrazen::Error.
[[nodiscard]] Folder read_folder(const Client& client, const std::string& id);

// Clouds and folders as accounts, with the ones they belong to.
void push_accounts(infrazen::Sync& sync, const Estate& estate);

}  // namespace iz::yandex
