// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/stores/bucket_store.hpp"

#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "yandex/stores/unpacked.hpp"
#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

std::uint64_t stamp_of(const support::S3Object& object) {
  const std::string text = object.etag + '\n' + std::to_string(object.bytes) + '\n' +
                           (object.modified ? infrazen::to_text(*object.modified) : std::string());
  return XXH3_64bits(text.data(), text.size()) >> 8;
}

// An answer that ends early looks whole where its length was not said, and what cuts it may be the end of a row.
class WholeSource final : public support::ByteSource {
 public:
  WholeSource(std::unique_ptr<support::ByteSource> inner, std::uint64_t size, std::string name)
      : inner_(std::move(inner)), left_(size), size_(size), name_(std::move(name)) {}

  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = inner_->read(buffer);
    if (count > left_ || (count == 0 && left_ != 0)) {
      throw infrazen::Error(infrazen::ErrorClass::transient,
                            name_ + ": the answer does not have the " + std::to_string(size_) +
                                " bytes of the listing: it breaks off, or a page of something else came; it is read "
                                "again at the next run");
    }
    left_ -= count;
    return count;
  }

 private:
  std::unique_ptr<support::ByteSource> inner_;
  std::uint64_t left_;
  const std::uint64_t size_;
  const std::string name_;
};

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
  return unpacked(
      std::make_unique<WholeSource>(bucket_.get(listed), object.size, "bucket " + name_ + ", object " + object.key),
      object.key);
}

}  // namespace iz::yandex
