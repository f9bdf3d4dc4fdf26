// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>

#include "serve/daemon_view.hpp"
#include "serve/http/router.hpp"

namespace iz::serve {

// Adds every endpoint of the status socket to the router:
//   GET  /healthz  /metrics  /v1/status  /v1/connections  /v1/connections/{id}  /v1/plugins
//        /v1/runs?connection=&stream=&limit=   /v1/findings?connection=&stream=&run=&limit=
//        /v1/webhooks?connection=&state=&limit=   /v1/back-fills?connection=&stream=&limit=
//   POST /v1/connections/{id}/sync?stream=&mode=   /back-fill?stream=&since=&until=   /pause   /resume   /test
//        /v1/webhooks/{id}/retry|discard   /v1/reload
// Unknown parameters are refused (400). `view` outlives the router.
void add_status_api(Router& router, DaemonView& view);

// For HttpServer's `answered`: passes every POST to view.audit().
[[nodiscard]] std::function<void(const Request&, const Response&)> audit_to(DaemonView& view);

}  // namespace iz::serve
