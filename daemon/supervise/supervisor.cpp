// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "supervise/supervisor.hpp"

#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "records/plugin_file.hpp"
#include "supervise/session.hpp"
#include "supervise/spawn.hpp"

namespace iz::supervise {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Child start_host(const RunOnMain& run_on_main, const RunSpec& spec) {
  const SpawnOptions options{spec.host_program, fmt::format("{}/{}", spec.connection, spec.stream),
                             spec.limits.stack_bytes, spec.limits.data_bytes, spec.limits.files};
  Child child;
  std::exception_ptr fault;
  run_on_main([&] {
    try {
      child = spawn(options);
    } catch (...) {
      fault = std::current_exception();
    }
  });
  if (fault) {
    try {
      std::rethrow_exception(fault);
    } catch (const std::system_error& error) {
      throw records::RunError(IZ_ERR_INTERNAL,
                              fmt::format("cannot start {}: {}; check that InfraZen is installed completely",
                                          spec.host_program.native(), error.what()));
    }
  }
  return child;
}

struct Ended {
  RunOutcome outcome;
  std::string manifest;
};

Ended run_session(const RunOnMain& run_on_main, const RunSpec& spec, records::RunSink& sink, RunObserver& observer,
                  std::stop_token stop, RateSource* rates) {
  const auto start = Clock::now();
  Ended ended;
  double spawn_ms = 0;
  try {
    (void)records::inspect_plugin(spec.plugin);
    const auto before_spawn = Clock::now();
    Child child = start_host(run_on_main, spec);
    spawn_ms = milliseconds_since(before_spawn);
    Session session(spec, std::move(child), sink, observer, rates);
    ended.outcome = session.run(std::move(stop));
    ended.manifest = session.manifest();
  } catch (const records::RunError& fault) {
    ended.outcome.error_class = fault.error_class();
    ended.outcome.message = fault.what();
  }
  ended.outcome.spawn_ms = spawn_ms;
  ended.outcome.duration_ms = milliseconds_since(start);
  return ended;
}

// Of a run that has no records.
class NoRecords final : public records::RunSink {
 public:
  void on_batch(const records::BatchView& /*batch*/) override {}
  void on_segments(std::span<const records::SegmentView> /*segments*/) override {}
  void on_scope_open(std::uint32_t /*kind*/, std::string_view /*scope*/) override {}
  void on_scope_close(std::uint32_t /*kind*/, std::string_view /*scope*/) override {}
  void on_finding(const records::FindingView& /*finding*/) override {}
  void on_checkpoint(std::string_view /*blob*/) override {}
  void on_mark(std::string_view /*cursor*/) override {}
};

}  // namespace

RunOutcome Supervisor::execute(const RunSpec& spec, records::RunSink& sink, RunObserver& observer,
                               std::stop_token stop, RateSource* rates) const {
  return run_session(run_on_main_, spec, sink, observer, std::move(stop), rates).outcome;
}

records::Manifest Supervisor::describe(const std::filesystem::path& host_program,
                                       const std::filesystem::path& plugin) const {
  RunSpec spec;
  spec.connection = "describe";
  spec.stream = plugin.stem();
  spec.host_program = host_program;
  spec.plugin = plugin;
  spec.action = Action::describe;
  spec.limits.max_run = std::chrono::seconds(30);
  spec.limits.idle_timeout = std::chrono::seconds(10);
  spec.limits.cancel_grace = std::chrono::seconds(1);
  NoRecords nothing;
  RunObserver nobody;
  const Ended ended = run_session(run_on_main_, spec, nothing, nobody, {}, nullptr);
  if (!ended.outcome.ok()) {
    throw records::RunError(ended.outcome.error_class, ended.outcome.message);
  }
  try {
    return records::parse_manifest(ended.manifest);
  } catch (const records::ManifestError& fault) {
    throw records::RunError(IZ_ERR_CONFIG,
                            fmt::format("connector {}: its manifest is wrong: {}", plugin.native(), fmt::join(fault.problems(), "; ")));
  }
}

}  // namespace iz::supervise
