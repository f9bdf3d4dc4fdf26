// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "cli/conformance/judges/identity.hpp"
#include "cli/conformance/judges/judges.hpp"
#include "cli/conformance/probes/probes.hpp"
#include "records/kinds.hpp"
#include <infrazen/time.hpp>

namespace iz::cli::conformance {
namespace {

// Something that one has and the other has not; nullopt if they are equal.
std::optional<std::string> difference(const Things& one, const Things& other) {
  if (auto missing = first_missing(one, other)) return "only the first has " + *missing;
  if (auto missing = first_missing(other, one)) return "only the second has " + *missing;
  return std::nullopt;
}

void play_twins(const Stage& stage, const RunRecord& /*plain*/, const std::string& stream, Findings& findings) {
  Play play = plain_play(stream);
  play.title = "a second instance of " + stream;
  play.twice = true;
  const RunRecord run = stage.play(play);
  judge(stage, play, run, findings);
  const auto& first = run.first();
  if (run.outcome.crashed || first.error_class != std::optional<std::uint32_t>(IZ_OK)) return;
  if (!run.ok()) return findings.broken("instance.shared-state", play.title, "it failed: " + run.outcome.message);
  const Things second = run.lives.size() > 1 ? things(run.lives[1]) : Things();
  if (const auto shared = difference(things(first), second)) {
    findings.broken("instance.shared-state", play.title, *shared);
  }
}

void play_full(const Stage& stage, const RunRecord& plain, const std::string& stream, Findings& findings) {
  Play play = plain_play(stream);
  play.title = "a full run of " + stream;
  play.mode = IZ_SYNC_FULL;
  play.cursor = plain.first().cursors.back();
  const RunRecord full = stage.play(play);
  judge(stage, play, full, findings);
  if (!full.ok()) return;
  if (const auto missing = first_missing(things(plain.first()), things(full.first()))) {
    findings.broken("mode.full-ignored", play.title, "it lacks " + *missing);
  }
}

void play_from_first_mark(const Stage& stage, const RunRecord& plain, const std::string& stream, Findings& findings) {
  Play play = plain_play(stream);
  play.title = "a run of " + stream + " from its first mark";
  play.cursor = plain.first().cursors.front();
  const RunRecord resumed = stage.play(play);
  judge(stage, play, resumed, findings);
  if (!resumed.ok()) return;
  if (const auto missing = first_missing(things_behind_mark(plain.first(), 1), things(resumed.first()))) {
    findings.broken("cursor.resume-loses", play.title, "it lacks " + *missing);
  }
}

void play_targeted(const Stage& stage, const RunRecord& plain, const std::string& stream, Findings& findings) {
  const auto& rows = plain.first().rows;
  const auto known = std::ranges::find(rows, std::uint32_t{IZ_KIND_RESOURCE}, &RecordedRow::kind);
  if (known == rows.end()) return;
  const auto* type = known->find("type");
  const auto* id = known->find("external_id");
  if (type == nullptr || id == nullptr) return;
  Play play = plain_play(stream);
  play.title = "a targeted run of " + stream;
  play.mode = IZ_SYNC_TARGETED;
  play.cursor = plain.first().cursors.empty() ? "" : plain.first().cursors.back();
  play.targets = {{*type, *id}, {*type, "no-such-thing"}};
  judge(stage, play, stage.play(play), findings);
}

// When a record's event was; "" for what has none of its own.
std::string_view dated_by(std::uint32_t kind) {
  switch (kind) {
    case IZ_KIND_CHARGE: return "ChargePeriodStart";
    case IZ_KIND_RATE: return "day";
    case IZ_KIND_LOG: return "timestamp";
    case IZ_KIND_DOCUMENT: return "issued_at";
    default: return {};
  }
}

// A day so long ago that nothing the plain run delivers lies near it. What reads around its window (the rate before it,
// the whole month) has two months of room.
void play_back_fill(const Stage& stage, const RunRecord& plain, const std::string& stream, Findings& findings) {
  using namespace std::chrono;
  constexpr days kRoom{62};
  const infrazen::Micros since = floor<days>(infrazen::Micros(microseconds(stage.set().now_us))) - days(20 * 365);
  Play play = plain_play(stream);
  play.title = "a back-fill of " + stream;
  play.cursor = plain.first().cursors.empty() ? "" : plain.first().cursors.back();
  play.since_us = since.time_since_epoch().count();
  play.until_us = (since + days(1)).time_since_epoch().count();
  const RunRecord run = stage.play(play);
  judge(stage, play, run, findings);
  if (!run.ok()) return;  // a provider need not have that day
  for (const auto& row : run.first().rows) {
    const auto* date = row.find(dated_by(row.kind));
    const auto at = date != nullptr ? infrazen::parse_instant(*date) : std::nullopt;
    if (!at || (*at >= since - kRoom && *at < since + days(1) + kRoom)) continue;
    return findings.broken(
        "mode.back-fill-ignored", play.title,
        fmt::format("it was asked for {} and delivered a {} of {}", infrazen::to_text(since).substr(0, 10),
                    records::find_kind(row.kind)->name, *date));
  }
}

}  // namespace

Play plain_play(const std::string& stream) {
  Play play;
  play.stream = stream;
  play.title = "run of " + stream;
  return play;
}

void play_again(const Stage& stage, const std::string& stream, Plain& plain, Findings& findings) {
  if (!plain.run.ok()) return;
  Play play = plain_play(stream);
  play.title = "a second run of " + stream;
  const RunRecord again = stage.play(play);
  judge(stage, play, again, findings);
  const auto other = again.ok() ? difference(things(plain.run.first()), things(again.first()))
                                : std::optional("the second failed: " + again.outcome.message);
  if (other) return findings.broken("cursor.replay-differs", play.title, *other);
  plain.repeatable = true;
}

void add_comparisons(const Stage& stage, const Plain& plain, const std::string& stream, Findings& findings,
                     Tasks& tasks) {
  if (!plain.repeatable) return;
  const auto add = [&](auto function) {
    tasks.push_back([&stage, &plain, stream, &findings, function] { function(stage, plain.run, stream, findings); });
  };
  const auto& marks = plain.run.first().cursors;
  add(play_twins);
  if (!marks.empty()) add(play_full);
  if (marks.size() > 1) add(play_from_first_mark);
  if (stream == IZ_STREAM_INVENTORY) add(play_targeted);
  if (const auto* declared = stage.manifest().find_stream(stream); declared != nullptr && declared->back_fill) {
    add(play_back_fill);
  }
}

void add_cancellations(const Stage& stage, const Plain& plain, const std::string& stream, Findings& findings,
                       Tasks& tasks) {
  const auto add = [&](std::string title, StopRule stop, wire::HttpFault fault) {
    tasks.push_back([&stage, &findings, stream, title = std::move(title), stop, fault] {
      Play play = plain_play(stream);
      play.title = title;
      play.stop = stop;
      play.fault = fault;
      judge(stage, play, stage.play(play), findings);
    });
  };
  add("a run of " + stream + " that is cancelled", {1, 0}, wire::HttpFault::none);
  add("a run of " + stream + " that is cancelled later", {4, 0}, wire::HttpFault::none);
  if (!plain.run.requests.empty()) {
    add("a run of " + stream + " that is cancelled while it waits for an answer", {1, 0}, wire::HttpFault::stalled);
  }
}

}  // namespace iz::cli::conformance
