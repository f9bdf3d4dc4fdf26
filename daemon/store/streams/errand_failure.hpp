// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace iz::store {

// That a run failed which was sent for something kept in the database: events of the inbox, a back-fill.
struct ErrandFailure {
  std::uint32_t error_class = 0;
  std::string message;
  std::optional<std::chrono::milliseconds> again;  // nullopt = given up
  bool counts = true;                              // as an attempt
};

}  // namespace iz::store
