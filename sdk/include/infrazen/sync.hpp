// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <infrazen/abi/module.h>
#include <infrazen/batch.hpp>
#include <infrazen/host.hpp>
#include <infrazen/metrics.hpp>
#include <infrazen/record_buffer.hpp>

namespace infrazen {

struct Target {
  std::string_view resource_type;  // "" = any
  std::string_view external_id;
};

struct Window {
  Micros since;
  Micros until;  // exclusive
};

class Sync;

// A set that the connector lists completely: a folder of an inventory, a month of charges. complete() says that all of
// it was pushed, and what was not is gone. A scope that is left without complete(), by return or exception, retires
// nothing.
class Scope {
 public:
  Scope(Scope&& other) noexcept = default;
  Scope& operator=(Scope&&) = delete;
  ~Scope() = default;

  [[nodiscard]] const std::string& name() const { return name_; }
  // Where the records pushed next come from, for messages: a file, a URL.
  void origin(std::string_view origin) { origin_ = origin; }
  // position: the record's line or ordinal in its origin; 0 = none. The record's kind must be one the scope was opened
  // for.
  template <class Record>
  void push(const Record& record, std::uint64_t position = 0);
  void complete();

 private:
  friend class Sync;
  Scope(Sync& sync, std::vector<Kind> kinds, std::string_view name)
      : sync_(&sync), kinds_(std::move(kinds)), name_(name) {}
  Sync* sync_;
  std::vector<Kind> kinds_;
  std::string name_;
  std::string origin_;
};

// One run of one stream: what is asked for, the host's services, and the way for records out. Run thread only; threads
// of the connector's own push through BatchBuilders.
class Sync : public Host {
 public:
  // By the host: the run handles a webhook's event (webhook.hpp), whose mark comes when the connector returns.
  enum class Marks : std::uint8_t { by_the_connector, by_the_host };

  Sync(const iz_host& host, const iz_sync_request& request, Marks marks = Marks::by_the_connector)
      : Host(host), request_(&request), sink_(Host::sink()), marks_(marks) {
    const auto* at = reinterpret_cast<const char*>(request.targets);
    for (std::uint32_t i = 0; i < request.target_count; ++i, at += request.target_stride) {
      const auto& target = *reinterpret_cast<const iz_target*>(at);
      targets_.push_back({from_abi(target.resource_type), from_abi(target.external_id)});
    }
  }

  // "inventory", "costs", …: one of the manifest's.
  [[nodiscard]] std::string_view stream() const { return from_abi(request_->stream); }
  // What the last mark said; "" on the first run, and to be ignored when full().
  [[nodiscard]] std::string_view cursor() const { return from_abi(request_->cursor); }
  [[nodiscard]] bool full() const { return request_->mode == IZ_SYNC_FULL; }
  // Only targets() are asked for: nothing is retired by absence.
  [[nodiscard]] bool targeted() const { return request_->mode == IZ_SYNC_TARGETED; }
  [[nodiscard]] const std::vector<Target>& targets() const { return targets_; }
  // A back-fill's window, asked of streams with `back_fill` in the manifest: deliver what lies in it, whatever the
  // cursor says, which stays as it was.
  [[nodiscard]] std::optional<Window> window() const {
    if (request_->since_us == 0 && request_->until_us == 0) return std::nullopt;
    return Window{Micros(std::chrono::microseconds(request_->since_us)),
                  Micros(std::chrono::microseconds(request_->until_us))};
  }
  [[nodiscard]] const Sink& sink() const { return sink_; }

  // Opens a scope, for one kind or for several that are listed together (resources and their relations).
  [[nodiscard]] Scope scope(Kind kind, std::string_view name) { return scope({kind}, name); }
  [[nodiscard]] Scope scope(std::initializer_list<Kind> kinds, std::string_view name) {
    for (const Kind kind : kinds) sink_.open_scope(kind, name);
    return Scope(*this, kinds, name);
  }

  // A record outside of any scope: added or updated, never a reason to retire others. Copied.
  template <class Record>
  void push(const Record& record, std::uint64_t position = 0) {
    buffer<RecordBuffer<Record>>(Record::kind).push(record, {}, {}, position);
  }
  void push(const Series& series, std::span<const Point> points) {
    buffer<MetricBuffer>(Kind::metric).push(series, points);
  }

  // Makes everything pushed so far durable, together with the cursor. Returns when it is. The cursor of a
  // targeted run, or of a back-fill, is ignored.
  void mark(std::string_view cursor) {
    flush();
    if (marks_ == Marks::by_the_connector) sink_.mark(cursor);
  }
  // Hands over what is buffered, without committing it.
  void flush() {
    for (const auto& [kind, pending] : pending_) pending->flush();
  }
  void report(const Finding& finding) { sink_.report(finding); }
  [[nodiscard]] bool cancelled() const { return cancel().requested(); }

 private:
  friend class Scope;
  template <class Buffer>
  Buffer& buffer(Kind kind) {
    auto& slot = pending_[kind];
    if (!slot) slot = std::make_unique<Buffer>(sink_);
    return static_cast<Buffer&>(*slot);
  }

  const iz_sync_request* request_;
  Sink sink_;
  Marks marks_;
  std::vector<Target> targets_;
  std::map<Kind, std::unique_ptr<PendingRecords>> pending_;
};

template <class Record>
void Scope::push(const Record& record, std::uint64_t position) {
  if (std::find(kinds_.begin(), kinds_.end(), Record::kind) == kinds_.end()) {
    throw Error(ErrorClass::internal, "scope " + name_ + " was not opened for the kind of record pushed into it");
  }
  sync_->buffer<RecordBuffer<Record>>(Record::kind).push(record, name_, origin_, position);
}

inline void Scope::complete() {
  sync_->flush();
  for (const Kind kind : kinds_) sync_->sink_.close_scope(kind, name_);
}

}  // namespace infrazen
