// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>

#include "serve/http/http.hpp"

namespace iz::serve {

// Splits and decodes a request target ("/v1/runs?limit=5") into path and query. False when it is not one we take: it
// must start with a slash, be well encoded, and hold no NUL; a parameter given twice is refused too.
[[nodiscard]] bool read_target(std::string_view target, Request& request);

}  // namespace iz::serve
