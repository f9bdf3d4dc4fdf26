// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/run.hpp"

#include <chrono>
#include <cxxabi.h>
#include <string.h>
#include <unistd.h>

#include <fmt/format.h>

#include "host/check/reach.hpp"
#include "host/error.hpp"
#include "host/http/service.hpp"
#include "host/observe/call_watch.hpp"
#include "host/observe/census.hpp"
#include "host/plugin.hpp"
#include "host/sandbox/sandbox.hpp"
#include "host/services/files_service.hpp"
#include "host/services/granted_files.hpp"
#include "host/services/secrets_service.hpp"
#include "host/services/sink_service.hpp"
#include "host/services/small_services.hpp"
#include "host/webhook_run.hpp"
#include "records/plugin_file.hpp"
#include "records/run_sink.hpp"
#include "wire/text.hpp"

namespace iz::host {
namespace {

// How the run ended, as the done frame says it.
struct Ending {
  std::uint32_t error_class = IZ_OK;
  std::string message;
  std::int64_t retry_after_ms = 0;
  std::uint32_t http_status = 0;
  bool crashed = false;
  bool secret = false;  // one had to be masked
};

// All services of a run, wired together; the connector asks for them by id.
class Services {
 public:
  Services(RunContext& run, const GrantedFiles& files)
      : config(run.start),
        secrets(run),
        checkpoint(run),
        log(run),
        cancel(run.link),
        clock(run.link, run.start.rehearsal.now_us),
        progress(run.link),
        files(files, run.link, log),
        sink(run.link),
        http(run) {
    registry.add(IZ_SERVICE_CONFIG_1, config.table());
    registry.add(IZ_SERVICE_SECRETS_1, secrets.table());
    registry.add(IZ_SERVICE_CHECKPOINT_1, checkpoint.table());
    registry.add(IZ_SERVICE_LOG_1, log.table());
    registry.add(IZ_SERVICE_CANCEL_1, cancel.table());
    registry.add(IZ_SERVICE_CLOCK_1, clock.table());
    registry.add(IZ_SERVICE_PROGRESS_1, progress.table());
    registry.add(IZ_SERVICE_FILES_1, this->files.table());
    registry.add(IZ_SERVICE_SINK_1, sink.table());
    registry.add(IZ_SERVICE_HTTP_1, http.table());
    host.struct_size = sizeof host;
    host.abi_minor = IZ_ABI_MINOR;
    host.context = this;
    host.service = [](void* context, iz_str id) { return static_cast<Services*>(context)->registry.find(view(id)); };
  }
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  ConfigService config;
  SecretsService secrets;
  CheckpointService checkpoint;
  LogService log;
  CancelService cancel;
  ClockService clock;
  ProgressService progress;
  FilesService files;
  SinkService sink;
  HttpService http;
  ServiceRegistry registry;
  iz_host host{};
};

// What `infrazen plugin check` compares with.
struct Stand {
  const Census& census;
  CallWatch* watch = nullptr;
  Census::Count before;  // loaded, and nothing more

