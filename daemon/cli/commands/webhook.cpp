// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <sysexits.h>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands/commands.hpp"
#include "cli/daemon_client.hpp"
#include "cli/output/status_view.hpp"
#include "cli/output/table.hpp"

namespace iz::cli {
namespace {

struct WebhookOptions {
  std::string connection;
  bool dead = false;
  unsigned limit = 100;
  std::string format = "table";
  bool json = false;
  std::vector<std::uint64_t> ids;
};

TableFormat format_of(const WebhookOptions& options) {
  if (options.json || options.format == "json") return TableFormat::json;
  return options.format == "csv" ? TableFormat::csv : TableFormat::table;
}

int list(const Context& context, const WebhookOptions& options) {
  std::string target = "/v1/webhooks?limit=" + std::to_string(options.limit);
  if (!options.connection.empty()) target += "&connection=" + percent_encoded(options.connection);
  if (options.dead) target += "&state=dead";
  const auto answer = parse_body(DaemonClient(context).get_body(target));
  const TableFormat format = format_of(options);
  Table table({{"id", context.text("NUMBER"), true, true},
               {"event", context.text("EVENT")},
               {"connection", context.text("CONNECTION")},
               {"received", context.text("RECEIVED")},
               {"state", context.text("STATE")},
               {"attempts", context.text("ATTEMPTS"), true, true},
               {"error", context.text("ERROR")}});
  for (const auto& event : answer.at("webhooks").as_array()) {
    const std::string state = text_of(event, "state");
    const std::string error_class = text_of(event, "error_class");
    table.add({std::to_string(number_of(event, "id")), text_of(event, "event"), text_of(event, "connection"),
               text_of(event, "received"), format == TableFormat::table ? context.text(state) : state,
               std::to_string(number_of(event, "attempts")),
               (error_class.empty() ? "" : error_class + ": ") + text_of(event, "error")});
  }
  if (table.empty() && format == TableFormat::table) {
    context.err << context.text("no such events") << '\n';
  } else {
    table.write(context.out, format);
  }
  return EX_OK;
}

int retry(const Context& context, const WebhookOptions& options) {
  return post_each(context, options.ids, "/v1/webhooks/", "/retry", "event {} of {} is tried again");
}

int discard(const Context& context, const WebhookOptions& options) {
  return post_each(context, options.ids, "/v1/webhooks/", "/discard", "event {} of {} is discarded");
}

}  // namespace

void add_webhook_commands(CLI::App& app, const Language& say, Action& action) {
  auto* group =
      app.add_subcommand("webhook", std::string(say("events that were posted: which there are, try again, discard")));
  group->require_subcommand(1);
  const auto options = std::make_shared<WebhookOptions>();
  const auto add = [&](const char* name, std::string_view help, auto run) {
    auto* command = group->add_subcommand(name, std::string(say(help)));
    command->callback([&action, options, run] {
      action = [options, run](const Context& context) { return run(context, *options); };
    });
    return command;
  };
  auto* listing = add("list", "the events of the inbox, newest first", &list);
  listing->add_option("--connection", options->connection, std::string(say("events of this connection only")));
  listing->add_flag("--dead", options->dead, std::string(say("those only that were given up")));
  listing->add_option("--limit", options->limit, std::string(say("how many at most")))->check(CLI::Range(1U, 1000U));
  listing->add_option("--format", options->format, std::string(say("table, csv or json")))
      ->check(CLI::IsMember({"table", "csv", "json"}));
  listing->add_flag("--json", options->json, std::string(say("JSON instead of a table")));
  for (auto* command : {add("retry", "try events again that were given up or wait", &retry),
                        add("discard", "settle events that were given up, without trying again", &discard)}) {
    command->add_option("NUMBER", options->ids, std::string(say("the event's number, as list shows it")))->required();
  }
}

}  // namespace iz::cli
