// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/connector_files.hpp"

#include <algorithm>

#include "records/plugin_file.hpp"

namespace iz::cli {
namespace {

config::SettingType in_config_words(records::SettingType type) {
  switch (type) {
    case records::SettingType::path: return config::SettingType::path;
    case records::SettingType::string: return config::SettingType::string;
    case records::SettingType::integer: return config::SettingType::integer;
    case records::SettingType::number: return config::SettingType::number;
    case records::SettingType::boolean: return config::SettingType::boolean;
    case records::SettingType::duration: return config::SettingType::duration;
    case records::SettingType::list: return config::SettingType::list;
    case records::SettingType::map: return config::SettingType::map;
    case records::SettingType::enumeration: return config::SettingType::enumeration;
  }
  return config::SettingType::string;
}

}  // namespace

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

config::ConnectorSpec connector_spec(const records::Manifest& manifest) {
  config::ConnectorSpec spec;
  spec.id = manifest.id;
  for (const auto& setting : manifest.settings) {
    auto& added = spec.settings.emplace_back();
    added.name = setting.name;
    added.type = in_config_words(setting.type);
    added.required = setting.required;
    if (!setting.default_json.empty()) added.default_json = setting.default_json;
    added.values = setting.values;
    added.min = setting.min;
    added.max = setting.max;
  }
  for (const auto& secret : manifest.secrets) spec.secrets.push_back({secret.name, secret.required, secret.reveal});
  for (const auto& stream : manifest.streams) spec.streams.push_back(stream.name);
  spec.hosts = manifest.hosts;
  return spec;
}

}  // namespace iz::cli
