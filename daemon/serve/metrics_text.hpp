// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

#include "serve/daemon_view.hpp"

namespace iz::serve {

// The daemon's state in Prometheus' text exposition format 0.0.4, made afresh for each scrape.
[[nodiscard]] std::string metrics_text(const DaemonStatus& status);

}  // namespace iz::serve
