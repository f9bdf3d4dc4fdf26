// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "config/connection_settings.hpp"
#include "records/manifest.hpp"

namespace iz::supervise {

// A manifest in config's words, for config::check.
[[nodiscard]] config::ConnectorSpec connector_spec(const records::Manifest& manifest);

}  // namespace iz::supervise
