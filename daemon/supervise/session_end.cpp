// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include "supervise/in_words.hpp"
#include "supervise/session.hpp"
#include "wire/text.hpp"

// How a session ends: the process is gone for sure, and the outcome says why.
namespace iz::supervise {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

microseconds to_duration(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + microseconds(time.tv_usec);
}

bool wait_for_exit(int pidfd, milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd event{pidfd, POLLIN, 0};
    const int ready = ::poll(&event, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return false;
  }
}

std::string signal_name(int number) {
  const char* name = ::sigabbrev_np(number);
  return name == nullptr ? fmt::format("signal {}", number) : fmt::format("SIG{}", name);
}

// The last line that says something.
std::string_view last_line(std::string_view output) {
  while (!output.empty() && (output.back() == '\n' || output.back() == ' ')) output.remove_suffix(1);
  const auto start = output.rfind('\n');
  return start == std::string_view::npos ? output : output.substr(start + 1);
}

}  // namespace

// Only this one child is waited for; other children of the daemon, or orphans when it is process 1, are not ours.
void Session::reap() {
  // It has said all it had to say, or lost its socket: what is left is to exit.
  if (!wait_for_exit(child_.pidfd.get(), phase_ == Phase::killed ? milliseconds(0) : spec_.limits.term_grace)) {
    lingered_ = true;
    signal_group(SIGKILL);
  }
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child_.pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  signal_group(SIGKILL);  // while the zombie keeps the number: anything it may have left in its session
  rusage usage{};
  while (::wait4(child_.pid, &wait_status_, 0, &usage) < 0 && errno == EINTR) {
  }
  if (child_.output) read_output();
  outcome_.cpu = to_duration(usage.ru_utime) + to_duration(usage.ru_stime);
  outcome_.max_rss_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

void Session::judge() {
  outcome_.stderr_tail = wire::to_text(output_, output_.size() * 3);
  if (WIFSIGNALED(wait_status_)) outcome_.signal = WTERMSIG(wait_status_);
  if (reason_) {
    outcome_.error_class = reason_->error_class;
    outcome_.message = reason_->message;
    outcome_.retry_after_ms = reason_->retry_after_ms;
    outcome_.killed_for_limit = reason_->limit;
    outcome_.protocol_violation = reason_->violation;
    if (!reason_->violation && !done_ && phase_ != Phase::cancelling) {
      outcome_.killed_for_limit = true;
      outcome_.message +=
          fmt::format("; it ignored the cancel flag for {} and was killed", in_words(spec_.limits.cancel_grace));
      if (reason_->limit && reason_->error_class == IZ_ERR_TRANSIENT) outcome_.error_class = IZ_ERR_INTERNAL;
    }
    return;
  }
  if (!done_) return judge_silent_end();
  outcome_.error_class = done_->error_class;
  outcome_.message = done_->message;
  outcome_.retry_after_ms = done_->retry_after_ms;
  outcome_.crashed = done_->crashed;
  if (outcome_.error_class != IZ_OK && outcome_.message.empty()) {
    outcome_.message = fmt::format("{}: failed without saying why", name_);
  }
}

// The process ended without a done frame.
void Session::judge_silent_end() {
  outcome_.error_class = IZ_ERR_INTERNAL;
  if (lingered_) {
    outcome_.protocol_violation = true;
    outcome_.message = fmt::format("{}: closed its connection to the daemon and went on; it was killed", name_);
    return;
  }
  outcome_.crashed = true;
  if (outcome_.signal == SIGKILL) {
    outcome_.error_class = IZ_ERR_TRANSIENT;
    outcome_.message = fmt::format(
        "{}: was killed from outside (SIGKILL, {} MiB in use); look for the kernel's "
        "out-of-memory killer in the journal",
        name_, outcome_.max_rss_bytes >> 20);
  } else if (outcome_.signal != 0) {
    outcome_.message = fmt::format("{}: crashed with {}", name_, signal_name(outcome_.signal));
  } else {
    outcome_.message = fmt::format("{}: ended its process with exit status {} in the middle of the run", name_,
                                   WEXITSTATUS(wait_status_));
  }
  // Near the limit an allocation that failed is the likely cause.
  if (outcome_.signal != SIGKILL && outcome_.max_rss_bytes > spec_.limits.data_bytes / 10 * 8) {
    outcome_.message += fmt::format("; it used {} MiB of the {} MiB it may have", outcome_.max_rss_bytes >> 20,
                                    spec_.limits.data_bytes >> 20);
  }
  if (const auto line = last_line(outcome_.stderr_tail); !line.empty()) {
    outcome_.message += fmt::format("; its last words: {}", wire::cut_text(line, 300));
  }
}

}  // namespace iz::supervise
