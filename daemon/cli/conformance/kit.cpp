// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/conformance/kit.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "cli/conformance/judges/judges.hpp"
#include "cli/conformance/manifest_lint.hpp"
#include "cli/conformance/probes/probes.hpp"
#include "cli/plugin/connector_files.hpp"
#include "config/load.hpp"
#include "config/yaml/yaml.hpp"
#include "records/plugin_file.hpp"
#include "supervise/connector_spec.hpp"

namespace iz::cli::conformance {
namespace {

constexpr int kSlowLoadMs = 500;

// Each play waits for its process most of the time.
void run_all(const Tasks& tasks) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) tasks[i]();
  };
  std::vector<std::jthread> workers;
  const auto count = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 8);
  for (std::size_t i = 0; i < std::min(count, tasks.size()); ++i) workers.emplace_back(work);
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A value that is told from everything else, wherever it turns up.
std::string made_up_secret(const std::string& name) {
  return "izkit-" + name + "-5f0c9b27e1d84a36";
}

class Kit {
 public:
  explicit Kit(const KitOptions& options) : options_(options) {}

  std::vector<Finding> run() {
    const auto note = file();
    if (!note) return findings_.take();
    const auto manifest = describe(*note);
    if (!manifest) return findings_.take();
    lint(*manifest, options_.plugin, findings_);
    const auto stage = set_stage(*manifest);
    if (stage) rehearse(*stage);
    return findings_.take();
  }

 private:
  std::optional<records::ElfNote> file() {
    try {
      return records::inspect_plugin(options_.plugin);
    } catch (const records::RunError& error) {
      findings_.broken("file.note", "file", error.what());
      return std::nullopt;
    }
  }

  std::optional<records::Manifest> describe(const records::ElfNote& note) {
    try {
      auto manifest = make_supervisor().describe(options_.host_program, options_.plugin);
      findings_.passed("file", fmt::format("{} {} \"{}\", ABI {}.{}", note.id, note.version, manifest.title,
                                           note.abi_major, note.abi_minor));
      return manifest;
    } catch (const std::exception& error) {
      findings_.broken("file.load", "file", error.what());
      return std::nullopt;
    }
  }

  // nullopt = nothing can be run.
  std::optional<Stage> set_stage(const records::Manifest& manifest) {
    connection_.id = manifest.id + "-check";
    connection_.connector = manifest.id;
    connection_.settings.kind = config::Value::Kind::map;
    spec_ = supervise::connector_spec(manifest);
    try {
      if (!options_.sample.empty()) connection_ = config::load_connection(options_.sample);
      for (const auto& [name, yaml] : options_.settings) set(name, yaml);
    } catch (const config::ConfigError& error) {
      findings_.broken("sample.invalid", "sample", error.what());
      return std::nullopt;
    }
    if (connection_.connector != manifest.id) {
      findings_.broken("sample.invalid", "sample", "it is for connector '" + connection_.connector + "'");
      return std::nullopt;
    }
    if (options_.sample.empty()) {
      for (const auto& secret : spec_.secrets) connection_.secrets[secret.name] = {};
    }
    const auto checked = config::check(connection_, spec_);
    for (const auto& problem : checked.problems) {
      if (options_.sample.empty()) {
        findings_.skipped("sample", "no run was made, give settings with --sample: " + to_string(problem));
        return std::nullopt;
      }
      findings_.broken("sample.invalid", "sample", to_string(problem));
    }
    if (!checked.problems.empty()) return std::nullopt;
    return Stage(manifest, {options_.plugin, options_.host_program, options_.testdata, options_.now_us, checked.json,
                            checked.files, checked.hosts, secrets()});
  }

  void set(const std::string& name, const std::string& yaml) {
    auto& members = connection_.settings.members;
    connection_.settings.kind = config::Value::Kind::map;
    std::erase_if(members, [&](const config::Member& member) { return member.key == name; });
    members.push_back({name, {}, config::parse_yaml(yaml, "--set " + name)});
  }

  std::map<std::string, std::string> secrets() const {
    std::map<std::string, std::string> values;
    for (const auto& [name, use] : connection_.secrets) {
      const auto given = options_.secrets.find(name);
      values[name] = given == options_.secrets.end() ? made_up_secret(name) : content_of(given->second);
    }
    return values;
  }

  void rehearse(const Stage& stage) {
    std::map<std::string, Plain> plain;
    for (const auto& stream : stage.manifest().streams) plain[stream.name];
    Tasks tasks;
    for (auto& [stream, one] : plain) {
      tasks.push_back([&stage, &stream = stream, &one = one, this] {
        const Play play = plain_play(stream);
        one.run = stage.play(play);
        judge(stage, play, one.run, findings_);
        play_again(stage, stream, one, findings_);
      });
    }
    run_all(std::exchange(tasks, {}));
    for (const auto& [stream, one] : plain) {
      tell(stream, one.run);
      add_comparisons(stage, one, stream, findings_, tasks);
      add_cancellations(stage, one, stream, findings_, tasks);
      add_faults(stage, one, stream, findings_, tasks);
    }
    add_junk_settings(stage, connection_, spec_, plain, findings_, tasks);
    add_check(stage, findings_, tasks);
    run_all(tasks);
    judge_loading(stage, plain);
    findings_.passed("rehearsal", fmt::format("{} more runs were made", plain.size() + tasks.size()));
  }

  void tell(const std::string& stream, const RunRecord& run) {
    const auto& outcome = run.outcome;
    const std::string subject = plain_play(stream).title;
    if (run.ok()) {
      return findings_.passed(
          subject, fmt::format("{} records, {} marks, {} requests, {:.0f} ms, {} MiB", run.first().pushed,
                               outcome.marks, run.requests.size(), outcome.duration_ms, outcome.max_rss_bytes >> 20U));
    }
    findings_.skipped(subject,
                      fmt::format("it could not be read to its end here, so that what follows from a whole run "
                                  "was not looked at ({}: {})",
                                  class_name(outcome.error_class), outcome.message));
  }

  // A machine may be busy once; it is not busy every time.
  void judge_loading(const Stage& stage, const std::map<std::string, Plain>& plain) {
    int fastest = std::numeric_limits<int>::max();
    const auto look = [&](const RunRecord& run) {
      for (const auto& sighting : run.seen) {
        int took = 0;
        if (sighting.what != wire::Seen::loaded) continue;
        std::from_chars(sighting.detail.data(), sighting.detail.data() + sighting.detail.size(), took);
        fastest = std::min(fastest, took);
      }
    };
    for (const auto& [stream, one] : plain) look(one.run);
    if (plain.empty() || fastest == std::numeric_limits<int>::max() || fastest < kSlowLoadMs) return;
    Play once_more = plain_play(plain.begin()->first);
    look(stage.play(once_more));
    if (fastest < kSlowLoadMs) return;
    findings_.broken("file.constructor", "file", fmt::format("loading took {} ms", fastest));
  }

  const KitOptions& options_;
  Findings findings_;
  config::Connection connection_;
  config::ConnectorSpec spec_;
};

}  // namespace

std::vector<Finding> check_connector(const KitOptions& options) {
  return Kit(options).run();
}

}  // namespace iz::cli::conformance
