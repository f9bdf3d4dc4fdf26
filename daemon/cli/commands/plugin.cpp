// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "cli/commands/commands.hpp"
#include "cli/conformance/kit.hpp"
#include "cli/conformance/rules.hpp"
#include "cli/output/table.hpp"
#include "cli/plugin/connector_files.hpp"
#include "cli/plugin/plugin_new.hpp"
#include "infrazen_version.hpp"
#include "records/plugin_file.hpp"
#include "records/run_sink.hpp"
#include <infrazen/time.hpp>

namespace iz::cli {
namespace {

struct PluginOptions {
  std::filesystem::path plugin;
  std::filesystem::path sample;
  std::filesystem::path host;
  std::filesystem::path folder;
  std::filesystem::path source = std::filesystem::path(kDataDir) / "sdk/template";
  std::string id;
  std::filesystem::path testdata;
  std::vector<std::string> settings;  // NAME=VALUE
  std::vector<std::string> secrets;   // NAME=FILE
  std::string at;
  bool json = false;
  bool rules = false;
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

using conformance::Finding;
using conformance::Verdict;

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::warning: return "warning";
    case Verdict::failed: return "failed";
    case Verdict::skipped: return "skipped";
  }
  return "failed";
}

std::map<std::string, std::string> pairs(const Context& context, const std::vector<std::string>& arguments) {
  std::map<std::string, std::string> out;
  for (const auto& argument : arguments) {
    const auto equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Failure(EX_USAGE, context.text("'{}' is not NAME=VALUE", argument));
    }
    out[argument.substr(0, equals)] = argument.substr(equals + 1);
  }
  return out;
}

// The same for every run of one check: by default this second.
std::int64_t instant_of(const Context& context, const std::string& text) {
  if (text.empty()) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return std::chrono::microseconds(now.time_since_epoch()).count();
  }
  const auto instant = infrazen::parse_instant(text);
  if (!instant) throw Failure(EX_USAGE, context.text("'{}' is not an instant such as 2026-09-01T00:00:00Z", text));
  return instant->time_since_epoch().count();
}

// What is not for a terminal comes from the connector.
std::string printable(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return text;
}

void write_for_people(const Context& context, const std::vector<Finding>& findings) {
  for (const auto& finding : findings) {
    const std::string verdict = context.text(word(finding.verdict));
    const std::string rule = finding.rule.empty() ? "" : finding.rule + ": ";
    context.out << verdict << std::string(9 - std::min<std::size_t>(8, display_width(verdict)), ' ')
                << printable(rule + finding.subject + (finding.rule.empty() ? ": " : ""));
    if (finding.rule.empty()) {
      context.out << printable(finding.detail) << '\n';
      continue;
    }
    context.out << "\n         " << printable(finding.detail) << "\n         " << printable(finding.advice) << '\n';
  }
}

int show_rules(const Context& context, const PluginOptions& options) {
  Table table({{"rule", context.text("RULE")}, {"demand", context.text("DEMAND")}, {"advice", context.text("ADVICE")}});
  for (const auto& rule : conformance::rules()) {
    table.add({std::string(rule.id), std::string(rule.demand), std::string(rule.advice)});
  }
  table.write(context.out, format_of(options));
  return EX_OK;
}

int check(const Context& context, const PluginOptions& options) {
  if (options.rules) return show_rules(context, options);
  if (options.plugin.empty()) throw Failure(EX_USAGE, context.text("say which file to check"));
  for (const auto& path : {options.plugin, options.testdata, options.sample}) {
    if (!path.empty() && !std::filesystem::exists(path)) {
      throw Failure(EX_NOINPUT, context.text("{} is not there", path.string()));
    }
  }
  conformance::KitOptions kit;
  kit.plugin = std::filesystem::absolute(options.plugin);
  kit.host_program = host_of(context, options);
  kit.sample = options.sample;
  kit.settings = pairs(context, options.settings);
  for (const auto& [name, file] : pairs(context, options.secrets)) {
    if (!std::filesystem::exists(file)) throw Failure(EX_NOINPUT, context.text("{} is not there", file));
    kit.secrets[name] = file;
  }
  if (!options.testdata.empty()) kit.testdata = std::filesystem::absolute(options.testdata);
  kit.now_us = instant_of(context, options.at);
  const auto findings = conformance::check_connector(kit);
  if (options.json) {
    Table table({{"verdict", ""}, {"rule", ""}, {"subject", ""}, {"detail", ""}, {"advice", ""}});
    for (const auto& finding : findings) {
      table.add({std::string(word(finding.verdict)), finding.rule, finding.subject, finding.detail, finding.advice});
    }
    table.write(context.out, TableFormat::json);
  } else {
    write_for_people(context, findings);
  }
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
  auto* checking = add("check", "the conformance kit: every rule that can be tried without the provider", &check);
  checking->add_option("FILE", options->plugin, std::string(say("the connector's library")));
  checking->add_option("--sample", options->sample, std::string(say("a connection file with settings to run with")));
  checking->add_option("--testdata", options->testdata,
                       std::string(say("folder of recorded exchanges (*.http) that answer its requests")));
  checking->add_option("--set", options->settings, std::string(say("NAME=VALUE: a setting instead of the sample's")));
  checking->add_option("--secret", options->secrets,
                       std::string(say("NAME=FILE: a usable secret, where a made-up one is not enough")));
  checking->add_option("--at", options->at, std::string(say("what time it is for the connector; without it now")));
  checking->add_flag("--rules", options->rules, std::string(say("list the rules")));
  add_shared(checking);
  auto* creating = add("new", "start a connector from the SDK's template", &create);
  creating->add_option("ID", options->id, std::string(say("its id, such as hetzner")))->required();
  creating->add_option("--dir", options->folder, std::string(say("folder to make; without it the id")));
  creating->add_option("--template", options->source, std::string(say("the template's folder")));
}

}  // namespace iz::cli
