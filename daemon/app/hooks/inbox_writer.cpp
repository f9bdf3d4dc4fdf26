// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/hooks/inbox_writer.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "records/fault_point.hpp"
#include "records/run_sink.hpp"
#include <infrazen/abi/base.h>

namespace iz::app {
namespace {

// What may wait. More than that is answered "unavailable": the sender keeps it and comes again.
constexpr std::size_t kMostQueued = 8192;
constexpr std::size_t kMostQueuedBytes = 64U << 20;
// What goes into one transaction.
constexpr std::size_t kMostAtOnce = 1000;
constexpr std::size_t kMostBytesAtOnce = 8U << 20;
// A database that is away is not asked again for every event.
constexpr std::chrono::milliseconds kRest{500};

}  // namespace

InboxWriter::InboxWriter(std::string conninfo, std::function<void(const std::string&)> lost)
    : session_(std::move(conninfo)),
      lost_(std::move(lost)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

InboxWriter::~InboxWriter() {
  thread_.request_stop();
  thread_.join();
}

void InboxWriter::put(store::NewEvent event, Done done) {
  {
    const std::scoped_lock lock(mutex_);
    const std::size_t bytes = event.body.size() + event.headers_json.size();
    if (queue_.size() < kMostQueued && queued_bytes_ + bytes <= kMostQueuedBytes) {
      queued_bytes_ += bytes;
      queue_.push_back({std::move(event), std::move(done)});
      arrived_.notify_one();
      return;
    }
  }
  done(Outcome::unavailable, {});
}

// What was put before the stop is written.
void InboxWriter::run(const std::stop_token& stop) {
  for (;;) {
    std::vector<Item> items;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, stop, [this] { return !queue_.empty(); });
      if (queue_.empty()) return;
      std::size_t taken = 0;
      for (std::size_t bytes = 0; taken < std::min(queue_.size(), kMostAtOnce) && bytes < kMostBytesAtOnce; ++taken) {
        bytes += queue_[taken].event.body.size();
      }
      const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(taken);
      items.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
      queue_.erase(queue_.begin(), end);
      for (const Item& item : items) queued_bytes_ -= item.event.body.size() + item.event.headers_json.size();
    }
    write(items);
  }
}

bool InboxWriter::resting() const {
  return failed_ && std::chrono::steady_clock::now() - *failed_ < kRest;
}

void InboxWriter::write(std::span<Item> items) {
  const auto tell_all = [&](Outcome outcome, std::string_view reason) {
    for (const Item& item : items) item.done(outcome, reason);
  };
  std::vector<bool> is_new;
  try {
    if (resting()) return tell_all(Outcome::unavailable, {});
    std::vector<const store::NewEvent*> events;
    for (const Item& item : items) events.push_back(&item.event);
    is_new = store::store_events(session_, events);
    failed_.reset();
    records::fault_point("inbox.after_commit");
  } catch (const std::exception& fault) {
    const auto* refusal = dynamic_cast<const records::RunError*>(&fault);
    if (refusal != nullptr && refusal->error_class() == IZ_ERR_INTERNAL) {
      // One of them is at fault, and the others are not to suffer for it.
      if (items.size() == 1) return tell_all(Outcome::refused, fault.what());
      for (Item& item : items) write({&item, 1});
      return;
    }
    // Also when it is not known whether it was committed: the sender comes again, and an id that is there is a
    // duplicate.
    session_.disconnect();
    if (!failed_) lost_(fault.what());
    failed_ = std::chrono::steady_clock::now();
    return tell_all(Outcome::unavailable, {});
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].done(is_new[i] ? Outcome::stored : Outcome::duplicate, {});
  }
}

}  // namespace iz::app
