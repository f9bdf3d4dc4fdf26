// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <sysexits.h>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/value_to.hpp>

#include "cli/commands/back_fill.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/connection_test.hpp"
#include "cli/daemon_client.hpp"
#include "cli/output/status_view.hpp"

namespace iz::cli {
namespace {

struct ConnectionOptions {
  std::string id;
  std::string stream;
  std::string since;
  std::string until;
  bool full = false;
  bool wait = false;
  unsigned timeout = 600;
  bool json = false;
  std::vector<std::uint64_t> numbers;
};

std::string target(const ConnectionOptions& options, std::string_view action = {}) {
  std::string out = "/v1/connections/" + percent_encoded(options.id);
  if (!action.empty()) out += '/' + std::string(action);
  return out;
}

int list(const Context& context, const ConnectionOptions& options) {
  const std::string body = DaemonClient(context).get_body("/v1/connections");
  if (options.json) {
    context.out << body;
  } else {
    show_connections(context, parse_body(body));
  }
  return EX_OK;
}

int show(const Context& context, const ConnectionOptions& options) {
  const DaemonClient client(context);
  const std::string body = client.get_body(target(options));
  if (options.json) {
    context.out << body;
  } else {
    const auto status = parse_body(client.get_body("/v1/status"));
    show_connection(context, parse_body(body), instant_of(status, "now").value_or(Instant()));
  }
  return EX_OK;
}

int test(const Context& context, const ConnectionOptions& options) {
  return test_connection(context, options.id, options.json);
}

struct Ended {
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::string error;
};

std::map<std::string, Ended> ended_runs(const DaemonClient& client, const ConnectionOptions& options) {
  std::map<std::string, Ended> out;
  const auto connection = parse_body(client.get_body(target(options)));
  for (const auto& stream : connection.at("streams").as_array()) {
    out[text_of(stream, "name")] = {number_of(stream, "runs_succeeded"), number_of(stream, "runs_failed"),
                                    text_of(stream, "last_error")};
  }
  return out;
}

// Until each of the streams has ended one more run.
int wait_for(const Context& context, const DaemonClient& client, const ConnectionOptions& options,
             std::map<std::string, Ended> before, const boost::json::array& streams) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(options.timeout);
  for (;;) {
    auto now = ended_runs(client, options);
    bool all = true;
    bool failed = false;
    for (const auto& value : streams) {
      const auto name = boost::json::value_to<std::string>(value);
      all = all && now[name].succeeded + now[name].failed > before[name].succeeded + before[name].failed;
      failed = failed || now[name].failed > before[name].failed;
    }
    if (all) {
      for (const auto& [name, ended] : now) {
        if (ended.failed > before[name].failed) context.err << name << ": " << ended.error << '\n';
      }
      return failed ? 1 : EX_OK;
    }
    if (std::chrono::steady_clock::now() > deadline) {
      throw Failure(EX_TEMPFAIL, context.text("not done after {} seconds; it goes on in the daemon", options.timeout));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

int sync(const Context& context, const ConnectionOptions& options) {
  if (!options.since.empty()) {
    return ask_back_fill(context,
                         {options.id, options.stream, options.since, options.until, options.wait, options.timeout});
  }
  const DaemonClient client(context);
  const auto before = options.wait ? ended_runs(client, options) : std::map<std::string, Ended>();
  std::string where = target(options, "sync") + "?mode=" + (options.full ? "full" : "incremental");
  if (!options.stream.empty()) where += "&stream=" + percent_encoded(options.stream);
  const auto answer = parse_body(client.post_body(where));
  const auto& streams = answer.at("streams").as_array();
  for (const auto& stream : streams) context.out << boost::json::value_to<std::string>(stream) << '\n';
  context.out.flush();
  return options.wait ? wait_for(context, client, options, before, streams) : EX_OK;
}

int tell(const Context& context, const ConnectionOptions& options, std::string_view action) {
  static_cast<void>(DaemonClient(context).post_body(target(options, action)));
  context.err << context.text(action == "pause" ? "{} is paused" : "{} runs again", options.id) << '\n';
  return EX_OK;
}

}  // namespace

void add_connection_commands(CLI::App& app, const Language& say, Action& action) {
  auto* group = app.add_subcommand("connection", std::string(say("look at connections and make them run")));
  group->require_subcommand(1);
  const auto options = std::make_shared<ConnectionOptions>();
  const auto add = [&](const char* name, std::string_view help, bool needs_id, auto run) {
    auto* command = group->add_subcommand(name, std::string(say(help)));
    if (needs_id) command->add_option("ID", options->id, std::string(say("the connection")))->required();
    command->callback([&action, options, run] {
      action = [options, run](const Context& context) { return run(context, *options); };
    });
    return command;
  };
  const auto add_json = [&](CLI::App* command) {
    command->add_flag("--json", options->json, std::string(say("JSON instead of a table")));
  };
  add_json(add("list", "all connections", false, &list));
  add_json(add("show", "one connection with its streams", true, &show));
  add_json(add("test", "try credentials, permissions and hosts one by one", true, &test));
  auto* run = add("sync", "run it now, not when it is due", true, &sync);
  run->add_option("--stream", options->stream, std::string(say("this stream only")));
  auto* full = run->add_flag("--full", options->full, std::string(say("everything again, not what is new")));
  auto* since = run->add_option("--since", options->since,
                                std::string(say("back-fill the days from this one on, like 2026-03-01, in UTC")));
  since->excludes(full)->type_name("DAY");
  run->add_option("--until", options->until,
                  std::string(say("with --since: the first day that is left out; without it today is the last one")))
      ->needs(since)
      ->type_name("DAY");
  run->add_flag("--wait", options->wait, std::string(say("return when it is done; exit status 1 if it failed")));
  run->add_option("--timeout", options->timeout, std::string(say("seconds to wait at most")));
  auto* back_fills =
      group->add_subcommand("back-fills", std::string(say("back-fills that were asked for, newest first")));
  back_fills->add_option("ID", options->id, std::string(say("the connection")));
  add_json(back_fills);
  back_fills->callback([&action, options] {
    action = [options](const Context& context) { return list_back_fills(context, options->id, options->json); };
  });
  auto* withdraw = group->add_subcommand(
      "withdraw", std::string(say("take back-fills back that wait or run; what they wrote stays")));
  withdraw->add_option("NUMBER", options->numbers, std::string(say("the back-fill's number, as back-fills shows it")))
      ->required();
  withdraw->callback([&action, options] {
    action = [options](const Context& context) { return withdraw_back_fills(context, options->numbers); };
  });
  add("pause", "start no more runs", true,
      [](const Context& context, const ConnectionOptions& chosen) { return tell(context, chosen, "pause"); });
  add("resume", "end a pause or a quarantine", true,
      [](const Context& context, const ConnectionOptions& chosen) { return tell(context, chosen, "resume"); });
}

}  // namespace iz::cli
