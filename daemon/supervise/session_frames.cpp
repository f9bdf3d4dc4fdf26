// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fmt/format.h>

#include "records/fault_point.hpp"
#include "supervise/session.hpp"

// What a session does with the frames it gets.
namespace iz::supervise {

using wire::FrameType;
using wire::MalformedFrame;

namespace {
constexpr unsigned kLogLinesPerSecond = 500;
constexpr std::size_t kMostRatedHosts = 256;
}  // namespace

void Session::handle() {
  if (reader_.type() == FrameType::pong) {
    const auto activity = wire::decode_pong(reader_.payload()).activity;
    if (activity != activity_) last_activity_ = Clock::now();
    activity_ = activity;
    ping_open_ = false;
    return;
  }
  switch (reader_.type()) {
    case FrameType::log: {
      const auto line = wire::decode_log(reader_.payload());
      // connector-host limits the rate already; this is for one that was taken over.
      if (Clock::now() - log_second_ > std::chrono::seconds(1)) {
        log_second_ = Clock::now();
        log_lines_ = 0;
      }
      if (++log_lines_ <= kLogLinesPerSecond) observer_.on_log(line.level, line.message);
      break;
    }
    case FrameType::progress: {
      const auto progress = wire::decode_progress(reader_.payload());
      observer_.on_progress(progress.done, progress.total, progress.what);
      break;
    }
    case FrameType::done: {
      const auto done = wire::decode_done(reader_.payload());
      done_.emplace();
      done_->error_class = done.error_class;
      done_->message = done.message;
      done_->retry_after_ms = done.retry_after_ms;
      done_->crashed = done.crashed;
      break;
    }
    case FrameType::rate_ask:
    case FrameType::rate_throttled: handle_rates(); break;
    case FrameType::manifest:
      if (spec_.action != Action::describe) throw MalformedFrame("a manifest nobody asked for");
      manifest_ = wire::decode_manifest(reader_.payload());
      break;
    case FrameType::check_result: {
      if (spec_.action != Action::check) throw MalformedFrame("a verdict nobody asked for");
      observer_.on_check(wire::decode_check_result(reader_.payload()));
      break;
    }
    case FrameType::observation: {
      if (!spec_.rehearsal.observe) throw MalformedFrame("an observation nobody asked for");
      const auto observation = wire::decode_observation(reader_.payload());
      observer_.on_observation(observation.what, observation.detail);
      break;
    }
    case FrameType::admission: {
      if (spec_.action != Action::webhook_check) throw MalformedFrame("an admission nobody asked for");
      const auto admission = wire::decode_admission(reader_.payload());
      if (admission.index >= spec_.webhooks.size()) throw MalformedFrame("an admission of no request");
      observer_.on_admission(admission.index, admission.error_class, admission.event_id, admission.message);
      break;
    }
    default: handle_records(); break;
  }
  last_activity_ = Clock::now();
}

void Session::handle_records() {
  if (spec_.action != Action::sync && spec_.action != Action::webhook_handle) {
    throw MalformedFrame(fmt::format("a {} frame outside of a sync", name_of(reader_.type())));
  }
  if (phase_ != Phase::running) return;  // what comes after a cancel is not kept
  records::fault_point("frames.before_take");
  const auto payload = reader_.payload();
  switch (reader_.type()) {
    case FrameType::batch: {
      const auto batch = wire::decode_batch(payload, batch_views_);
      outcome_.records += batch.rows;
      count(batch.rows);
      sink_.on_batch(batch);
      break;
    }
    case FrameType::segments: {
      const auto segments = wire::decode_segments(payload, segment_views_);
      std::uint64_t points = 0;
      for (const auto& segment : segments) points += segment.values.size();
      outcome_.records += points;
      count(points);
      sink_.on_segments(segments);
      break;
    }
    case FrameType::scope_open: {
      const auto event = wire::decode_scope_event(payload);
      count(1);
      sink_.on_scope_open(event.kind, event.scope);
      break;
    }
    case FrameType::scope_close: {
      const auto event = wire::decode_scope_event(payload);
      count(1);
      sink_.on_scope_close(event.kind, event.scope);
      break;
    }
    case FrameType::finding:
      count(1);
      sink_.on_finding(wire::decode_finding(payload));
      break;
    case FrameType::checkpoint: sink_.on_checkpoint(wire::decode_checkpoint(payload)); break;
    case FrameType::mark: handle_mark(); break;
    default: throw MalformedFrame(fmt::format("a {} frame, which goes the other way", name_of(reader_.type())));
  }
  records::fault_point("frames.after_take");
  check_limits();
}

void Session::count(std::uint64_t records) {
  if (pending_records_ == 0) pending_since_ = Clock::now();
  pending_records_ += records;
  pending_bytes_ += reader_.payload().size();
  outcome_.bytes += reader_.payload().size();
}

void Session::handle_mark() {
  const auto mark = wire::decode_mark(reader_.payload());
  if (mark.sequence != outcome_.marks + 1) {
    throw MalformedFrame(fmt::format("mark {} after mark {}", mark.sequence, outcome_.marks));
  }
  sink_.on_mark(mark.cursor);
  records::fault_point("mark.before_answer");
  ++outcome_.marks;
  pending_records_ = 0;
  pending_bytes_ = 0;
  wire::Bytes answer;
  wire::encode_mark_done(mark.sequence, answer);
  (void)send(FrameType::mark_done, answer, std::chrono::milliseconds(1'000));
}

// Every host has a row in the database, so a connector that was taken over may not name them at will.
void Session::handle_rates() {
  if (rates_ == nullptr) throw MalformedFrame("a question about rates that nobody answers");
  const auto known = [this](std::string_view host) {
    if (rated_hosts_.contains(host)) return;
    if (rated_hosts_.size() == kMostRatedHosts) throw MalformedFrame("questions about the rates of too many hosts");
    rated_hosts_.emplace(host);
  };
  if (reader_.type() == FrameType::rate_ask) {
    const auto ask = wire::decode_rate_ask(reader_.payload());
    known(ask.host);
    rates_->ask(ask);
  } else {
    const auto report = wire::decode_rate_throttled(reader_.payload());
    known(report.host);
    rates_->throttled(report);
  }
}

}  // namespace iz::supervise
