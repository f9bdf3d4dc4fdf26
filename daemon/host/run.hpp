// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "host/daemon_link.hpp"

namespace iz::host {

// Does the one thing this process was started for: hears what, locks itself in, loads the connector, runs it, says how
// it ended. Does not return: libraries' and the connector's exit handlers have nothing to add.
[[noreturn]] void run(DaemonLink& link);

}  // namespace iz::host
