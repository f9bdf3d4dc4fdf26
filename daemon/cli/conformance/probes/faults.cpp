// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cli/conformance/judges/identity.hpp"
#include "cli/conformance/judges/judges.hpp"
#include "cli/conformance/probes/probes.hpp"

namespace iz::cli::conformance {
namespace {

using wire::HttpFault;

std::string_view in_words(HttpFault fault) {
  switch (fault) {
    case HttpFault::none: return "good answers";
    case HttpFault::unauthorized: return "401";
    case HttpFault::forbidden: return "403";
    case HttpFault::too_many_requests: return "429";
    case HttpFault::server_error: return "500";
    case HttpFault::garbage: return "garbage";
    case HttpFault::empty: return "empty answers";
    case HttpFault::endless: return "pages without end";
    case HttpFault::stalled: return "no answer";
  }
  return "";
}

bool is_refusal(HttpFault fault) {
  return fault == HttpFault::unauthorized || fault == HttpFault::forbidden || fault == HttpFault::too_many_requests ||
         fault == HttpFault::server_error;
}

// Whether a run in which every answer was this fault may end so.
bool is_fitting(HttpFault fault, std::uint32_t error_class) {
  switch (fault) {
    case HttpFault::unauthorized: return error_class == IZ_ERR_AUTH;
    case HttpFault::forbidden: return error_class == IZ_ERR_AUTH || error_class == IZ_ERR_PERMANENT;
    case HttpFault::too_many_requests: return error_class == IZ_ERR_RATE_LIMITED || error_class == IZ_ERR_TRANSIENT;
    case HttpFault::server_error: return error_class == IZ_ERR_TRANSIENT;
    default: return true;
  }
}

bool ended_by_itself(const RunRecord& run) {
  return !run.outcome.crashed && run.outcome.signal == 0 && !run.outcome.protocol_violation &&
         !run.outcome.killed_for_limit && !run.stopped;
}

void judge_class(const Play& play, const RunRecord& run, Findings& findings) {
  if (!is_refusal(play.fault)) return;
  if (run.ok()) {
    return findings.broken("run.failure-swallowed", play.title,
                           fmt::format("request {} of {} failed, and the run says it has succeeded", play.fault_from,
                                       run.requests.size()));
  }
  // A run that lacks a part may have another class; and internal has a rule of its own.
  if (play.fault_from > 1 || run.outcome.error_class == IZ_ERR_INTERNAL) return;
  if (!is_fitting(play.fault, run.outcome.error_class)) {
    findings.broken("http.error-class", play.title,
                    fmt::format("every answer was {}, and the run ended as {}: {}", in_words(play.fault),
                                class_name(run.outcome.error_class), run.outcome.message));
  }
}

// A scope that was closed has to hold what it holds when all goes well.
void judge_closed(const Play& play, const RunRecord& run, const Plain& plain, Findings& findings) {
  if (play.fault == HttpFault::empty) return;  // an empty list may be one
  for (const auto& scope : run.first().scopes) {
    if (!scope.closed) continue;
    if (plain.repeatable) {
      const auto missing = first_missing(things_in_scope(plain.run.first(), scope.kind, scope.name),
                                         things_in_scope(run.first(), scope.kind, scope.name));
      if (missing) {
        findings.broken("scope.false-complete", play.title,
                        fmt::format("'{}' was completed without {}", scope.name, *missing));
      }
    } else if (!plain.run.ok() && play.fault_from == 1 && scope.requests_at_close > 0) {
      findings.broken("scope.false-complete", play.title,
                      fmt::format("'{}' was completed although every answer was {}", scope.name, in_words(play.fault)));
    }
  }
}

void judge_retries(const Play& play, const RunRecord& run, const Plain& plain, Findings& findings) {
  if (play.fault != HttpFault::too_many_requests && play.fault != HttpFault::server_error) return;
  const auto count = [](const RunRecord& of) {
    std::map<std::string, std::ptrdiff_t> counts;
    for (const auto& request : of.requests) ++counts[request];
    return counts;
  };
  const auto usual = count(plain.run);
  for (const auto& [request, times] : count(run)) {
    const auto known = usual.find(request);
    if (times <= std::max<std::ptrdiff_t>(2, known == usual.end() ? 0 : known->second)) continue;
    return findings.broken(
        "http.own-retry", play.title,
        fmt::format("{} was sent {} times, though {} came each time", request, times, in_words(play.fault)));
  }
}

void play_fault(const Stage& stage, const Plain& plain, const std::string& stream, HttpFault fault, std::uint32_t from,
                Findings& findings) {
  Play play = plain_play(stream);
  play.title = fmt::format("a run of {} with {}{}", stream, in_words(fault),
                           from > 1 ? fmt::format(" from request {} on", from) : "");
  play.fault = fault;
  play.fault_from = from;
  play.stop.after_requests = std::max<std::size_t>(200, 20 * plain.run.requests.size());
  const RunRecord run = stage.play(play);
  judge(stage, play, run, findings);
  judge_retries(play, run, plain, findings);
  if (run.too_many_requests && fault == HttpFault::endless) {
    findings.broken("http.endless", play.title, fmt::format("{} requests, and it would go on", run.requests.size()));
  }
  if (run.requests.size() < from || !ended_by_itself(run)) return;
  judge_class(play, run, findings);
  judge_closed(play, run, plain, findings);
}

}  // namespace

void add_faults(const Stage& stage, const Plain& plain, const std::string& stream, Findings& findings, Tasks& tasks) {
  if (plain.run.requests.empty()) return;
  const auto add = [&](HttpFault fault, std::size_t from) {
    tasks.push_back([&stage, &plain, stream, fault, from, &findings] {
      play_fault(stage, plain, stream, fault, static_cast<std::uint32_t>(from), findings);
    });
  };
  for (const auto fault : {HttpFault::unauthorized, HttpFault::forbidden, HttpFault::too_many_requests,
                           HttpFault::server_error, HttpFault::garbage, HttpFault::empty}) {
    add(fault, 1);
  }
  if (!plain.run.ok()) return;
  add(HttpFault::endless, 1);
  // A part of the work is done when it happens.
  constexpr std::size_t kMostPlaces = 6;
  const std::size_t requests = plain.run.requests.size();
  const std::size_t step = std::max<std::size_t>(1, requests / kMostPlaces);
  for (std::size_t from = 2; from <= requests; from += step) {
    add(HttpFault::server_error, from);
    add(HttpFault::garbage, from);
  }
  if (requests > 1) add(HttpFault::unauthorized, requests / 2 + 1);
}

}  // namespace iz::cli::conformance
