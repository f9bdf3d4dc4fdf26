// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <exception>

namespace iz::cli {

// The exit status of sysexits.h that fits an exception of any module.
[[nodiscard]] int failure_status(const std::exception& error);

}  // namespace iz::cli
