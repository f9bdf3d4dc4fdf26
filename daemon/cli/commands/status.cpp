// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <sysexits.h>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "cli/commands/commands.hpp"
#include "cli/daemon_client.hpp"
#include "cli/output/status_view.hpp"

namespace iz::cli {
namespace {

struct StatusOptions {
  bool json = false;
  bool check = false;
  bool watch = false;
  unsigned interval = 2;
};

constexpr int kNeedsAttention = 1;

int show_once(const Context& context, const StatusOptions& options) {
  const DaemonClient client(context);
  boost::json::value status = parse_body(client.get_body("/v1/status"));
  const boost::json::value connections = parse_body(client.get_body("/v1/connections"));
  const bool healthy = is_healthy(status, connections);
  if (options.json) {
    const auto& list = connections.at("connections");
    status.as_object()["connection_list"] = list;
    context.out << boost::json::serialize(status) << '\n';
  } else if (!options.check) {
    show_status(context, status, connections);
  }
  if (!options.check) return EX_OK;
  if (!healthy) context.err << context.text("something needs attention; `infrazen status` shows what") << '\n';
  return healthy ? EX_OK : kNeedsAttention;
}

int run(const Context& context, const StatusOptions& options) {
  if (!options.watch) return show_once(context, options);
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  for (;;) {
    if (terminal && !options.json) context.out << "\x1b[H\x1b[2J";
    try {
      static_cast<void>(show_once(context, options));
    } catch (const Failure& failure) {  // a restart of the daemon does not end the watching
      context.err << failure.what() << '\n';
    }
    context.out.flush();
    std::this_thread::sleep_for(std::chrono::seconds(options.interval));
  }
}

}  // namespace

void add_status_command(CLI::App& app, const Language& say, Action& action) {
  auto* status = app.add_subcommand("status", std::string(say("what the daemon does, connection by connection")));
  const auto options = std::make_shared<StatusOptions>();
  status->add_flag("--json", options->json, std::string(say("JSON instead of a table")));
  status->add_flag("--check", options->check,
                   std::string(say("say it by the exit status: 0 healthy, 1 needs attention, 69 no daemon")));
  status->add_flag("--watch", options->watch, std::string(say("again and again until Ctrl-C")));
  status->add_option("--interval", options->interval, std::string(say("seconds between two looks")))
      ->check(CLI::Range(1U, 3600U));
  status->callback(
      [&action, options] { action = [options](const Context& context) { return run(context, *options); }; });
}

}  // namespace iz::cli
