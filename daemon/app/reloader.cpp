// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/reloader.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>

#include "app/run/run_plan.hpp"
#include "config/load.hpp"

namespace iz::app {
namespace {

serve::ReloadReport compared(const config::Settings& before, const config::Settings& next) {
  serve::ReloadReport report;
  report.restart = config::needs_restart(before, next);
  for (const config::Connection& connection : next.connections) {
    const config::Connection* known = before.find_connection(connection.id);
    if (known == nullptr) ++report.added;
    if (known != nullptr && !same(*known, connection)) ++report.changed;
  }
  report.removed = static_cast<std::uint32_t>(std::ranges::count_if(
      before.connections, [&](const config::Connection& known) { return next.find_connection(known.id) == nullptr; }));
  return report;
}

}  // namespace

void Reloader::reload(const std::string& actor, serve::Done<serve::ReloadReport> done) {
  parts_.notifier.reloading();
  ++under_way_;
  serve::ReloadReport report = read();
  if (!report.problems.empty()) {
    ++parts_.live.reloads_refused;
    parts_.refused(report.problems.front());
    parts_.log.event(journal::messages::config_rejected, {{"problems", std::to_string(report.problems.size())}});
    ended();
    return done(std::move(report));
  }
  parts_.watch.adopt(parts_.settings(), [this, accepted = Accepted{std::move(report), actor},
                                         done = std::move(done)](const Adoption& adoption) {
    auto outcome = adopted(accepted, adoption);
    ended();
    done(std::move(outcome));
  });
}

serve::ReloadReport Reloader::read() {
  serve::ReloadReport report;
  try {
    auto next = std::make_shared<const config::Settings>(config::load(parts_.config_file));
    const std::vector<config::Problem> missing = parts_.secrets.check(*next, true);
    if (!missing.empty()) throw config::ConfigError(missing);
    report = compared(*parts_.settings(), *next);
    parts_.take(std::move(next));
  } catch (const config::ConfigError& error) {
    for (const config::Problem& problem : error.problems()) {
      report.problems.push_back(config::to_string(problem));
      parts_.log.event(journal::messages::config_problem, {{"problem", report.problems.back()}});
    }
  } catch (const std::exception& error) {
    report.problems.emplace_back(error.what());
    parts_.log.event(journal::messages::config_problem, {{"problem", error.what()}});
  }
  return report;
}

serve::Outcome<serve::ReloadReport> Reloader::adopted(Accepted accepted, const Adoption& adoption) {
  serve::ReloadReport& report = accepted.report;
  switch (adoption.kind) {
    case Adoption::Kind::failed:
      return serve::Refusal{503, "the configuration was read and is not in force: " + adoption.reason};
    case Adoption::Kind::in_force:
      ++parts_.live.reloads;
      for (const auto& [connection, reason] : adoption.misconfigured)
        report.misconfigured.push_back("connection " + connection + " does not run: " + reason);
      say_in_force(accepted);
      break;
    case Adoption::Kind::waits:
      ++parts_.live.reloads;
      report.waits = adoption.reason;
      parts_.log.event(journal::messages::config_waits, {{"reason", adoption.reason}, {"actor", accepted.actor}});
      waiting_.push_back(accepted);
      break;
  }
  return report;
}

void Reloader::in_force() {
  for (const Accepted& accepted : std::exchange(waiting_, {})) say_in_force(accepted);
}

void Reloader::say_in_force(const Accepted& accepted) {
  const serve::ReloadReport& report = accepted.report;
  parts_.log.event(journal::messages::config_reloaded, {{"added", std::to_string(report.added)},
                                                        {"changed", std::to_string(report.changed)},
                                                        {"removed", std::to_string(report.removed)},
                                                        {"actor", accepted.actor}});
  for (const std::string& setting : report.restart)
    parts_.log.event(journal::messages::config_needs_restart, {{"setting", setting}});
}

// systemd takes READY for the end of the reload, refused or not: the service runs on either way.
void Reloader::ended() {
  if (--under_way_ == 0) parts_.notifier.ready(parts_.one_line());
}

}  // namespace iz::app
