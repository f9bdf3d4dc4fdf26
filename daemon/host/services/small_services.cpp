// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/small_services.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "host/error.hpp"
#include "wire/text.hpp"

namespace iz::host {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr double kLogBurst = 200;
constexpr double kLogPerSecond = 20;
constexpr std::chrono::milliseconds kProgressEvery{100};

template <class Service>
Service& self(void* context) {
  return *static_cast<Service*>(context);
}

DaemonLink& link(void* context) {
  return *static_cast<DaemonLink*>(context);
}

}  // namespace

ConfigService::ConfigService(const wire::Start& start) : start_(start) {
  const json::value root = json::parse(start.settings_json);
  if (const auto* object = root.if_object()) {
    for (const auto& member : *object) {
      if (member.value().is_null()) continue;
      const auto* text = member.value().if_string();
      texts_[std::string(std::string_view(member.key()))] =
          text != nullptr ? std::string(std::string_view(*text)) : json::serialize(member.value());
    }
  }
  table_.struct_size = sizeof table_;
  table_.context = this;
  table_.json = [](void* context) { return to_str(self<ConfigService>(context).start_.settings_json); };
  table_.get = [](void* context, iz_str key) {
    const auto& texts = self<ConfigService>(context).texts_;
    const auto found = texts.find(view(key));
    return found == texts.end() ? iz_str{} : to_str(found->second);
  };
  table_.connection = [](void* context) { return to_str(self<ConfigService>(context).start_.connection); };
}

CheckpointService::CheckpointService(RunContext& run)
    : link_(run.link), blob_(run.start.checkpoint), has_blob_(run.start.has_checkpoint) {
  table_.struct_size = sizeof table_;
  table_.context = this;
  table_.load = [](void* context) {
    auto& service = self<CheckpointService>(context);
    service.link_.expect_run_thread("infrazen.checkpoint/1 load");
    return service.has_blob_ ? to_str(service.blob_) : iz_str{};
  };
  table_.save = [](void* context, iz_str blob, iz_error* error) {
    auto& service = self<CheckpointService>(context);
    service.link_.note_activity();
    service.link_.expect_run_thread("infrazen.checkpoint/1 save");
    if (blob.ptr == nullptr || blob.len > IZ_CHECKPOINT_MAX) {
      return fail(error, IZ_ERR_PERMANENT,
                  fmt::format("infrazen.checkpoint/1: a blob of {} bytes, at most {} are allowed", blob.len,
                              IZ_CHECKPOINT_MAX));
    }
    wire::Bytes payload;
    wire::ByteWriter(payload).text(view(blob));
    service.link_.send(wire::FrameType::checkpoint, payload);
    service.blob_ = view(blob);
    service.has_blob_ = true;
    return IZ_OK;
  };
}

LogService::LogService(RunContext& run) : link_(run.link), secrets_(run.secrets) {
  table_.struct_size = sizeof table_;
  table_.level = run.start.log_level;
  table_.context = this;
  table_.write = [](void* context, std::uint32_t level, iz_str message) {
    self<LogService>(context).write(level, view(message));
  };
}

bool LogService::within_rate() {
  const auto now = Clock::now();
  tokens_ = std::min(kLogBurst, tokens_ + std::chrono::duration<double>(now - refilled_).count() * kLogPerSecond);
  refilled_ = now;
  if (tokens_ < 1) {
    ++suppressed_;
    return false;
  }
  tokens_ -= 1;
  return true;
}

void LogService::write(std::uint32_t level, std::string_view message) {
  link_.note_activity();
  if (level < table_.level || level > IZ_LOG_ERROR) return;
  std::uint64_t suppressed = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!within_rate()) return;
    suppressed = std::exchange(suppressed_, 0);
  }
  // Masked before it is cut: half a secret at the edge would not be found any more.
  const std::string masked = secrets_.mask(message.substr(0, std::size_t{4} * wire::kMaxLogBytes));
  if (link_.observing() && masked != message.substr(0, std::size_t{4} * wire::kMaxLogBytes)) {
    link_.observed(wire::Seen::secret_logged, masked);
  }
  const std::string text = wire::to_text(masked, wire::kMaxLogBytes);
  if (suppressed > 0) {
    const std::string note = fmt::format("{} lines before this one were too many and are not shown", suppressed);
    link_.send_message(wire::FrameType::log, wire::LogLine{IZ_LOG_WARNING, note});
  }
  link_.send_message(wire::FrameType::log, wire::LogLine{level, text});
}

