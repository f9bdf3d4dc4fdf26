// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/output/language.hpp"
#include "config/settings.hpp"

namespace iz::cli {

// Ends the command: one sentence on stderr and an exit status of sysexits.h.
class Failure : public std::runtime_error {
 public:
  Failure(int status, const std::string& message) : std::runtime_error(message), status_(status) {}
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

// What every command is given: where data and messages go, the language, the global options.
struct Context {
  std::ostream& out;  // data only
  std::ostream& err;  // messages
  Language language;
  std::filesystem::path config_file;
  bool config_given = false;     // on the command line: then it must be there
  std::filesystem::path socket;  // given on the command line, else empty

  template <typename... Args>
  [[nodiscard]] std::string text(std::string_view english, const Args&... args) const {
    return fmt::format(fmt::runtime(language(english)), args...);
  }

  // infrazen.yaml, or the defaults if there is none and none was asked for. Failure EX_CONFIG with all problems.
  [[nodiscard]] config::Settings main_settings() const;
  // With the connections.
  [[nodiscard]] config::Settings all_settings() const;
  // --socket, else what infrazen.yaml says, else the default: a file that is being edited must not hide the daemon.
  [[nodiscard]] std::filesystem::path status_socket() const;
  // A connection string for the caller's own role.
  [[nodiscard]] std::string own_conninfo() const;
};

}  // namespace iz::cli
