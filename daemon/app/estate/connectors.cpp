// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/estate/connectors.hpp"

#include <sys/stat.h>
#include <utility>

#include "records/plugin_file.hpp"

namespace iz::app {

Connectors::FileIdentity Connectors::identify(const std::filesystem::path& plugin) {
  struct stat status {};
  if (::stat(plugin.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino, status.st_size,
          static_cast<std::int64_t>(status.st_ctim.tv_sec) * 1'000'000'000 + status.st_ctim.tv_nsec};
}

std::shared_ptr<const records::Manifest> Connectors::manifest(const config::Settings& settings,
                                                              std::string_view connector) {
  const std::filesystem::path plugin = config::plugin_path(settings, connector);
  const FileIdentity identity = identify(plugin);
  {
    const std::scoped_lock lock(mutex_);
    const auto it = known_.find(plugin);
    if (it != known_.end() && identity != FileIdentity{} && it->second.identity == identity) return it->second.manifest;
  }
  (void)records::inspect_plugin(plugin);
  auto manifest = std::make_shared<const records::Manifest>(supervisor_.describe(settings.paths.host_program, plugin));
  if (manifest->id != connector) {
    throw records::RunError(IZ_ERR_CONFIG, plugin.string() + " calls itself \"" + manifest->id + "\": name the file " +
                                               manifest->id + ".so, or the connection's connector \"" + manifest->id +
                                               "\"");
  }
  const std::scoped_lock lock(mutex_);
  known_[plugin] = {identity, manifest};
  return manifest;
}

}  // namespace iz::app
