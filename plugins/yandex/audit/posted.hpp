// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>
#include <vector>

#include "yandex/audit/event.hpp"

namespace iz::yandex {

// A file that a trail wrote, of which a trigger of the bucket told.
struct PostedFile {
  std::string bucket;
  std::string key;
};

struct Posted {
  std::vector<EventResource> resources;  // what may look different now, each once
  std::vector<PostedFile> files;
};

// What a function or workflow passed on: the body of a trigger (of a log group, a queue or a bucket), audit events
// alone or in an array. Events that come twice, and those that change nothing, bring nothing. Throws infrazen::Error
// (permanent) for what is no JSON.
[[nodiscard]] Posted read_posted(std::string_view body);

}  // namespace iz::yandex
