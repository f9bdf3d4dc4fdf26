// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "fakes/http/server.hpp"

namespace iz::test {

// A provider of one bucket that speaks S3 with paths, and checks each signature. Its members are set before it is
// asked, or between two requests.
class S3Storage {
 public:
  static constexpr std::string_view kKeyId = "YCAJEexample";
  static constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  static constexpr std::string_view kRegion = "ru-central1";

  explicit S3Storage(std::string bucket) : bucket_(std::move(bucket)) {}
  // Whether the request is for this bucket or for something else at this address, told by its path.
  [[nodiscard]] bool serves(const ReceivedRequest& request) const;
  Reply answer(const ReceivedRequest& request);

  std::map<std::string, std::string> objects;  // by key
  // When each object was written, as the listing says it.
  std::string modified = "2026-10-01T00:00:00.000Z";
  std::size_t page = 3;                  // most objects of one answer
  bool forgets_tokens = false;           // answers 400 to each continuation token once
  bool repeats = false;                  // each page is the first
  std::optional<std::size_t> cut_after;  // bytes of the next download
  // Which X-YaCloud-SubjectToken it takes; where this is set, a signature is neither needed nor enough.
  std::function<bool(std::string_view)> takes_token;

  [[nodiscard]] std::size_t requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  Reply listing(const ReceivedRequest& request);
  Reply object(const ReceivedRequest& request);

  const std::string bucket_;
  mutable std::mutex mutex_;
  std::size_t requests_ = 0;
  std::set<std::string> forgotten_;
};

}  // namespace iz::test
