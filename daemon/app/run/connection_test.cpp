// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <utility>

#include "app/run/run_plan.hpp"
#include "app/run/run_watch.hpp"
#include "app/run/runner.hpp"

namespace iz::app {

serve::TestReport Runner::test(const config::Settings& settings, const config::Connection& connection,
                               std::stop_token stop) {
  serve::TestReport report;
  const schedule::StreamKey key{connection.id, ""};
  try {
    const auto manifest = parts_.connectors.manifest(settings, connection.connector);
    supervise::RunSpec spec = run_spec(settings, connection, *manifest, parts_.secrets, "");
    for (const supervise::Secret& secret : spec.secrets) parts_.log.add_secret(secret.value);
    spec.action = supervise::Action::check;
    spec.run_id = "test";
    RefusingSink sink;
    RunReporter reporter(parts_.log, parts_.live, key, spec.run_id);
    const supervise::RunOutcome outcome = parts_.supervisor.execute(spec, sink, reporter, stop);
    report.verdicts = std::move(reporter.verdicts());
    report.error = parts_.log.masked(outcome.message);
    report.passed = outcome.ok() && std::ranges::none_of(report.verdicts, [](const serve::CheckVerdict& verdict) {
                      return verdict.verdict == "failed";
                    });
  } catch (const records::RunError& error) {
    report.error = parts_.log.masked(error.what());
  }
  return report;
}

}  // namespace iz::app
