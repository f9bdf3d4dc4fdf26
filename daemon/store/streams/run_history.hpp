// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/session/database.hpp"
#include "store/streams/streams.hpp"

namespace iz::store {

struct RunRow {
  std::int64_t run_id = 0;
  std::string connection;
  std::string stream;
  std::string mode;     // incremental, full, targeted, back_fill
  std::string outcome;  // running, succeeded, failed, cancelled, lost
  std::optional<DayWindow> window;  // of a back-fill
  bool crashed = false;
  Instant started{};
  std::optional<Instant> ended;
  std::int64_t records = 0;
  std::int64_t marks = 0;
  std::uint32_t error_class = 0;  // IZ_ERR_*
  std::string message;
};

// The newest first; connection and stream empty = all.
[[nodiscard]] std::vector<RunRow> load_runs(Database& database, std::string_view connection, std::string_view stream,
                                            std::size_t limit);

}  // namespace iz::store
