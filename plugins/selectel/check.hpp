// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <infrazen/connector.hpp>

namespace iz::selectel {

// Credential by credential, then service by service, each tried for real.
void check_connection(infrazen::Check& check);

}  // namespace iz::selectel
