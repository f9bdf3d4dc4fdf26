// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/request/url.hpp"
#include "wire/messages.hpp"

// `infrazen connection test`, before the connector is asked: does the way to each server exist? A name that does not
// resolve or a certificate that has expired is told as what it is, not as the failure of some permission.
namespace iz::host {

// Where the connector is going to connect: the addresses that its settings name, as far as their hosts are allowed, and
// port 443 of the other allowed hosts. Patterns, bare addresses and this machine are left out unless a setting names
// them.
[[nodiscard]] std::vector<Url> reachable_places(const wire::HttpOptions& options, const std::string& settings_json);

struct Reached {
  bool passed = false;
  std::string subject;  // "host api.example.com"
  std::string detail;
  std::chrono::microseconds took{0};
};

// Looks the names up, connects and shakes hands, all places at once, and reports each as soon as it is known. Sends no
// request. Ends by itself: every place has the same few seconds.
void try_to_reach(const std::vector<Url>& places, const wire::HttpOptions& options,
                  const std::function<void(const Reached&)>& report, const std::function<bool()>& cancelled);

// What libcurl's error means to an operator. `code` is a CURLcode, `problem` libcurl's words.
[[nodiscard]] std::string unreachable_because(int code, const std::string& problem, bool through_proxy);

}  // namespace iz::host
