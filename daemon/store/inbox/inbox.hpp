// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/session/database.hpp"
#include "store/session/mark_session.hpp"
#include "store/streams/errand_failure.hpp"
#include "store/streams/streams.hpp"

// The inbox of webhooks: events that were posted and wait to be handled. An event is handled under the lease of its
// stream, so that one daemon does it at a time, and becomes done in a transaction of that lease.
namespace iz::store {

enum class EventForm : std::uint8_t { targets, connector };

struct NewEvent {
  std::int32_t tenant_id = 0;
  std::int32_t connection_id = 0;
  std::string stream;
  std::string event_id;  // UTF-8 without NUL
  EventForm form = EventForm::targets;
  Instant received{};
  std::string path;
  std::optional<std::string> query;
  std::string headers_json = "[]";
  std::string body;  // bytes
};

// Writes them in one transaction that is durable when this returns. For each: true = new, false = its connection had an
// event of that id already (or earlier in the list).
[[nodiscard]] std::vector<bool> store_events(MarkSession& session, std::span<const NewEvent* const> events);

struct InboxEvent {
  std::int64_t event_no = 0;
  std::string event_id;
  EventForm form = EventForm::targets;
  std::int32_t attempts = 0;
  Instant received{};
  std::string path;
  std::optional<std::string> query;
  std::string headers_json;
  std::string body;
};

// What one run is to handle: the events of the stream that are due, oldest first, all of one form, at most `most` and
// about `most_bytes`. One that has failed before comes alone, so that it holds up no other.
[[nodiscard]] std::vector<InboxEvent> due_events(Database& database, const StreamLease& lease, std::string_view stream,
                                                 std::size_t most, std::size_t most_bytes);
// When the stream's next event is due; nullopt = none waits.
[[nodiscard]] std::optional<Instant> next_event_due(Database& database, const StreamLease& lease,
                                                    std::string_view stream);

// In the transaction of a mark: what the events say is in the database with it.
void events_done(MarkTransaction& transaction, std::span<const std::int64_t> events, std::int64_t run_id);

// Does nothing to events of a stream that is not ours any more.
void events_failed(Database& database, const StreamLease& lease, std::span<const std::int64_t> events,
                   std::int64_t run_id, const ErrandFailure& failure);

}  // namespace iz::store