  void tell_what_is_left(DaemonLink& link, std::size_t requests, const Ending& ending) const {
    const auto now = census.take_settled(before.threads);
    if (now.descriptors > before.descriptors) {
      link.observed(wire::Seen::descriptors_left, std::to_string(now.descriptors - before.descriptors));
    }
    if (now.threads > before.threads) {
      link.observed(wire::Seen::threads_left, std::to_string(now.threads - before.threads));
    }
    if (requests > 0) link.observed(wire::Seen::requests_left, std::to_string(requests));
    if (ending.secret) link.observed(wire::Seen::secret_in_error, ending.message);
    watch->settle();
  }
};

Ending ending_of(std::int32_t result, const iz_error& error, const Secrets& secrets) {
  if (result == IZ_OK) return {};
  Ending ending;
  ending.error_class = static_cast<std::uint32_t>(result);
  const std::string_view said(error.message, ::strnlen(error.message, sizeof error.message));
  const std::string masked = secrets.mask(said);
  ending.secret = masked != said;
  ending.message = wire::to_text(masked, wire::kMaxMessageBytes);
  if (result < IZ_OK || result > IZ_ERR_INTERNAL) {
    ending.error_class = IZ_ERR_INTERNAL;
    ending.message =
        wire::to_text(fmt::format("the connector returned {}, which is no error class: {}", result, ending.message),
                      wire::kMaxMessageBytes);
  }
  ending.retry_after_ms = std::max<std::int64_t>(error.retry_after_ms, 0);
  ending.http_status = error.http_status <= 999 ? error.http_status : 0;
  return ending;
}

iz_error fresh_error() {
  iz_error error{};
  error.struct_size = sizeof error;
  return error;
}

std::int32_t call_sync(const iz_connector& connector, void* self, const wire::Start& start, iz_error& error) {
  std::vector<iz_target> targets;
  for (const auto& target : start.targets) {
    targets.push_back(
        {target.resource_type.empty() ? iz_str{} : to_str(target.resource_type), to_str(target.external_id)});
  }
  iz_sync_request request{};
  request.struct_size = sizeof request;
  request.mode = start.mode;
  request.stream = to_str(start.stream);
  request.cursor = to_str(start.cursor);
  request.since_us = start.since_us;
  request.until_us = start.until_us;
  request.targets = targets.data();
  request.target_count = static_cast<std::uint32_t>(targets.size());
  request.target_stride = sizeof(iz_target);
  return connector.sync(self, &request, &error);
}

// The host's own part of a check: the way to every server, before the connector talks to any.
void check_ways(RunContext& run) {
  const auto& options = run.start.http;
  if (!options.replay_from.empty()) return;
  const auto report = [&](const Reached& reached) {
    run.link.note_activity();
    run.link.send_message(
        wire::FrameType::check_result,
        wire::CheckResult{reached.passed ? std::uint32_t{IZ_CHECK_PASSED} : std::uint32_t{IZ_CHECK_FAILED},
                          wire::to_text(reached.subject, 1024), wire::to_text(reached.detail, wire::kMaxLogBytes),
                          wire::CheckedBy::host, static_cast<std::uint64_t>(reached.took.count())});
  };
  try_to_reach(reachable_places(options, run.start.settings_json), options, report,
               [&] { return run.link.cancelled(); });
}

Ending drive(const iz_connector& connector, RunContext& run, Services& services, const Stand& stand) {
  iz_error error = fresh_error();
  void* self = connector.create(&services.host, &error);
  if (self == nullptr) {
    Ending ending =
        ending_of(error.error_class == IZ_OK ? IZ_ERR_INTERNAL : static_cast<std::int32_t>(error.error_class), error,
                  run.secrets);
    if (ending.message.empty()) ending.message = "the connector could not be created and did not say why";
    return ending;
  }
  error = fresh_error();
  std::int32_t result = IZ_OK;
  if (run.start.action == wire::Action::sync) {
    result = call_sync(connector, self, run.start, error);
  } else if (run.start.action == wire::Action::webhook_check) {
    result = check_webhooks(connector, self, run, error);
  } else if (run.start.action == wire::Action::webhook_handle) {
    result = handle_webhooks(connector, self, run, services.sink, error);
  } else if (connector.check == nullptr) {
    result = fail(&error, IZ_ERR_PERMANENT, "this connector has no check");
  } else {
    CheckReport report(run);
    result = connector.check(self, report.request(), &error);
  }
  run.link.observed(wire::Seen::destroying, "");
  connector.destroy(self);
  Ending ending = ending_of(result, error, run.secrets);
  if (run.link.observing()) stand.tell_what_is_left(run.link, services.http.open(), ending);
  // A connector that overlooked a refusal has not delivered everything, whatever it says.
  if (const auto refusal = services.sink.refusal(); refusal && ending.error_class == IZ_OK) {
    ending.error_class = IZ_ERR_PERMANENT;
    ending.message = wire::to_text(*refusal, wire::kMaxMessageBytes);
  }
  return ending;
}

// A second life of the same connector in the same process must be like the first.
Ending drive_all(const iz_connector& connector, RunContext& run, const GrantedFiles& files, const Stand& stand) {
  Ending ending;
  for (int life = 0; life < (run.start.rehearsal.twice ? 2 : 1) && ending.error_class == IZ_OK; ++life) {
    Services services(run, files);
    ending = drive(connector, run, services, stand);
    run.link.observed(wire::Seen::instance_ended, std::to_string(ending.error_class));
  }
  return ending;
}

// An exception that got here has crossed the C edge: the connector's state is unknown, so it counts as a crash.
template <class Run>
Ending guarded(Run&& run) {
  Ending ending;
  ending.error_class = IZ_ERR_INTERNAL;
  ending.crashed = true;
  try {
    return run();
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (const std::exception& fault) {
    ending.message =
        wire::to_text(fmt::format("an exception escaped from the connector: {}", fault.what()), wire::kMaxMessageBytes);
  } catch (...) {
    ending.message = "an exception of an unknown type escaped from the connector";
  }
  return ending;
}

SandboxPaths sandbox_paths(const wire::Start& start, const GrantedFiles& files) {
  SandboxPaths paths;
  paths.calls_watched = start.rehearsal.observe;
  paths.read.push_back(start.plugin.parent_path());
  if (!start.http.ca_file.empty()) paths.read.push_back(start.http.ca_file);
  if (!start.http.replay_from.empty()) paths.read.push_back(start.http.replay_from);
  if (!start.http.record_into.empty()) paths.write.push_back(start.http.record_into);
  for (const auto& root : files.roots()) paths.read_fds.push_back(root.granted.get());
  return paths;
}

// Left behind on purpose: it lives as long as the process.
CallWatch* watch(DaemonLink& link, const SandboxPaths& paths, const GrantedFiles& files) {
  link.observe();
  auto readable = system_paths();
  readable.insert(readable.end(), paths.read.begin(), paths.read.end());
  for (const auto& root : files.roots()) readable.push_back(root.path);
  return new CallWatch(link, std::move(readable));
}

Plugin load(DaemonLink& link, const std::filesystem::path& path, const records::ElfNote& note, Stand& stand) {
  if (!link.observing()) return Plugin(path, note);
  using Clock = std::chrono::steady_clock;
  const auto before = stand.census.take();
  const auto start = Clock::now();
  Plugin plugin(path, note);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  link.observed(wire::Seen::loaded, std::to_string(took.count()));
  stand.before = stand.census.take();
  if (const auto more = more_than(before, stand.before); !more.empty()) link.observed(wire::Seen::loading_left, more);
  return plugin;
}

Ending run_connector(DaemonLink& link, wire::Start& start) {
  const records::ElfNote note = records::inspect_plugin(start.plugin);
  const GrantedFiles files(start.files);
  const Census census(start.rehearsal.observe);
  const SandboxPaths paths = sandbox_paths(start, files);
  const auto notes = enter_sandbox(paths);
  Stand stand{census, start.rehearsal.observe ? watch(link, paths, files) : nullptr, {}};
  link.start_control_thread();
  for (const auto& text : notes) link.send_message(wire::FrameType::log, wire::LogLine{IZ_LOG_WARNING, text});

  const Plugin plugin = load(link, start.plugin, note, stand);
  if (start.action == wire::Action::describe) {
    wire::Bytes payload;
    wire::ByteWriter(payload).text(plugin.manifest().json);
    link.send(wire::FrameType::manifest, payload);
    return {};
  }
  Secrets secrets(std::move(start.secrets));
  RunContext run{start, plugin.manifest(), link, secrets};
  if (start.action == wire::Action::check && !start.rehearsal.observe) check_ways(run);
  if (start.http.only_reach) return {};
  return guarded([&] { return drive_all(plugin.connector(), run, files, stand); });
}

}  // namespace

void run(DaemonLink& link) {
  Ending ending;
  try {
    wire::Start start = link.receive_start();
    ending = run_connector(link, start);
  } catch (const records::RunError& fault) {
    ending.error_class = fault.error_class();
    ending.message = wire::to_text(fault.what(), wire::kMaxMessageBytes);
  } catch (const std::exception& fault) {
    ending.error_class = IZ_ERR_INTERNAL;
    ending.message = wire::to_text(fmt::format("connector-host: {}", fault.what()), wire::kMaxMessageBytes);
  }
  link.send_message(wire::FrameType::done, wire::Done{ending.error_class, ending.http_status, ending.retry_after_ms,
                                                      ending.crashed, ending.message});
  ::_exit(0);
}

}  // namespace iz::host
