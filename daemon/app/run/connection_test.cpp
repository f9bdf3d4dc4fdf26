// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "app/run/account_rates.hpp"
#include "app/run/run_plan.hpp"
#include "app/run/run_watch.hpp"
#include "app/run/runner.hpp"
#include "supervise/connector_spec.hpp"
#include <infrazen/abi/module.h>

// `infrazen connection test`: credentials, settings, the ways to the hosts, then what the connector tries; each is told
// as soon as it is known, and what nobody tried is told too.
namespace iz::app {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// All of it. Somebody waits.
constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::seconds kGrace{2};

bool any_failed(const serve::TestReport& report) {
  return std::ranges::any_of(report.verdicts, [](const auto& verdict) { return verdict.verdict == "failed"; });
}

// The report as it grows.
class Findings {
 public:
  Findings(const Runner::TestProgress& progress, journal::Log& log) : progress_(progress), log_(log) {
    report_.done = false;
  }

  void add(std::string kind, std::string_view subject, std::string_view verdict, std::string_view detail,
           milliseconds took = {}) {
    report_.verdicts.push_back(
        {log_.masked(subject), std::string(verdict), log_.masked(detail), std::move(kind), took});
    report_.took = std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
    if (progress_) progress_(report_);
  }
  void failed_to_run(std::string_view error) { report_.error = log_.masked(error); }
  [[nodiscard]] serve::TestReport& report() { return report_; }

  serve::TestReport end(bool ran) {
    report_.passed = ran && !any_failed(report_);
    report_.done = true;
    report_.took = std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
    return std::move(report_);
  }

 private:
  const Runner::TestProgress& progress_;
  journal::Log& log_;
  const Clock::time_point began_ = Clock::now();
  serve::TestReport report_;
};

// Verdicts of the host and of the connector.
class CheckObserver final : public RunReporter {
 public:
  CheckObserver(RunReporter&& base, const records::Manifest& manifest, Findings& findings)
      : RunReporter(std::move(base)), manifest_(manifest), findings_(findings) {}

  void on_check(const wire::CheckResult& result) override {
    const char* word = result.verdict == IZ_CHECK_PASSED   ? "passed"
                       : result.verdict == IZ_CHECK_FAILED ? "failed"
                                                           : "skipped";
    const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::microseconds(result.took_us));
    const char* kind = "connector";
    if (result.by == wire::CheckedBy::host) {
      kind = "host";
    } else {
      for (const auto& permission : manifest_.permissions) {
        if (result.subject.find(permission.name) != std::string_view::npos) kind = "permission";
      }
    }
    findings_.add(kind, result.subject, word, result.detail, took);
  }

 private:
  const records::Manifest& manifest_;
  Findings& findings_;
};

// False when one that the connection names cannot be read: then nothing is gained by asking the connector.
bool check_credentials(const config::Connection& connection, const config::SecretStore& secrets,
                       const std::filesystem::path& folder, Findings& findings) {
  bool all = true;
  for (const auto& [name, use] : connection.secrets) {
    const std::string subject = fmt::format("credential {} ({})", name, use.secret);
    try {
      (void)secrets.read(use.secret, folder);
      findings.add("credential", subject, "passed", "");
    } catch (const std::runtime_error& error) {
      findings.add("credential", subject, "failed", error.what());
      all = false;
    }
  }
  return all;
}

bool check_settings(const config::Connection& connection, const records::Manifest& manifest, Findings& findings) {
  const auto checked = config::check(connection, supervise::connector_spec(manifest));
  for (const config::Problem& problem : checked.problems)
    findings.add("setting", "settings", "failed", config::to_string(problem));
  return checked.problems.empty();
}

void tell_what_nobody_tried(const records::Manifest& manifest, Findings& findings) {
  std::vector<std::string> untried;
  for (const auto& permission : manifest.permissions) {
    const bool tried = std::ranges::any_of(findings.report().verdicts, [&](const serve::CheckVerdict& verdict) {
      return verdict.kind == "permission" && verdict.subject.find(permission.name) != std::string::npos;
    });
    if (!tried) findings.add("permission", permission.name, "not_tried", permission.why);
  }
}

}  // namespace

serve::TestReport Runner::test(const config::Settings& settings, const config::Connection& connection,
                               std::stop_token stop, const TestProgress& progress) {
  Findings findings(progress, parts_.log);
  const schedule::StreamKey key{connection.id, ""};
  try {
    const bool readable = check_credentials(connection, parts_.secrets, settings.paths.secrets_dir, findings);
    const auto manifest = parts_.connectors.manifest(settings, connection.connector);
    if (!check_settings(connection, *manifest, findings)) {
      tell_what_nobody_tried(*manifest, findings);
      return findings.end(false);
    }
    supervise::RunSpec spec = run_spec_without_secrets(settings, connection, *manifest, "");
    if (readable) add_secrets(spec, settings, connection, *manifest, parts_.secrets);
    for (const supervise::Secret& secret : spec.secrets) parts_.log.add_secret(secret.value);
    spec.action = supervise::Action::check;
    spec.run_id = "test";
    spec.http.only_reach = !readable;
    spec.http.shared_rates = true;
    spec.limits.max_run = std::min<milliseconds>(spec.limits.max_run, kPatience);
    spec.limits.idle_timeout = spec.limits.max_run;
    spec.limits.cancel_grace = spec.limits.term_grace = kGrace;
    RefusingSink sink;
    CheckObserver observer(RunReporter(parts_.log, parts_.live, key, spec.run_id), *manifest, findings);
    AccountRates rates(parts_.rates, provider_of(*manifest), rate_account(connection), spec.http.rate_limits);
    const supervise::RunOutcome outcome = parts_.supervisor.execute(spec, sink, observer, stop, &rates);
    findings.report().timed_out = outcome.killed_for_limit;
    if (outcome.killed_for_limit) {
      findings.failed_to_run(fmt::format("the test was given {} s and did not end: what it tried last hangs ({})",
                                         std::chrono::duration_cast<std::chrono::seconds>(spec.limits.max_run).count(),
                                         outcome.message));
    } else if (!outcome.ok()) {
      findings.failed_to_run(outcome.message);
    } else if (!readable) {
      findings.failed_to_run("the connector was not asked: without its credentials it can try nothing");
    }
    tell_what_nobody_tried(*manifest, findings);
    return findings.end(outcome.ok());
  } catch (const records::RunError& error) {
    findings.failed_to_run(error.what());
    return findings.end(false);
  }
}

}  // namespace iz::app
