// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "records/manifest.hpp"
#include "supervise/supervisor.hpp"

namespace iz::app {

// The installed connectors and what they say of themselves. A manifest is asked of a connector-host once and kept until
// the file changes. Safe from any thread except that on which children are spawned: describe() waits for it.
class Connectors {
 public:
  explicit Connectors(const supervise::Supervisor& supervisor) : supervisor_(supervisor) {}

  // Throws records::RunError (IZ_ERR_CONFIG) when the file is missing, unsafe or not a connector of this ABI.
  [[nodiscard]] std::shared_ptr<const records::Manifest> manifest(const config::Settings& settings,
                                                                  std::string_view connector);

 private:
  struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t changed_ns = 0;
    bool operator==(const FileIdentity&) const = default;
  };
  struct Known {
    FileIdentity identity;
    std::shared_ptr<const records::Manifest> manifest;
  };
  [[nodiscard]] static FileIdentity identify(const std::filesystem::path& plugin);

  const supervise::Supervisor& supervisor_;
  std::mutex mutex_;
  std::map<std::filesystem::path, Known> known_;
};

}  // namespace iz::app
