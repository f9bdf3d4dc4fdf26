// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/conformance/stage/run_record.hpp"
#include "config/connection_settings.hpp"
#include "records/manifest.hpp"
#include <infrazen/abi/module.h>

// Where a connector is rehearsed: in the sandboxed connector-host, with the kit at the daemon's end of the wire.
namespace iz::cli::conformance {

struct Play {
  std::string stream;
  std::string title;  // "a cancelled run of inventory", for findings
  wire::Action action = wire::Action::sync;
  std::uint32_t mode = IZ_SYNC_INCREMENTAL;
  std::string cursor;
  std::vector<wire::Target> targets;
  std::int64_t since_us = 0;  // of a back-fill
  std::int64_t until_us = 0;
  wire::HttpFault fault = wire::HttpFault::none;
  std::uint32_t fault_from = 1;
  bool twice = false;
  StopRule stop;
  std::string settings_json;       // empty = the sample's …
  std::vector<std::string> hosts;  // … and its hosts
};

class Stage {
 public:
  struct Set {
    std::filesystem::path plugin;
    std::filesystem::path host_program;
    std::filesystem::path testdata;  // empty = no request is answered
    std::int64_t now_us = 0;
    std::string settings_json = "{}";
    std::vector<config::GrantedFile> files;
    std::vector<std::string> hosts;              // that requests may go to
    std::map<std::string, std::string> secrets;  // by the manifest's name; those that are given
  };
  Stage(records::Manifest manifest, Set set);

  // Any thread.
  [[nodiscard]] RunRecord play(const Play& play) const;

  [[nodiscard]] const records::Manifest& manifest() const { return manifest_; }
  [[nodiscard]] const Set& set() const { return set_; }
  // Whether the provider of this rehearsal wrote it, in an answer or a file: digits of its own are no artefact.
  [[nodiscard]] bool said_by_provider(std::string_view text) const;
  // The name of a secret that stands in this text, in plain or encoded.
  [[nodiscard]] std::optional<std::string> secret_in(std::string_view text) const;

 private:
  records::Manifest manifest_;
  Set set_;
  std::string provider_;
  std::vector<std::pair<std::string, std::string>> needles_;  // what betrays a secret, and which
};

}  // namespace iz::cli::conformance
