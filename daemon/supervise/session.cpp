// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "supervise/session.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "records/fault_point.hpp"
#include "supervise/in_words.hpp"
#include "supervise/start_frame.hpp"

namespace iz::supervise {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kOutputKept = 4096;
constexpr int kFramesPerTurn = 64;
constexpr milliseconds kStartTimeout{10'000};

}  // namespace

Session::Session(const RunSpec& spec, Child child, records::RunSink& sink, RunObserver& observer, RateSource* rates)
    : spec_(spec),
      child_(std::move(child)),
      sink_(sink),
      observer_(observer),
      rates_(rates),
      name_(fmt::format("connector {}", spec.plugin.stem().native())),
      reader_(child_.socket.get()),
      started_(Clock::now()),
      last_activity_(started_) {}

RunOutcome Session::run(std::stop_token stop) {
  try {
    if (rates_ != nullptr) {
      rates_->open([this](const wire::RateGrant& grant) {
        wire::Bytes payload;
        wire::encode(grant, payload);
        return send(wire::FrameType::rate_grant, payload, milliseconds(0));
      });
    }
    talk(std::move(stop));
  } catch (const std::exception& fault) {
    // The socket or the machine failed us. The child goes in any case.
    if (!reason_) reason_ = Reason{IZ_ERR_INTERNAL, fmt::format("{}: the run broke off: {}", name_, fault.what())};
    signal_group(SIGKILL);
    phase_ = Phase::killed;
  }
  if (rates_ != nullptr) rates_->close();
  reap();
  judge();
  return std::move(outcome_);
}

void Session::talk(std::stop_token stop) {
  const wire::Descriptor stop_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop_event) throw std::system_error(errno, std::system_category(), "eventfd");
  const std::stop_callback wake(stop, [&stop_event] { ::eventfd_write(stop_event.get(), 1); });
  observer_.on_started(child_.pid);
  send_start();
  while (!closed_ && !done_) {
    if (!wait_for_event(stop_event.get())) break;
    if (stop.stop_requested() && !stop_seen_) {
      stop_seen_ = true;
      end({IZ_ERR_CANCELLED, fmt::format("{}: the run was cancelled", name_)});
    }
    check_timers();
  }
}

void Session::send_start() {
  const bool fetches = spec_.action == Action::sync || spec_.action == Action::webhook_handle;
  if (fetches) records::fault_point("fetch.after_spawn");
  SecretBytes frame = start_frame(spec_);
  (void)send(wire::FrameType::start, frame.bytes, kStartTimeout);
  if (fetches) records::fault_point("fetch.after_start");
}

