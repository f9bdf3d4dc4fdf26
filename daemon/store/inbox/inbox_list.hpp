// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/session/database.hpp"
#include "store/streams/streams.hpp"

// The inbox as an operator sees it: without what was posted.
namespace iz::store {

struct InboxRow {
  std::int64_t event_no = 0;
  std::string event_id;
  std::string connection;
  std::string stream;
  std::string state;  // pending, done, dead
  Instant received{};
  std::int32_t attempts = 0;        // that failed
  std::optional<Instant> next_try;  // while it is pending
  std::optional<Instant> settled;
  std::uint32_t error_class = 0;  // IZ_ERR_*
  std::string error;
};

// The newest first; connection and state empty = all.
[[nodiscard]] std::vector<InboxRow> list_events(Database& database, std::string_view connection, std::string_view state,
                                                std::size_t limit);

// Makes an event that is dead, or waits for its next try, due now, with all its attempts before it. Returns the event
// as it is then; one that is done stays so. nullopt = there is none of that number.
[[nodiscard]] std::optional<InboxRow> retry_event(Database& database, std::int64_t event_no);

// Makes an event that is dead done; its error stays to be read, what was posted does not. Returns the event as it is then,
// which is as it was if it was not dead. nullopt = there is none of that number.
[[nodiscard]] std::optional<InboxRow> discard_event(Database& database, std::int64_t event_no);

}  // namespace iz::store
