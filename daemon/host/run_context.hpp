// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "host/daemon_link.hpp"
#include "host/services/secrets.hpp"
#include "records/manifest.hpp"
#include "wire/messages.hpp"

namespace iz::host {

// What the services of one run are made from. Lives as long as the process.
struct RunContext {
  const wire::Start& start;
  const records::Manifest& manifest;
  DaemonLink& link;
  Secrets& secrets;
};

// The tables a connector can ask for, by service id ("infrazen.sink/1").
class ServiceRegistry {
 public:
  void add(std::string_view id, const void* table) { tables_[std::string(id)] = table; }
  // nullptr: this host does not have it.
  [[nodiscard]] const void* find(std::string_view id) const {
    const auto found = tables_.find(id);
    return found == tables_.end() ? nullptr : found->second;
  }

 private:
  std::map<std::string, const void*, std::less<>> tables_;
};

}  // namespace iz::host