// Waits for whatever comes next and deals with it. False when nothing more can come.
bool Session::wait_for_event(int stop_fd) {
  pollfd events[4] = {{child_.socket.get(), POLLIN, 0},
                      {child_.output ? child_.output.get() : -1, POLLIN, 0},
                      {exited_ ? -1 : child_.pidfd.get(), POLLIN, 0},
                      {stop_seen_ ? -1 : stop_fd, POLLIN, 0}};
  const auto wait = exited_ ? 0 : std::clamp<milliseconds::rep>(next_timer().count(), 0, 60'000);
  if (::poll(events, 4, static_cast<int>(wait)) < 0) {
    if (errno == EINTR) return true;
    throw std::system_error(errno, std::system_category(), "poll");
  }
  if (events[1].revents != 0) read_output();
  if (events[2].revents != 0) {
    // Dead, but what it sent before is still in the socket. Should anything of its session hold the other end, it goes
    // too.
    exited_ = true;
    drain_ends_ = Clock::now() + spec_.limits.term_grace;
    signal_group(SIGKILL);
  }
  if (events[0].revents != 0) {
    read_frames();
    return !exited_ || Clock::now() < drain_ends_;
  }
  return !exited_;
}

void Session::read_output() {
  char chunk[4096];
  for (;;) {
    const ssize_t got = ::read(child_.output.get(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) child_.output.reset();  // poll ignores a negative descriptor
    if (got <= 0) return;
    output_.append(chunk, static_cast<std::size_t>(got));
    if (output_.size() > kOutputKept) output_.erase(0, output_.size() - kOutputKept);
    if (static_cast<std::size_t>(got) < sizeof chunk) return;
  }
}

void Session::read_frames() {
  try {
    for (int i = 0; i < kFramesPerTurn && !done_; ++i) {
      switch (reader_.read(false)) {
        case wire::FrameReader::Result::again: return;
        case wire::FrameReader::Result::closed: closed_ = true; return;
        case wire::FrameReader::Result::frame: handle(); break;
      }
      if (phase_ == Phase::killed) return;
    }
  } catch (const wire::MalformedFrame& fault) {
    violated(fault.what());
  } catch (const records::RunError& fault) {
    end({fault.error_class(), fault.what(), fault.retry_after_ms()});
  } catch (const std::exception& fault) {
    end({IZ_ERR_INTERNAL, fmt::format("{}: its records could not be taken: {}", name_, fault.what())});
  }
}

milliseconds Session::next_timer() const {
  const auto now = Clock::now();
  auto next = now + milliseconds(60'000);
  if (phase_ == Phase::running) {
    next = std::min({started_ + spec_.limits.max_run, last_activity_ + spec_.limits.idle_timeout,
                     std::max(last_activity_, last_ping_) + spec_.limits.idle_timeout / 4});
    if (pending_records_ > 0) next = std::min(next, pending_since_ + spec_.limits.seconds_per_mark);
  } else if (phase_ != Phase::killed) {
    next = phase_ends_;
  }
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(next - now));
}

void Session::check_timers() {
  const auto now = Clock::now();
  if (phase_ != Phase::running) {
    if (phase_ != Phase::killed && now >= phase_ends_) advance_phase();
    return;
  }
  const auto& limits = spec_.limits;
  if (now >= started_ + limits.max_run) {
    return end(
        {IZ_ERR_TRANSIENT,
         fmt::format("{}: the run took longer than {}; it goes on from its last mark", name_, in_words(limits.max_run)),
         0, true});
  }
  if (now >= last_activity_ + limits.idle_timeout) {
    return end({IZ_ERR_TRANSIENT, fmt::format("{}: no sign of progress for {}", name_, in_words(limits.idle_timeout)),
                0, true});
  }
  check_limits();
  if (now < std::max(last_activity_, last_ping_) + limits.idle_timeout / 4) return;
  last_ping_ = now;
  if (ping_open_ || !writable_) return;
  ping_open_ = true;
  (void)send(wire::FrameType::ping, {}, milliseconds(0));
}

void Session::check_limits() {
  if (phase_ != Phase::running || pending_records_ == 0) return;
  const auto& limits = spec_.limits;
  const auto stop = [this](const std::string& what) {
    end({IZ_ERR_PERMANENT, fmt::format("{}: {} without a mark; a connector has to mark more often", name_, what), 0,
         true});
  };
  if (pending_records_ > limits.records_per_mark) return stop(fmt::format("{} records", pending_records_));
  if (pending_bytes_ > limits.bytes_per_mark) return stop(fmt::format("{} bytes", pending_bytes_));
  if (Clock::now() - pending_since_ > limits.seconds_per_mark) return stop(in_words(limits.seconds_per_mark));
}

void Session::end(Reason reason) {
  if (!reason_) reason_ = std::move(reason);
  if (phase_ != Phase::running) return;
  phase_ = Phase::cancelling;
  phase_ends_ = Clock::now() + spec_.limits.cancel_grace;
  (void)send(wire::FrameType::cancel, {}, milliseconds(0));
}

// A frame that was sent in part leaves nothing that could be sent behind it.
bool Session::send(wire::FrameType type, std::span<const std::byte> payload, milliseconds timeout) {
  const std::lock_guard lock(sending_);
  if (writable_) writable_ = wire::send_frame(child_.socket.get(), type, payload, timeout) == wire::SendResult::sent;
  return writable_;
}

void Session::violated(const std::string& what) {
  reason_ =
      Reason{IZ_ERR_INTERNAL, fmt::format("{}: sent what no connector-host sends ({}); it was killed", name_, what), 0,
             false, true};
  signal_group(SIGKILL);
  phase_ = Phase::killed;
  closed_ = true;  // nothing behind it can be read
}

void Session::advance_phase() {
  if (phase_ == Phase::cancelling) {
    phase_ = Phase::terminating;
    phase_ends_ = Clock::now() + spec_.limits.term_grace;
    signal_group(SIGTERM);
  } else {
    phase_ = Phase::killed;
    signal_group(SIGKILL);
  }
}

void Session::signal_group(int number) const {
  ::kill(-child_.pid, number);
}

}  // namespace iz::supervise
