// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>

#include <infrazen/sync.hpp>

// What a stream knows of earlier runs, from a cursor that may be unreadable: damaged, or of a version to come. `read`
// takes a cursor, "" when there is none, and throws infrazen::Error for one that it cannot read.
namespace iz::support {

// For a cursor that saves work and nothing else: one that cannot be read costs listing everything again. So does a full
// run.
template <class Read>
[[nodiscard]] auto known_or_anew(const infrazen::Sync& sync, Read read) {
  if (sync.full()) return read(std::string_view());
  try {
    return read(sync.cursor());
  } catch (const infrazen::Error& error) {
    sync.log().warning(std::string(error.what()) + "; everything is read again");
    return read(std::string_view());
  }
}

// For one that holds what is nowhere else: to go on without it is for an operator to say, with a full run. A full run
// keeps what can be read.
template <class Read>
[[nodiscard]] auto known_unless_full(const infrazen::Sync& sync, Read read) {
  try {
    return read(sync.cursor());
  } catch (const infrazen::Error&) {
    if (!sync.full()) throw;
    return read(std::string_view());
  }
}

}  // namespace iz::support
