// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/stores/folder_store.hpp"

#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "yandex/stores/unpacked.hpp"
#include <infrazen/files.hpp>

namespace iz::yandex {
namespace {

class FileSource final : public support::ByteSource {
 public:
  explicit FileSource(infrazen::File file) : file_(std::move(file)), source_(file_.fd(), file_.path()) {}
  std::size_t read(std::span<char> buffer) override { return source_.read(buffer); }

 private:
  infrazen::File file_;
  support::FdSource source_;
};

std::uint64_t stamp_of(const infrazen::FileEntry& entry) {
  const std::uint64_t parts[] = {entry.size, static_cast<std::uint64_t>(entry.modified.time_since_epoch().count()),
                                 entry.inode};
  return XXH3_64bits(parts, sizeof parts) >> 8;
}

}  // namespace

std::vector<ExportObject> FolderStore::list() {
  std::vector<ExportObject> objects;
  for (const infrazen::FileEntry& entry : host_.files().list(kExportPath)) {
    if (!is_export_name(entry.path)) continue;
    objects.push_back(
        {entry.path, stamp_of(entry), entry.size, std::chrono::floor<std::chrono::microseconds>(entry.modified)});
  }
  return objects;
}

std::unique_ptr<support::ByteSource> FolderStore::open(const ExportObject& object) {
  return unpacked(std::make_unique<FileSource>(host_.files().open(kExportPath, object.key)), object.key);
}

}  // namespace iz::yandex
