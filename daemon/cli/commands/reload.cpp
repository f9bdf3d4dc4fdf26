// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <ostream>
#include <string>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <boost/json/value_to.hpp>

#include "cli/commands/commands.hpp"
#include "cli/daemon_client.hpp"
#include "cli/output/status_view.hpp"

namespace iz::cli {
namespace {

constexpr unsigned kRefused = 422;

int reload(const Context& context) {
  const DaemonClient client(context);
  const Answer answer = client.post("/v1/reload");
  if (answer.status != kRefused) {
    const auto report = parse_body(client.body_of(answer));
    for (const auto& line : report.at("restart").as_array()) {
      context.err << context.text("warning: {}", boost::json::value_to<std::string>(line)) << '\n';
    }
    for (const auto& line : report.at("misconfigured").as_array()) {
      context.err << context.text("warning: {}", boost::json::value_to<std::string>(line)) << '\n';
    }
    const std::string waits = text_of(report, "waits");
    context.err << context.text(waits.empty() ? "reloaded; connections added: {}, changed: {}, removed: {}"
                                              : "read; connections added: {}, changed: {}, removed: {}",
                                number_of(report, "added"), number_of(report, "changed"), number_of(report, "removed"))
                << '\n';
    if (!waits.empty()) {
      context.err << context.text("it is not in force yet, and will be by itself: {}", waits) << '\n';
    }
    return EX_OK;
  }
  const auto report = parse_body(answer.body);
  for (const auto& line : report.at("problems").as_array()) {
    context.err << boost::json::value_to<std::string>(line) << '\n';
  }
  context.err << context.text("the daemon refused the new configuration and keeps the old one") << '\n';
  return EX_CONFIG;
}

}  // namespace

void add_reload_command(CLI::App& app, const Language& say, Action& action) {
  app.add_subcommand("reload", std::string(say("have the daemon read its configuration again")))->callback([&action] {
    action = &reload;
  });
}

}  // namespace iz::cli
