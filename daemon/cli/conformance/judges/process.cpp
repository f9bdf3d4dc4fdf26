// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fmt/format.h>

#include "cli/conformance/judges/judges.hpp"

namespace iz::cli::conformance {
namespace {

using wire::Seen;

// A refusal for want of a secret or for its form is an error like others; one for its destination is a breach.
bool is_destination(const std::string& why) {
  return why.find("is not among those") != std::string::npos || why.find("plain http") != std::string::npos;
}

}  // namespace

void judge_process(const Play& play, const RunRecord& run, Findings& findings) {
  const auto broken = [&](std::string_view rule, std::string detail) {
    findings.broken(rule, play.title, std::move(detail));
  };
  for (const auto& sighting : run.seen) {
    const auto& detail = sighting.detail;
    switch (sighting.what) {
      case Seen::request_refused:
        // With junk for an address a refusal is what should come.
        if (play.settings_json.empty() && is_destination(detail)) broken("http.host-undeclared", detail);
        break;
      case Seen::wrong_thread: broken("abi.wrong-thread", detail + " was called from another thread"); break;
      case Seen::secret_logged: broken("secret.in-log", "a line held one: " + detail); break;
      case Seen::secret_in_error: broken("secret.in-error", "it held one: " + detail); break;
      case Seen::sink_refused: broken("record.refused", detail); break;
      case Seen::descriptors_left: broken("process.descriptors", detail + " descriptors were left open"); break;
      case Seen::threads_left: broken("process.threads", detail + " threads were left running"); break;
      case Seen::requests_left:
        // Of a cancelled run nothing is left but its end.
        if (!run.stopped) broken("http.unreleased", detail + " requests were not released");
        break;
      case Seen::loading_left: broken("file.constructor", "loading left " + detail); break;
      case Seen::denied_call: broken("process.child", "it " + detail); break;
      case Seen::file_outside: broken("process.files", "it opened " + detail); break;
      case Seen::request:
      case Seen::loaded:
      case Seen::destroying:
      case Seen::instance_ended: break;
    }
  }
}

}  // namespace iz::cli::conformance
