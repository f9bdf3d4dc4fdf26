// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

namespace iz::store {

// `conninfo` (keywords or URI) with what every session of ours has: search_path infrazen, no JIT, UTC, UTF-8, ISO dates, keepalives,
// and application_name unless it was given. Throws RunError (config) when it is not a connection string.
[[nodiscard]] std::string with_session_options(const std::string& conninfo, const std::string& search_path = "infrazen,pg_catalog");

}  // namespace iz::store
