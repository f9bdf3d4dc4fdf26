// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>

#include "host/run_context.hpp"
#include "host/services/sink_service.hpp"
#include <infrazen/abi/module.h>

// Runs that call a connector's infrazen.webhook/1 instead of sync().
namespace iz::host {

// Asks the connector about each request of the start frame and sends an admission for each. Returns an error only where
// there is nobody to ask; what check() says of a request is in its admission.
std::int32_t check_webhooks(const iz_connector& connector, void* self, RunContext& run, iz_error& error);

// Has the connector handle each event of the start frame and marks after each: records and event become durable
// together. Returns the first failure; the events behind it are left for another run.
std::int32_t handle_webhooks(const iz_connector& connector, void* self, RunContext& run, SinkService& sink,
                             iz_error& error);

}  // namespace iz::host
