// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/advice.hpp"
#include "yandex/streams.hpp"

// One light request per kind and folder tells which permission is missing where.
namespace iz::yandex {
namespace {

using infrazen::Error;

std::string listing_url(const Client& client, const ResourceKind& kind, const Folder& folder) {
  std::string path(kind.list);
  constexpr std::string_view kPlace = "{folder}";
  path.replace(path.find(kPlace), kPlace.size(), support::percent_encoded(folder.id));
  const std::string url = client.url(kind.service, path);
  return url.empty() ? url : support::with_parameter(url, "pageSize", "1");
}

struct Tally {
  std::size_t read = 0;
  std::size_t absent = 0;
  std::optional<Error> refused;
};

void report(infrazen::Check& check, const ResourceKind& kind, const Tally& tally, std::size_t folders) {
  const std::string subject = "list " + std::string(kind.type);
  const std::string counted = std::to_string(tally.read) + " of " + std::to_string(folders) + " folders";
  if (tally.refused) {
    check.failed(subject, counted + " can be read; " + tally.refused->what());
  } else if (tally.read == 0) {
    check.skipped(subject, "the service is not to be had here (404 or 501)");
  } else {
    check.passed(subject, counted);
  }
}

void check_kinds(infrazen::Check& check, const Client& client, const std::vector<Folder>& folders) {
  std::vector<const ResourceKind*> kinds;
  for (const ResourceKind* kind : all_kinds()) {
    if (!client.settings().kinds.empty() && !type_matches(client.settings().kinds, kind->type)) continue;
    if (!type_matches(client.settings().without_kinds, kind->type)) kinds.push_back(kind);
  }
  std::vector<Tally> tallies(kinds.size());
  support::PagedListings listings(check.http());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    for (std::size_t f = 0; f < folders.size(); ++f) {
      const std::string url = listing_url(client, *kinds[i], folders[f]);
      if (url.empty()) continue;
      listings.add({.name = std::string(kinds[i]->type) + " of folder " + folders[f].id,
                    .request = {.url = url, .deadline = std::chrono::seconds(15)},
                    .rows = std::string(kinds[i]->key),
                    .session = &client.session(),
                    .empty_without_rows = true,
                    .tag = i * folders.size() + f});
    }
  }
  while (const auto page = listings.next()) {
    const std::size_t kind = page->tag() / folders.size();
    Tally& tally = tallies[kind];
    if (!page->error()) {
      ++tally.read;
    } else if (is_no_service(*page->error())) {
      ++tally.absent;
    } else if (!tally.refused) {
      tally.refused =
          with_advice(*page->error(), *kinds[kind], folders[page->tag() % folders.size()], client.settings());
    }
  }
  for (std::size_t i = 0; i < kinds.size(); ++i) report(check, *kinds[i], tallies[i], folders.size());
}

}  // namespace

void check_inventory(infrazen::Check& check, const Client& client) {
  const bool token = check.attempt("IAM token", [&] { (void)client.session().auth(); });
  if (!token) {
    check.skipped("clouds and folders", "there is no IAM token to ask with");
    return;
  }
  constexpr std::size_t kMostFolders = 20;  // so that it takes seconds; the first ones stand for the rest
  std::vector<Folder> folders;
  check.attempt("clouds and folders", [&] {
    infrazen::Failures failures("clouds and folders");
    Estate estate = read_estate(client, failures);
    folders = std::move(estate.folders);
    if (folders.size() > kMostFolders) folders.resize(kMostFolders);
    failures.raise(estate.parts);
    if (folders.empty()) {
      throw Error(infrazen::ErrorClass::auth,
                  "no folder is to be seen: grant " + who(client.settings()) +
                      " the role resource-manager.viewer or viewer on the organization, "
                      "the cloud or the folder; settings 'clouds' and 'folders' narrow, too");
    }
  });
  if (!folders.empty()) check_kinds(check, client, folders);
}

}  // namespace iz::yandex
