// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <ctime>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "fakes/selectel/cloud.hpp"
#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/read_text.hpp"

// A Selectel account on loopback, and a real daemon that reads it.
namespace iz::test {

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// A day of the bill, which is Moscow's, so many days ago.
inline std::string bill_day(int days_ago) {
  const std::time_t seconds = std::time(nullptr) + 3 * 3600 - days_ago * 86400L;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char buffer[11];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%d", &parts);
  return buffer;
}

class SelectelAccount : public ::testing::Test {
 protected:
  SelectelAccount() {
    provider.handle_others([this](const ReceivedRequest& request) { return cloud.answer(request); });
    cloud.openstack().add_project("prod", "production");
    cloud.put("/vpc/resell/v2/projects", R"({"projects":[{"id":"prod","name":"production","enabled":true}]})");
  }

  // Streams but the named one are switched off. more: settings, each ", name: value".
  void connect(const std::string& stream, const std::string& more = {}, bool static_key = true) {
    daemon.secret("password", SelectelCloud::password());
    daemon.secret("key", SelectelCloud::static_key());
    std::string streams;
    for (const std::string name : {"inventory", "costs", "metrics", "balance", "documents"}) {
      streams += (streams.empty() ? "" : ", ") + name + (name == stream ? ": {interval: 1d}" : ": {enabled: false}");
    }
    const std::string url = provider.url("");
    daemon.connection("sel", "connector: selectel\nallow_plain_loopback: true\nsettings: {account: '" +
                                 SelectelCloud::account() + "', user: infrazen-reader, auth_url: '" + url +
                                 "/identity/v3', api_url: '" + url + "', registry_url: '" + url + "/registry/api/v1'" +
                                 more + "}\nsecrets: {password: password" + (static_key ? ", api_key: key" : "") +
                                 "}\nstreams: {" + streams + "}\n");
  }
  bool ends(const std::string& stream, const std::string& outcome = "succeeded") {
    return daemon.wait_outcome("sel", stream, outcome);
  }
  [[nodiscard]] std::string last_run() const {
    return daemon.scalar("SELECT coalesce(message, outcome) FROM infrazen.runs ORDER BY run_id DESC LIMIT 1");
  }

  HttpServer provider;
  SelectelCloud cloud{provider.url("")};
  PgCluster cluster;
  Infrazend daemon{cluster, {"selectel"}};
};

}  // namespace iz::test
