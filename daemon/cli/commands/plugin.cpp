// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "cli/commands/commands.hpp"
#include "cli/output/table.hpp"
#include "cli/plugin/connector_files.hpp"
#include "cli/plugin/plugin_check.hpp"
#include "cli/plugin/plugin_new.hpp"
#include "infrazen_version.hpp"
#include "records/plugin_file.hpp"
#include "records/run_sink.hpp"

namespace iz::cli {
namespace {

struct PluginOptions {
  std::filesystem::path plugin;
  std::filesystem::path sample;
  std::filesystem::path host;
  std::filesystem::path folder;
  std::filesystem::path source = std::filesystem::path(kDataDir) / "sdk/template";
  std::string id;
  bool json = false;
};

TableFormat format_of(const PluginOptions& options) {
  return options.json ? TableFormat::json : TableFormat::table;
}

std::filesystem::path host_of(const Context& context, const PluginOptions& options) {
  return options.host.empty() ? context.main_settings().paths.host_program : options.host;
}

int list(const Context& context, const PluginOptions& options) {
  const auto folder = options.folder.empty() ? context.main_settings().paths.plugin_dir : options.folder;
  const auto host = host_of(context, options);
  Table table({{"id", context.text("CONNECTOR")},
               {"version", context.text("VERSION")},
               {"streams", context.text("STREAMS")},
               {"title", context.text("TITLE")},
               {"problem", context.text("PROBLEM")}});
  for (const auto& file : connector_files(folder)) {
    try {
      const auto manifest = manifest_of(host, file);
      std::string streams;
      for (const auto& stream : manifest.streams) streams += (streams.empty() ? "" : ",") + stream.name;
      table.add({manifest.id, manifest.version, streams, manifest.title, ""});
    } catch (const std::exception& error) {
      table.add({file.stem().string(), "-", "-", "-", error.what()});
    }
  }
  table.write(context.out, format_of(options));
  return EX_OK;
}

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::warning: return "warning";
    case Verdict::failed: return "failed";
    case Verdict::skipped: return "skipped";
  }
  return "failed";
}

int check(const Context& context, const PluginOptions& options) {
  const auto findings =
      check_plugin({std::filesystem::absolute(options.plugin), host_of(context, options), options.sample});
  Table table(
      {{"verdict", context.text("VERDICT")}, {"subject", context.text("SUBJECT")}, {"detail", context.text("DETAIL")}});
  for (const auto& finding : findings) {
    table.add({options.json ? std::string(word(finding.verdict)) : context.text(word(finding.verdict)), finding.subject,
               finding.detail});
  }
  table.write(context.out, format_of(options));
  const bool failed = std::any_of(findings.begin(), findings.end(),
                                  [](const Finding& finding) { return finding.verdict == Verdict::failed; });
  return failed ? EX_DATAERR : EX_OK;
}

int create(const Context& context, const PluginOptions& options) {
  if (!records::is_connector_id(options.id)) {
    throw Failure(EX_USAGE,
                  context.text("'{}' is not an id: 2 to 31 lower case letters and digits, a letter first", options.id));
  }
  const auto folder = options.folder.empty() ? std::filesystem::path(options.id) : options.folder;
  try {
    new_plugin(options.source, folder, options.id);
  } catch (const std::exception& error) {
    throw Failure(EX_CANTCREAT, error.what());
  }
  context.err << context.text(
                     "{} is ready: cmake -B build && cmake --build build, then infrazen plugin check build/{}.so",
                     folder.string(), options.id)
              << '\n';
  return EX_OK;
}

}  // namespace

void add_plugin_commands(CLI::App& app, const Language& say, Action& action) {
  auto* group =
      app.add_subcommand("plugin", std::string(say("connectors: which there are, whether they are sound, a new one")));
  group->require_subcommand(1);
  const auto options = std::make_shared<PluginOptions>();
  const auto add = [&](const char* name, std::string_view help, auto run) {
    auto* command = group->add_subcommand(name, std::string(say(help)));
    command->callback([&action, options, run] {
      action = [options, run](const Context& context) { return run(context, *options); };
    });
    return command;
  };
  const auto add_shared = [&](CLI::App* command) {
    command->add_flag("--json", options->json, std::string(say("JSON instead of a table")));
    command->add_option("--host", options->host, std::string(say("path of infrazen-connector-host")));
  };
  auto* listing = add("list", "the connectors that are installed", &list);
  listing->add_option("--dir", options->folder, std::string(say("folder instead of the one of infrazen.yaml")));
  add_shared(listing);
  auto* checking =
      add("check", "the conformance kit: file, manifest, and a run of each stream without network", &check);
  checking->add_option("FILE", options->plugin, std::string(say("the connector's library")))->required();
  checking->add_option("--sample", options->sample, std::string(say("a connection file with settings to run with")));
  add_shared(checking);
  auto* creating = add("new", "start a connector from the SDK's template", &create);
  creating->add_option("ID", options->id, std::string(say("its id, such as hetzner")))->required();
  creating->add_option("--dir", options->folder, std::string(say("folder to make; without it the id")));
  creating->add_option("--template", options->source, std::string(say("the template's folder")));
}

}  // namespace iz::cli
