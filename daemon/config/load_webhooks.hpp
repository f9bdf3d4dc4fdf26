// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

#include "config/webhooks.hpp"
#include "config/yaml/reader.hpp"

namespace iz::config {

void read_webhooks(const Value& map, Webhooks& webhooks, Problems& problems);
[[nodiscard]] Webhook read_webhook(const Value& map, const std::string& name, Problems& problems);

}  // namespace iz::config
