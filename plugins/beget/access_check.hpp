// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <infrazen/connector.hpp>

namespace iz::beget {

// `infrazen connection test`: each credential, then each right, by the calls that need it.
void check_access(infrazen::Check& check);

}  // namespace iz::beget
