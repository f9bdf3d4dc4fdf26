// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/conformance/manifest_lint.hpp"

namespace iz::cli::conformance {

using namespace std::chrono_literals;

void lint(const records::Manifest& manifest, const std::filesystem::path& plugin, Findings& findings) {
  const auto broken = [&](std::string_view rule, const std::string& subject, const std::string& detail) {
    findings.broken(rule, subject, detail);
  };
  if (plugin.stem() != manifest.id) {
    broken("file.name", "file", "it is " + plugin.filename().string() + " and must be " + manifest.id + ".so");
  }
  for (const auto& key : manifest.unknown_keys) broken("manifest.unknown-key", "manifest", key);
  if (manifest.streams.empty()) broken("manifest.no-streams", "manifest", "streams is empty");
  for (const auto& stream : manifest.streams) {
    const std::string subject = "stream " + stream.name;
    if (stream.kinds.empty())
      broken("manifest.wordless", subject, "kinds does not say which records " + stream.name + " delivers");
    if (stream.incremental.empty())
      broken("manifest.wordless", subject, "incremental does not say what the cursor of " + stream.name + " means");
    if (stream.interval < 1min) broken("manifest.eager", subject, "interval is below a minute");
  }
  for (const auto& setting : manifest.settings) {
    if (setting.description.empty())
      broken("manifest.wordless", "setting " + setting.name, "setting " + setting.name + " has no description");
  }
  for (const auto& secret : manifest.secrets) {
    const std::string subject = "secret " + secret.name;
    if (secret.description.empty()) broken("manifest.wordless", subject, subject + " has no description");
    if (secret.reveal) broken("manifest.reveal", subject, subject + " asks to be revealed");
  }
  for (const auto& permission : manifest.permissions) {
    const std::string subject = "permission " + permission.name;
    if (permission.why.empty()) broken("manifest.wordless", subject, subject + " does not say why it is needed");
  }
  for (const auto& host : manifest.hosts) {
    if (host == "*" || host == "*.*") broken("manifest.any-host", "manifest", "host " + host);
  }
}

}  // namespace iz::cli::conformance
