// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/plugin/plugin_check.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/plugin/connector_files.hpp"
#include "config/load.hpp"
#include "records/kinds.hpp"
#include "records/manifest.hpp"
#include "records/plugin_file.hpp"
#include "records/run_sink.hpp"
#include "supervise/connector_spec.hpp"
#include "supervise/supervisor.hpp"

namespace iz::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 8> kClasses{"ok",     "transient", "rate_limited", "auth",
                                                   "config", "permanent", "cancelled",    "internal"};

// Takes what a run delivers, counts it, and looks for kinds the manifest does not announce.
class CountingSink final : public records::RunSink {
 public:
  void on_batch(const records::BatchView& batch) override {
    rows_ += batch.rows;
    if (records::find_kind(batch.kind) == nullptr) unknown_kind_ = true;
  }
  void on_segments(std::span<const records::SegmentView> segments) override { rows_ += segments.size(); }
  void on_scope_open(std::uint32_t, std::string_view) override {}
  void on_scope_close(std::uint32_t, std::string_view) override {}
  void on_finding(const records::FindingView&) override {}
  void on_checkpoint(std::string_view) override {}
  void on_mark(std::string_view) override {}

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] bool unknown_kind() const noexcept { return unknown_kind_; }

 private:
  std::uint64_t rows_ = 0;
  bool unknown_kind_ = false;
};

class Kit {
 public:
  explicit Kit(const PluginCheckOptions& options) : options_(options) {}

  std::vector<Finding> run() {
    const auto note = file();
    if (!note) return std::move(findings_);
    const auto manifest = describe();
    if (!manifest) return std::move(findings_);
    identity(*note, *manifest);
    lint(*manifest);
    const auto settings = sample(*manifest);
    for (const auto& stream : manifest->streams) smoke(*manifest, stream.name, settings);
    return std::move(findings_);
  }

 private:
  void add(Verdict verdict, std::string subject, std::string detail = {}) {
    findings_.push_back({verdict, std::move(subject), std::move(detail)});
  }
  // Failed with the detail, or passed without.
  void judge(bool good, const std::string& subject, const std::string& detail) {
    add(good ? Verdict::passed : Verdict::failed, subject, good ? "" : detail);
  }

  std::optional<records::ElfNote> file() {
    try {
      auto note = records::inspect_plugin(options_.plugin);
      add(Verdict::passed, "file",
          fmt::format("{} {}, ABI {}.{}", note.id, note.version, note.abi_major, note.abi_minor));
      return note;
    } catch (const records::RunError& error) {
      add(Verdict::failed, "file", error.what());
      return std::nullopt;
    }
  }

  std::optional<records::Manifest> describe() {
    try {
      auto manifest = make_supervisor().describe(options_.host_program, options_.plugin);
      add(Verdict::passed, "describe", manifest.title);
      return manifest;
    } catch (const std::exception& error) {
      add(Verdict::failed, "describe", error.what());
      return std::nullopt;
    }
  }

  void identity(const records::ElfNote& note, const records::Manifest& manifest) {
    judge(note.id == manifest.id, "id", "the note says '" + note.id + "', the manifest '" + manifest.id + "'");
    judge(note.version == manifest.version, "version",
          "the note says " + note.version + ", the manifest " + manifest.version);
    judge(options_.plugin.stem() == manifest.id, "file name",
          "must be " + manifest.id + ".so: the daemon finds a connector by its id");
  }

  void lint(const records::Manifest& manifest) {
    for (const auto& key : manifest.unknown_keys) add(Verdict::warning, "manifest", "unknown key " + key);
    judge(!manifest.streams.empty(), "streams", "the manifest has none, so nothing would ever run");
    for (const auto& stream : manifest.streams) {
      if (stream.kinds.empty()) add(Verdict::warning, "stream " + stream.name, "does not say which kinds it delivers");
      if (stream.interval < 1min)
        add(Verdict::warning, "stream " + stream.name, "runs more than once a minute by default");
    }
    for (const auto& setting : manifest.settings) {
      if (setting.description.empty()) add(Verdict::warning, "setting " + setting.name, "has no description");
    }
    for (const auto& secret : manifest.secrets) {
      if (secret.description.empty()) add(Verdict::warning, "secret " + secret.name, "has no description");
      if (secret.reveal) {
        add(Verdict::warning, "secret " + secret.name,
            "asks to be revealed: operators have to grant it, most will not");
      }
    }
    for (const auto& permission : manifest.permissions) {
      if (permission.why.empty())
        add(Verdict::warning, "permission " + permission.name, "does not say why it is needed");
    }
    for (const auto& host : manifest.hosts) {
      if (host == "*" || host == "*.*")
        add(Verdict::warning, "host " + host, "is every host: name those that are needed");
    }
  }

