// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/run/dispatcher.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "app/run/outside.hpp"

namespace iz::app {
namespace {

// The timer looks again at least so often: the wall clock may be set while it sleeps.
constexpr std::chrono::milliseconds kLongestSleep = std::chrono::seconds(30);

// So long after the first one a run begins: events that come together are handled together.
constexpr std::chrono::milliseconds kGather = std::chrono::milliseconds(200);

constexpr std::chrono::milliseconds kLossPause = std::chrono::seconds(5);
constexpr unsigned kMostLossPauses = 12;

}  // namespace

Dispatcher::Dispatcher(boost::asio::io_context& io, Runner& runner, journal::Log& log, LiveStatus& live,
                       unsigned workers)
    : io_(io), runner_(runner), log_(log), live_(live), workers_(workers), timer_(io) {}

void Dispatcher::adopt(std::shared_ptr<const config::Settings> settings, const std::vector<EstateConnection>& estate) {
  settings_ = std::move(settings);
  const config::Limits& limits = settings_->limits;
  planner_.set_limits({limits.concurrent_runs, limits.per_connection, limits.per_connector});

  rules_.clear();
  misconfigured_.clear();
  for (const EstateConnection& connection : estate) {
    if (!connection.problem.empty()) {
      misconfigured_[connection.id] = connection.problem;
      log_.event(journal::messages::connection_misconfigured,
                 {{"connection", connection.id}, {"reason", connection.problem}});
      continue;
    }
    for (const EstateConnection::Stream& stream : connection.streams) {
      rules_[stream.key] = stream.rule;
      planner_.put(stream.key, stream.rule, stream.history, now());
      live_.remember(stream.key, stream.failures, std::string(error_class_name(stream.last_error_class)),
                     stream.last_error);
    }
  }
  planner_.retain([this](const schedule::StreamKey& key) { return rules_.contains(key); });
  refresh(estate);
}

void Dispatcher::refresh(const std::vector<EstateConnection>& remembered) {
  for (const EstateConnection& connection : remembered) {
    planner_.set_paused(connection.id, connection.paused);
    if (connection.quarantined) {
      set_quarantined(connection.id, connection.quarantine_reason);
    } else {
      leave_quarantine(connection.id);
    }
    for (const EstateConnection::Stream& stream : connection.streams) {
      live_.inbox(stream.key, stream.events_waiting, stream.events_dead);
      live_.back_fills_waiting(stream.key, stream.back_fills_waiting);
      if (stream.events_due) planner_.events_waiting(stream.key, *stream.events_due);
      if (!stream.withdrawn_run.empty()) back_fill_withdrawn(stream.key, stream.withdrawn_run);
      if (stream.back_fill_due) planner_.back_fill_waiting(stream.key, *stream.back_fill_due);
      // Only what lies further ahead than our own plan can be another daemon's work.
      if (!under_way_.contains(stream.key) && stream.history.next_due &&
          *stream.history.next_due > planner_.status(stream.key, now()).next_due) {
        planner_.ran_elsewhere(stream.key, stream.history);
      }
    }
  }
  start_due();
}

void Dispatcher::resume_work() {
  working_ = true;
  start_due();
}

schedule::Planner::RequestAnswer Dispatcher::request(const schedule::StreamKey& key, schedule::Mode mode,
                                                     const std::string& actor) {
  const auto answer = planner_.request(key, mode);
  if (answer == schedule::Planner::RequestAnswer::accepted) actors_[key] = actor;
  start_due();
  return answer;
}

void Dispatcher::events_came(const schedule::StreamKey& key) {
  planner_.events_waiting(key, now() + kGather);
  start_due();
}

void Dispatcher::back_fill_came(const schedule::StreamKey& key, bool repeated) {
  if (!repeated) live_.back_fills_waiting(key, live_.of(key).back_fills_waiting + 1);
  planner_.back_fill_waiting(key, now());
  start_due();
}

void Dispatcher::back_fill_withdrawn(const schedule::StreamKey& key, const std::string& run_id) {
  const LiveStatus::Stream live = live_.of(key);
  if (run_id.empty()) {
    if (live.back_fills_waiting != 0) live_.back_fills_waiting(key, live.back_fills_waiting - 1);
  } else if (const auto run = under_way_.find(key); run != under_way_.end() && live.run_id == run_id) {
    run->second.request_stop();
  }
}

void Dispatcher::set_paused(const std::string& connection, bool paused) {
  planner_.set_paused(connection, paused);
  start_due();
}

void Dispatcher::clear_quarantine(const std::string& connection) {
  leave_quarantine(connection);
  start_due();
}

void Dispatcher::set_quarantined(const std::string& connection, const std::string& reason) {
  planner_.set_quarantined(connection, reason);
  if (quarantine_) quarantine_(connection, true);
}

void Dispatcher::leave_quarantine(const std::string& connection) {
  planner_.clear_quarantine(connection);
  if (quarantine_) quarantine_(connection, false);
}

void Dispatcher::stop(std::function<void()> stopped) {
  stopping_ = true;
  stopped_ = std::move(stopped);
  timer_.cancel();
  stop_.request_stop();
  for (auto& [key, source] : under_way_) source.request_stop();
  if (under_way_.empty()) std::exchange(stopped_, nullptr)();
}

std::vector<schedule::StreamKey> Dispatcher::streams_of(const std::string& connection) const {
  std::vector<schedule::StreamKey> keys;
  for (auto it = rules_.lower_bound({connection, ""}); it != rules_.end() && it->first.connection == connection; ++it)
    keys.push_back(it->first);
  return keys;
}

schedule::StreamStatus Dispatcher::status(const schedule::StreamKey& key) const {
  return planner_.status(key, now());
}

void Dispatcher::start_due() {
  if (!working_ || stopping_) return;
  while (const auto run = planner_.next(now())) start(*run);
  arm_timer();
}

void Dispatcher::start(const schedule::PlannedRun& run) {
  RunOrder order;
  order.run = run;
  order.rule = rules_[run.key];
  order.settings = settings_;
  if (const auto it = actors_.find(run.key); it != actors_.end() && run.work == schedule::Work::sync) {
    order.actor = it->second;
    actors_.erase(it);
  }
  std::stop_source source;
  under_way_.insert_or_assign(run.key, source);
  boost::asio::post(workers_, [this, order = std::move(order), source] {
    RunReport report = runner_.run(order, source);
    boost::asio::post(io_, [this, run = order.run, report = std::move(report)] { ended(run, report); });
  });
}

void Dispatcher::ended(const schedule::PlannedRun& run, const RunReport& report) {
  under_way_.erase(run.key);
  if (!report.database_lost) losses_.erase(run.key);
  switch (report.kind) {
    case RunReport::Kind::ended: planner_.finished(run.key, report.end, now()); break;
    case RunReport::Kind::postponed:
      planner_.postponed(run, report.database_lost ? after_loss(run.key) : report.when, report.reason);
      break;
    case RunReport::Kind::events_handled: planner_.events_ended(run.key, report.waits_until); break;
    case RunReport::Kind::back_filled: planner_.back_fill_ended(run.key, report.waits_until); break;
    case RunReport::Kind::ran_elsewhere: planner_.ran_elsewhere(run.key, report.history); break;
  }
  if (report.quarantined) {
    set_quarantined(run.key.connection, report.reason);
    log_.event(journal::messages::connection_quarantined,
               {{"connection", run.key.connection}, {"reason", report.reason}});
  }
  if (report.database_lost && database_lost_) database_lost_(report.reason);
  if (stopping_) {
    if (under_way_.empty() && stopped_) std::exchange(stopped_, nullptr)();
    return;
  }
  start_due();
}

// Nothing is started while the database is away, so a run that lost it is due at once: it goes on when the database is
// seen again. One that loses it every time may be what takes it down, and waits longer and longer.
schedule::Instant Dispatcher::after_loss(const schedule::StreamKey& key) {
  const unsigned before = losses_[key]++;
  return now() + kLossPause * std::min(before, kMostLossPauses);
}

void Dispatcher::arm_timer() {
  const auto wake = planner_.wake_at(now());
  std::chrono::milliseconds sleep = kLongestSleep;
  if (wake) sleep = std::clamp(*wake - now(), std::chrono::milliseconds(1), kLongestSleep);
  timer_.expires_after(sleep);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) start_due();
  });
}

}  // namespace iz::app
