// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "fakes/http_server.hpp"

namespace iz::test {

// A bucket that speaks S3 in path style: ListObjectsV2 in pages, GetObject with If-Match and Range, errors as XML.
// Objects get a new ETag and a later LastModified each time they are put. Any thread.
class S3BucketFake {
 public:
  // page: objects per page of a listing, whatever the client asks for above it.
  explicit S3BucketFake(std::string name, std::size_t page = 1000);

  void put(const std::string& key, std::string body);
  void remove(const std::string& key);
  // Who may read: by default a request with any authorization.
  void allow(std::function<bool(const ReceivedRequest&)> allowed);

  // Whether the request is for this bucket or another one at this address, told by its path.
  [[nodiscard]] bool serves(const ReceivedRequest& request) const;
  Reply answer(const ReceivedRequest& request);

 private:
  struct Object {
    std::string body, etag, modified;
  };
  Reply list(const ReceivedRequest& request) const;
  Reply get(const ReceivedRequest& request, const std::string& key) const;

  const std::string name_;
  const std::size_t page_;
  mutable std::mutex mutex_;
  std::map<std::string, Object> objects_;
  std::function<bool(const ReceivedRequest&)> allowed_;
  std::uint64_t puts_ = 0;
};

}  // namespace iz::test
