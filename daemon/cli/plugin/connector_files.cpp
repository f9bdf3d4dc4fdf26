// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/plugin/connector_files.hpp"

#include <algorithm>

#include "records/plugin_file.hpp"

namespace iz::cli {
std::vector<std::filesystem::path> connector_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".so") out.push_back(it->path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

supervise::Supervisor make_supervisor() {
  return supervise::Supervisor([](const std::function<void()>& task) { task(); });
}

records::Manifest manifest_of(const std::filesystem::path& host_program, const std::filesystem::path& plugin) {
  static_cast<void>(records::inspect_plugin(plugin));
  return make_supervisor().describe(host_program, plugin);
}

}  // namespace iz::cli
