// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "selectel/cloud.hpp"
#include <infrazen/sync.hpp>

namespace iz::selectel {

// Processor and memory of servers (Gnocchi), processor, memory and disk of databases, connections and traffic of load
// balancers.
void sync_metrics(infrazen::Sync& sync, Cloud& cloud);

}  // namespace iz::selectel
