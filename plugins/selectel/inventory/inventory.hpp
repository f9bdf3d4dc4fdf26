// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "selectel/cloud.hpp"
#include <infrazen/sync.hpp>

namespace iz::selectel {

void sync_inventory(infrazen::Sync& sync, Cloud& cloud);

}  // namespace iz::selectel
