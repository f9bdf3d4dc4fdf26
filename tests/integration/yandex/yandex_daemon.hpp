// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "fakes/yandex/cloud.hpp"
#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"

namespace iz::test {

// A real infrazend with the connector in front of a fake cloud.
struct YandexDaemon : testing::Test {
  // `settings`: more of infrazen.yaml.
  explicit YandexDaemon(const std::string& settings = {})
      : daemon(cluster, {"yandex"}, "retention: {logs: 4000d}\n" + settings) {
    server.handle_others(cloud.handler());
    furnish(cloud);
    daemon.secret("yandex-key", cloud.key_file());
  }

  // `more`: members of `settings`. Streams other than `stream` are switched off.
  // `beside` stands at the top of the connection's file.
  void connect(const std::string& more = {}, const std::string& stream = "inventory",
               const std::string& more_endpoints = {}, const std::string& beside = {}) {
    std::string streams = stream + ": {interval: 300d}";
    for (const std::string other : {"inventory", "costs", "metrics", "logs", "prices", "balance"}) {
      if (other != stream) streams += ", " + other + ": false";
    }
    daemon.connection("yc",
                      "connector: yandex\nallow_plain_loopback: true\nhosts: [127.0.0.1]\nsecrets: {key: yandex-key}\n"
                      "settings: {key_id: " +
                          YandexCloud::key_id() + ", service_account_id: " + YandexCloud::service_account_id() +
                          ", endpoints: {\"*\": \"" + server.url("") + "\"" + more_endpoints + "}" +
                          (more.empty() ? "" : ", " + more) + "}\nstreams: {" + streams + "}\n" + beside);
  }
  std::string error_of_last_run() {
    return daemon.scalar("SELECT coalesce(message, '') FROM infrazen.runs ORDER BY run_id DESC LIMIT 1");
  }
  std::string active() {
    return daemon.scalar(
        "SELECT count(*) FROM infrazen.resource_items WHERE retired_at IS NULL AND NOT is_placeholder");
  }
  std::string changes() { return daemon.scalar("SELECT count(*) FROM infrazen.resource_changes"); }
  bool is_active(const std::string& id) {
    return daemon.scalar(
               "SELECT count(*) FROM infrazen.resource_items WHERE retired_at IS NULL AND NOT is_placeholder AND "
               "external_id = '" +
               id + "'") == "1";
  }

  YandexCloud cloud;
  HttpServer server;
  PgCluster cluster;
  // The fake trail's files have times of their own, which are older than what is kept by default.
  Infrazend daemon;
};

}  // namespace iz::test
