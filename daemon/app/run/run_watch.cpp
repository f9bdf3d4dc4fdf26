// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/run/run_watch.hpp"

#include <infrazen/abi/module.h>

namespace iz::app {
namespace {

journal::Severity severity_of(std::uint32_t level) {
  switch (level) {
    case IZ_LOG_DEBUG: return journal::Severity::debug;
    case IZ_LOG_INFO: return journal::Severity::info;
    case IZ_LOG_WARNING: return journal::Severity::warning;
    default: return journal::Severity::error;
  }
}

}  // namespace

void RunReporter::on_progress(std::uint64_t done, std::uint64_t total, std::string_view what) {
  live_.progress(key_, done, total, std::string(what));
}

void RunReporter::on_log(std::uint32_t level, std::string_view message) {
  log_.line(severity_of(level), message,
            {{"connection", key_.connection}, {"stream", key_.stream}, {"run_id", run_id_}});
}

}  // namespace iz::app
