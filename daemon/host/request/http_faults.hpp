// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "host/http/exchanges.hpp"
#include "wire/messages.hpp"

namespace iz::host {

// The provider of a rehearsal: recorded answers, or from a certain request on one that misbehaves. Any thread.
class HttpFaults {
 public:
  HttpFaults(wire::HttpFault fault, std::uint32_t from) : fault_(fault), from_(from) {}

  struct Answer {
    std::optional<HttpReply> reply;
    bool never = false;  // it does not come
  };
  // What comes instead of `recorded`.
  [[nodiscard]] Answer answer(const HttpRequest& request, std::optional<HttpReply> recorded);

 private:
  const wire::HttpFault fault_;
  const std::uint32_t from_;
  std::atomic<std::uint32_t> asked_{0};
  std::mutex mutex_;
  std::map<std::string, HttpReply, std::less<>> first_;  // by method and path
};

}  // namespace iz::host
