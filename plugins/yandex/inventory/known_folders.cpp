// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/known_folders.hpp"

#include <algorithm>

namespace iz::yandex {
namespace {

constexpr std::string_view kHead = "folders ";

}  // namespace

KnownFolders::KnownFolders(std::string_view cursor) {
  if (!cursor.starts_with(kHead)) return;
  cursor.remove_prefix(kHead.size());
  while (!cursor.empty()) {
    const std::size_t end = std::min(cursor.find(' '), cursor.size());
    if (end > 0) ids_.emplace(cursor.substr(0, end));
    cursor.remove_prefix(std::min(end + 1, cursor.size()));
  }
}

std::vector<std::string> KnownFolders::not_in(const Estate& estate) const {
  std::vector<std::string> lost;
  for (const std::string& id : ids_) {
    if (std::ranges::find(estate.folders, id, &Folder::id) == estate.folders.end()) lost.push_back(id);
  }
  return lost;
}

void KnownFolders::add(const Estate& estate) {
  for (const Folder& folder : estate.folders) ids_.insert(folder.id);
}

std::string KnownFolders::cursor() const {
  std::string text(kHead);
  for (const std::string& id : ids_) text += id + ' ';
  text.pop_back();
  return text;
}

}  // namespace iz::yandex
