// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>

#include "serve/http/http.hpp"

namespace iz::serve {

// Who holds the other end of a connected unix socket, as of its connect(). nullopt when the kernel does not say.
[[nodiscard]] std::optional<Caller> caller_of(int socket, const std::string& admin_group);

}  // namespace iz::serve
