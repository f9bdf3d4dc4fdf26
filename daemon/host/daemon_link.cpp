// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/daemon_link.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "wire/text.hpp"

namespace iz::host {
namespace {

constexpr int kDaemonIsGone = 75;    // EX_TEMPFAIL
constexpr int kSocketIsSpoilt = 70;  // EX_SOFTWARE

}  // namespace

DaemonLink::DaemonLink(int socket)
    : socket_(socket), reader_(socket), cancel_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!cancel_event_) throw std::system_error(errno, std::system_category(), "eventfd");
}

wire::Start DaemonLink::receive_start() {
  if (reader_.read(true) != wire::FrameReader::Result::frame) ::_exit(kDaemonIsGone);
  if (reader_.type() != wire::FrameType::start) throw wire::MalformedFrame("the first frame is not a start frame");
  wire::Start start = wire::decode_start(reader_.payload());
  const auto secrets = reader_.writable_payload();
  ::explicit_bzero(secrets.data(), secrets.size());
  return start;
}

void DaemonLink::start_control_thread() {
  std::thread([this] {
    try {
      listen();
    } catch (const std::exception& fault) {
      // The connector has spoilt the descriptor.
      std::fprintf(stderr, "infrazen-connector-host: %s\n", fault.what());
      ::_exit(kSocketIsSpoilt);
    }
  }).detach();  // lives as long as the process
}

void DaemonLink::listen() {
  for (;;) {
    if (reader_.read(true) != wire::FrameReader::Result::frame) ::_exit(kDaemonIsGone);
    switch (reader_.type()) {
      case wire::FrameType::mark_done: {
        const std::lock_guard lock(state_);
        committed_ = wire::decode_mark_done(reader_.payload());
        break;
      }
      case wire::FrameType::cancel: {
        const std::lock_guard lock(state_);
        cancelled_ = true;
        ::eventfd_write(cancel_event_.get(), 1);
        break;
      }
      case wire::FrameType::rate_grant: {
        const auto grant = wire::decode_rate_grant(reader_.payload());
        const std::lock_guard lock(state_);
        if (granted_) granted_(grant);
        continue;  // of no interest to those who wait for a mark
      }
      case wire::FrameType::ping: send_message(wire::FrameType::pong, wire::Pong{activity_.load()}); break;
      default: throw wire::MalformedFrame("a frame that goes the other way");
    }
    changed_.notify_all();
  }
}

void DaemonLink::send(wire::FrameType type, std::span<const std::byte> payload) {
  const std::lock_guard lock(sending_);
  if (wire::send_frame(socket_, type, payload) != wire::SendResult::sent) ::_exit(kDaemonIsGone);
}

void DaemonLink::on_rate_grant(std::function<void(const wire::RateGrant&)> granted) {
  const std::lock_guard lock(state_);
  granted_ = std::move(granted);
}

bool DaemonLink::mark(std::string_view cursor) {
  std::uint64_t sequence = 0;
  {
    const std::lock_guard lock(state_);
    if (cancelled_) return false;
    sequence = ++marked_;
  }
  send_message(wire::FrameType::mark, wire::Mark{sequence, cursor});
  std::unique_lock lock(state_);
  changed_.wait(lock, [&] { return committed_ >= sequence || cancelled_.load(); });
  return committed_ >= sequence;
}

bool DaemonLink::wait_cancelled(std::int64_t milliseconds) {
  using Clock = std::chrono::steady_clock;
  constexpr std::int64_t kSlice = 500;  // activity is noted at least that often
  const auto deadline = Clock::now() + std::chrono::milliseconds(std::clamp<std::int64_t>(milliseconds, 0, 86'400'000));
  for (;;) {
    note_activity();
    if (cancelled()) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd event{cancel_event_.get(), POLLIN, 0};
    (void)::poll(&event, 1, static_cast<int>(std::min<std::int64_t>(left, kSlice)));
  }
}

void DaemonLink::observe() {
  observing_ = true;
  run_thread_ = std::this_thread::get_id();
}

void DaemonLink::observed(wire::Seen what, std::string_view detail) {
  constexpr unsigned kMost = 20'000;
  if (!observing_ || observations_.fetch_add(1, std::memory_order_relaxed) >= kMost) return;
  const std::string text = wire::to_text(detail, wire::kMaxLogBytes);
  send_message(wire::FrameType::observation, wire::Observation{what, text});
}

void DaemonLink::expect_run_thread(std::string_view call) {
  if (observing_ && std::this_thread::get_id() != run_thread_) observed(wire::Seen::wrong_thread, call);
}

}  // namespace iz::host