  // The sample's settings, typed by the manifest; nullopt = no smoke runs.
  std::optional<config::CheckedSettings> sample(const records::Manifest& manifest) {
    config::Connection connection;
    connection.id = manifest.id + "-check";
    connection.connector = manifest.id;
    connection.settings.kind = config::Value::Kind::map;
    const auto spec = supervise::connector_spec(manifest);
    if (options_.sample.empty()) {
      for (const auto& secret : spec.secrets) connection.secrets[secret.name] = {};
      auto checked = config::check(connection, spec);
      if (checked.problems.empty()) return checked;
      add(Verdict::skipped, "sample", "settings are needed: give a connection file with --sample");
      return std::nullopt;
    }
    try {
      connection = config::load_connection(options_.sample);
    } catch (const config::ConfigError& error) {
      add(Verdict::failed, "sample", error.what());
      return std::nullopt;
    }
    judge(connection.connector == manifest.id, "sample", "is for connector '" + connection.connector + "'");
    auto checked = config::check(connection, spec);
    for (const auto& problem : checked.problems) add(Verdict::failed, "sample", to_string(problem));
    if (!checked.problems.empty()) return std::nullopt;
    return checked;
  }

  void smoke(const records::Manifest& manifest, const std::string& stream,
             const std::optional<config::CheckedSettings>& settings) {
    const std::string subject = "run of " + stream;
    if (!settings) return add(Verdict::skipped, subject, "no settings to run with");
    supervise::RunSpec spec;
    spec.connection = manifest.id + "-check";
    spec.stream = stream;
    spec.run_id = "check";
    spec.host_program = options_.host_program;
    spec.plugin = options_.plugin;
    spec.settings_json = settings->json;
    for (const auto& file : settings->files) spec.files.push_back({file.setting, file.path});
    // No host is allowed and there are no secrets: what is tested is how the connector takes it.
    spec.limits.idle_timeout = 10s;
    spec.limits.cancel_grace = 2s;
    spec.limits.term_grace = 1s;
    spec.limits.max_run = 30s;
    CountingSink sink;
    supervise::RunObserver observer;
    judge_run(subject, make_supervisor().execute(spec, sink, observer), sink);
  }

  void judge_run(const std::string& subject, const supervise::RunOutcome& outcome, const CountingSink& sink) {
    const std::string figures = fmt::format("{} records, {} marks, {:.0f} ms, {} MiB", sink.rows(), outcome.marks,
                                            outcome.duration_ms, outcome.max_rss_bytes >> 20);
    const std::string error_class(outcome.error_class < kClasses.size() ? kClasses[outcome.error_class] : "unknown");
    const std::string ended = error_class + ": " + outcome.message;
    if (outcome.crashed) return add(Verdict::failed, subject, "crashed: " + outcome.message);
    if (outcome.protocol_violation) return add(Verdict::failed, subject, "broke the protocol: " + outcome.message);
    if (outcome.killed_for_limit) return add(Verdict::failed, subject, "did not end by itself: " + outcome.message);
    if (sink.unknown_kind()) return add(Verdict::failed, subject, "delivered a kind of record that nobody knows");
    if (outcome.ok() && outcome.records > 0 && outcome.marks == 0) {
      return add(Verdict::failed, subject, "delivered records without a mark: none of them would be kept; " + figures);
    }
    if (outcome.ok()) return add(Verdict::passed, subject, figures);
    if (error_class == "internal") return add(Verdict::failed, subject, ended);
    if (outcome.message.empty())
      return add(Verdict::failed, subject, error_class + " without a sentence that says why");
    add(Verdict::passed, subject, "without network and secrets it ends as it should: " + ended);
  }

  const PluginCheckOptions& options_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_plugin(const PluginCheckOptions& options) {
  return Kit(options).run();
}

}  // namespace iz::cli
