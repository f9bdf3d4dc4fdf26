// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/conformance/stage/stage.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "cli/plugin/connector_files.hpp"

namespace iz::cli::conformance {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t kMostProviderBytes = 64U << 20U;

void read_into(std::string& text, const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    for (fs::recursive_directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
      if (it->is_regular_file(error)) read_into(text, it->path());
    }
    return;
  }
  const auto size = fs::file_size(path, error);
  if (error || text.size() + size > kMostProviderBytes) return;
  std::ifstream in(path, std::ios::binary);
  text.append(std::istreambuf_iterator<char>(in), {});
  text += '\n';
}

// Whole groups only, without what stands behind them: that depends on what follows.
std::string base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at + 3 <= text.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8U | static_cast<unsigned char>(text[at + i]);
    for (int shift = 18; shift >= 0; shift -= 6) out += kDigits[group >> shift & 63U];
  }
  return out;
}

std::string hex(std::string_view text) {
  std::string out;
  for (const char c : text) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

Stage::Stage(records::Manifest manifest, Set set) : manifest_(std::move(manifest)), set_(std::move(set)) {
  if (!set_.testdata.empty()) read_into(provider_, set_.testdata);
  for (const auto& file : set_.files) read_into(provider_, file.path);
  for (const auto& [name, value] : set_.secrets) {
    if (value.size() < 8) continue;
    needles_.emplace_back(value, name);
    needles_.emplace_back(hex(value), name);
    needles_.emplace_back(base64(value), name);
  }
}

RunRecord Stage::play(const Play& play) const {
  supervise::RunSpec spec;
  spec.connection = manifest_.id + "-check";
  spec.stream = play.stream;
  spec.run_id = "check";
  spec.host_program = set_.host_program;
  spec.plugin = set_.plugin;
  spec.action = play.action;
  spec.mode = play.mode;
  spec.cursor = play.cursor;
  spec.targets = play.targets;
  spec.since_us = play.since_us;
  spec.until_us = play.until_us;
  spec.settings_json = play.settings_json.empty() ? set_.settings_json : play.settings_json;
  for (const auto& file : set_.files) spec.files.push_back({file.setting, file.path});
  for (const auto& [name, value] : set_.secrets) {
    const auto* declared = manifest_.find_secret(name);
    spec.secrets.push_back({name, value, declared != nullptr && declared->reveal});
  }
  spec.http.allowed_hosts = play.settings_json.empty() ? set_.hosts : play.hosts;
  spec.http.allow_plain_loopback = true;
  spec.http.replay_from = set_.testdata;
  spec.rehearsal = {true, play.twice, set_.now_us, play.fault, play.fault_from};
  spec.log_level = "debug";
  // A machine that builds something else at the same time is no fault of the connector.
  spec.limits.idle_timeout = 10s;
  spec.limits.cancel_grace = 5s;
  spec.limits.term_grace = 1s;
  spec.limits.max_run = 60s;
  spec.limits.bytes_per_mark = 256ULL << 20U;
  RunRecorder recorder(play.stop);
  auto outcome = make_supervisor().execute(spec, recorder, recorder, recorder.token());
  return recorder.finish(std::move(outcome));
}

bool Stage::said_by_provider(std::string_view text) const {
  return provider_.find(text) != std::string::npos;
}

std::optional<std::string> Stage::secret_in(std::string_view text) const {
  for (const auto& [needle, name] : needles_) {
    if (text.find(needle) != std::string_view::npos) return name;
  }
  return std::nullopt;
}

}  // namespace iz::cli::conformance
