// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/exports/bucket_store.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "yandex/exports/unpacked.hpp"

namespace iz::yandex {
namespace {

std::uint64_t stamp_of(const support::S3Object& object) {
  const std::string text = object.etag + '\n' + std::to_string(object.bytes) + '\n' +
                           (object.modified ? infrazen::to_text(*object.modified) : std::string());
  return XXH3_64bits(text.data(), text.size()) >> 8;
}

}  // namespace

std::vector<ExportObject> BucketStore::list() {
  std::vector<ExportObject> objects;
  bucket_.list({.prefix = prefix_}, [&](const support::S3Object& object) {
    if (!is_export_name(object.key)) return;
    objects.push_back({.key = object.key,
                       .stamp = stamp_of(object),
                       .size = object.bytes,
                       .modified = object.modified.value_or(infrazen::Micros()),
                       .etag = object.etag});
  });
  return objects;
}

std::unique_ptr<support::ByteSource> BucketStore::open(const ExportObject& object) {
  const support::S3Object listed{
      .key = object.key, .bytes = object.size, .etag = object.etag, .modified = object.modified};
  return unpacked(bucket_.get(listed), object.key);
}

}  // namespace iz::yandex
