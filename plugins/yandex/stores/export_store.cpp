// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/stores/export_store.hpp"

#include "yandex/client/object_storage.hpp"
#include "yandex/stores/bucket_store.hpp"
#include "yandex/stores/folder_store.hpp"

namespace iz::yandex {

bool is_export_name(std::string_view key) {
  return key.ends_with(".csv") || key.ends_with(".csv.gz");
}

std::unique_ptr<ExportStore> make_export_store(infrazen::Host& host, const Client& client,
                                               const CostSettings& settings) {
  if (settings.has_path) return std::make_unique<FolderStore>(host);
  if (settings.bucket.empty()) return nullptr;
  return std::make_unique<BucketStore>(object_storage(host, client, settings.bucket), settings.bucket, settings.prefix);
}

}  // namespace iz::yandex
