// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "support/byte_source.hpp"
#include "support/session.hpp"
#include <infrazen/http.hpp>
#include <infrazen/time.hpp>

// Objects in a bucket that speaks S3: billing exports, audit logs.
//
//   S3Bucket bucket(sync.http(), {.endpoint = "https://storage.yandexcloud.net", .bucket = "billing",
//                                 .auth = Auth::aws("s3", "ru-central1:s3")});
//   bucket.list({.prefix = "yandex/"}, [&](const S3Object& object) { … });
//   const auto bytes = bucket.get(object);
//   CsvReader csv(*bytes);
//
// Errors are in an operator's words: "bucket billing: … no such bucket", of the class that says who can help.
namespace iz::support {

struct S3Place {
  std::string endpoint;  // without a path
  std::string bucket;
  infrazen::Auth auth = {};    // a key, if there is no session
  Session* session = nullptr;  // a token instead …
  std::string header = {};     // … in this header: "X-YaCloud-SubjectToken"; "" = Authorization: Bearer
  std::chrono::milliseconds deadline = std::chrono::minutes(30);  // of one object
};

struct S3Object {
  std::string key;
  std::uint64_t bytes = 0;
  std::string etag;  // opaque: compare, nothing more
  std::optional<infrazen::Micros> modified;
  bool folder = false;  // what the delimiter folded; nothing but the key is known
};

struct S3Range {
  std::string prefix = {};
  std::string after = {};      // only keys behind this one
  std::string delimiter = {};  // "/": what is deeper is folded into a folder
  std::size_t most_at_once = 1000;
};

// Run thread.
class S3Bucket {
 public:
  S3Bucket(infrazen::Http& http, S3Place place) : http_(http), place_(std::move(place)) {}

  // Calls `visit` for each object in the order of their keys, folders of a page after its objects. Throws if the
  // listing is not read whole.
  void list(const S3Range& range, const std::function<void(const S3Object&)>& visit);
  // The object's bytes while they arrive. What breaks off is taken up where it did, as long as the object is the same.
  // Everything that goes wrong is thrown by read(). The bucket outlives it.
  [[nodiscard]] std::unique_ptr<ByteSource> get(std::string_view key);
  // The same, and an Error if it is no longer the version that was listed.
  [[nodiscard]] std::unique_ptr<ByteSource> get(const S3Object& object);

 private:
  class Object;
  [[nodiscard]] std::string url(std::string_view key) const;
  [[nodiscard]] infrazen::Request request(std::string url);
  [[nodiscard]] infrazen::Response page(const std::string& url);
  // In words, with the class that the provider's code means.
  [[nodiscard]] infrazen::Error in_words(const infrazen::Error& error, std::string_view key = {}) const;

  infrazen::Http& http_;
  const S3Place place_;
};

}  // namespace iz::support
