// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "fakes/openstack/cloud.hpp"
#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"

// A stock OpenStack with a small estate, and a real daemon that reads it.
namespace iz::test {

inline std::string server_json(const std::string& id, const std::string& name, const std::string& flavor = "m1.small",
                               const std::string& more = {}) {
  return R"({"id":")" + id + R"(","name":")" + name +
         R"(","status":"ACTIVE","image":"","metadata":{"env":"prod"},)"
         R"("flavor":{"original_name":")" +
         flavor +
         R"(","vcpus":2,"ram":1536,"disk":20,"ephemeral":0,"swap":0},)"
         R"("addresses":{"net":[{"addr":"10.0.0.5","version":4}]},"OS-EXT-AZ:availability_zone":"nova",)"
         R"("security_groups":[{"name":"default"},{"name":"default"}],"tags":["web"])" +
         more + "}";
}

inline std::string volume_json(const std::string& id, const std::string& name, const std::string& server = {}) {
  return R"({"id":")" + id + R"(","name":")" + name +
         R"(","status":"in-use","size":10,"volume_type":"ssd",)"
         R"("availability_zone":"nova","bootable":"true","metadata":{},"created_at":"2026-01-10T08:00:00.000000",)"
         R"("attachments":[)" +
         (server.empty() ? "" : R"({"server_id":")" + server + R"("})") + "]}";
}

class OpenStackEstate : public ::testing::Test {
 protected:
  explicit OpenStackEstate(OpenStackCloud::Options options = {}) : cloud(with_url(std::move(options))) {
    provider.handle_others([this](const ReceivedRequest& request) { return cloud.answer(request); });
    cloud.add_project("p1", "production");
    cloud.add_project("p2", "dev");
  }

  // A connection with a settings file alone; `more` is added to its settings.
  void connect(const std::string& more = {}) {
    daemon.secret("os-password", cloud.options().password);
    daemon.connection("os",
                      "connector: selectel\nallow_plain_loopback: true\nsettings: {vendor: none, provider_name: "
                      "Harbour Cloud, account: Default, user: reader, auth_url: \"" +
                          cloud.options().url + "/identity/v3\"" + more +
                          "}\nsecrets: {password: os-password}\n"
                          "streams: {inventory: {interval: 1d}, costs: {enabled: false}, balance: {enabled: "
                          "false}, documents: {enabled: false}, metrics: {enabled: false}}\n");
  }
  [[nodiscard]] std::string active(const std::string& type) const {
    return daemon.scalar(
        "SELECT coalesce(string_agg(resource_id, ',' ORDER BY resource_id), '') FROM "
        "infrazen.resources WHERE is_active AND raw_type = '" +
        type + "'");
  }
  [[nodiscard]] std::string relations(const std::string& relation = "attached_to") const {
    return daemon.scalar(
        "SELECT coalesce(string_agg(f.external_id || '>' || t.external_id, ',' ORDER BY f.external_id, t.external_id), "
        "'') FROM infrazen.resource_relations r JOIN infrazen.resource_items f ON f.id = r.from_resource_id JOIN "
        "infrazen.resource_items t ON t.id = r.to_resource_id WHERE r.retired_at IS NULL AND r.relation = '" +
        relation + "'");
  }
  [[nodiscard]] std::string last_run() const {
    return daemon.scalar("SELECT coalesce(message, outcome) FROM infrazen.runs ORDER BY run_id DESC LIMIT 1");
  }

  HttpServer provider;
  OpenStackCloud cloud;
  PgCluster cluster;
  Infrazend daemon{cluster, {"selectel"}};

 private:
  OpenStackCloud::Options with_url(OpenStackCloud::Options options) const {
    options.url = provider.url("");
    return options;
  }
};

}  // namespace iz::test
