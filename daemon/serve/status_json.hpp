// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <vector>

#include "serve/daemon_view.hpp"

// The JSON of the status socket. Instants are RFC 3339 in UTC; what is not known is null. Members are only ever added
// under /v1.
namespace iz::serve {

[[nodiscard]] std::string status_json(const DaemonStatus& status);
[[nodiscard]] std::string connections_json(const DaemonStatus& status);
[[nodiscard]] std::string connection_json(const ConnectionStatus& connection);
[[nodiscard]] std::string plugins_json(const std::vector<PluginStatus>& plugins);
[[nodiscard]] std::string back_fills_json(const std::vector<BackFillRow>& rows);
[[nodiscard]] std::string back_fill_json(const BackFillRow& row);
[[nodiscard]] std::string back_fill_answer_json(const BackFillAnswer& answer);
[[nodiscard]] std::string runs_json(const std::vector<RunRow>& runs);
[[nodiscard]] std::string findings_json(const std::vector<FindingRow>& findings);
[[nodiscard]] std::string webhooks_json(const std::vector<WebhookRow>& events);
[[nodiscard]] std::string webhook_json(const WebhookRow& event);
[[nodiscard]] std::string test_json(const TestReport& report);
[[nodiscard]] std::string reload_json(const ReloadReport& report);
[[nodiscard]] std::string streams_json(const std::vector<std::string>& streams);

}  // namespace iz::serve