CancelService::CancelService(DaemonLink& daemon) {
  table_.struct_size = sizeof table_;
  table_.context = &daemon;
  table_.requested = [](void* context) -> std::int32_t {
    link(context).note_activity();
    return link(context).cancelled() ? 1 : 0;
  };
  table_.fd = [](void* context) -> std::int32_t { return link(context).cancel_fd(); };
}

ClockService::ClockService(DaemonLink& daemon, std::int64_t now_us) : link_(daemon), now_us_(now_us) {
  table_.struct_size = sizeof table_;
  table_.context = this;
  table_.now_us = [](void* context) -> std::int64_t {
    auto& service = self<ClockService>(context);
    service.link_.note_activity();
    if (service.now_us_ != 0) return service.now_us_;
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  table_.sleep_ms = [](void* context, std::int64_t milliseconds, iz_error* error) {
    if (!self<ClockService>(context).sleep(milliseconds)) return std::int32_t{IZ_OK};
    return fail(error, IZ_ERR_CANCELLED, "the run was cancelled");
  };
}

// True when cancelled. A rehearsed clock stands still but for sleeping, which takes hardly any real time.
bool ClockService::sleep(std::int64_t milliseconds) {
  constexpr std::int64_t kRehearsedMs = 20;
  if (now_us_ == 0) return link_.wait_cancelled(milliseconds);
  now_us_ += std::clamp<std::int64_t>(milliseconds, 0, 86'400'000) * 1000;
  return link_.wait_cancelled(std::min(milliseconds, kRehearsedMs));
}

ProgressService::ProgressService(DaemonLink& daemon) : link_(daemon) {
  table_.struct_size = sizeof table_;
  table_.context = this;
  table_.report = [](void* context, std::uint64_t done, std::uint64_t total, iz_str what) {
    self<ProgressService>(context).report(done, total, view(what));
  };
}

void ProgressService::report(std::uint64_t done, std::uint64_t total, std::string_view what) {
  link_.note_activity();
  {
    const std::lock_guard lock(mutex_);
    if (Clock::now() - sent_ < kProgressEvery && done != total) return;
    sent_ = Clock::now();
  }
  const std::string text = wire::to_text(what.substr(0, 4096), 1024);
  link_.send_message(wire::FrameType::progress, wire::Progress{done, total, text});
}

CheckReport::CheckReport(RunContext& run) : link_(run.link), secrets_(run.secrets) {
  request_.struct_size = sizeof request_;
  request_.context = this;
  request_.report = [](void* context, const iz_check_result* result) { self<CheckReport>(context).report(result); };
}

void CheckReport::report(const iz_check_result* result) {
  link_.note_activity();
  link_.expect_run_thread("iz_check_request.report");
  if (result == nullptr || result->struct_size < sizeof *result) return;
  const std::string subject = wire::to_text(secrets_.mask(view(result->subject).substr(0, 4096)), 1024);
  const std::string detail = wire::to_text(secrets_.mask(view(result->detail).substr(0, 16384)), wire::kMaxLogBytes);
  if (secrets_.mask(view(result->detail)) != view(result->detail)) {
    link_.observed(wire::Seen::secret_in_error, "check: " + subject + ": " + detail);
  }
  const auto verdict = result->verdict <= IZ_CHECK_SKIPPED ? result->verdict : IZ_CHECK_FAILED;
  const auto now = std::chrono::steady_clock::now();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - std::exchange(last_, now));
  link_.send_message(wire::FrameType::check_result,
                     wire::CheckResult{verdict, subject, detail, wire::CheckedBy::connector,
                                       static_cast<std::uint64_t>(took.count())});
}

}  // namespace iz::host
