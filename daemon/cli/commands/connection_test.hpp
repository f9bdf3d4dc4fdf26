// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

#include "cli/context.hpp"

namespace iz::cli {

// `infrazen connection test ID`: 0 when everything that was tried passed, 1 when something failed, EX_TEMPFAIL when it
// did not end in time.
[[nodiscard]] int test_connection(const Context& context, const std::string& id, bool json);

}  // namespace iz::cli
