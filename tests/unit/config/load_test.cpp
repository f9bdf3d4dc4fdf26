// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"

namespace iz::config {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Load : public ::testing::Test {
 protected:
  Settings load(std::string_view main) {
    dir_.write("infrazen.yaml", main);
    return config::load(dir_ / "infrazen.yaml");
  }
  void connection(std::string_view name, std::string_view text) {
    dir_.write("connections.d/" + std::string(name) + ".yaml", text);
  }
  // The problems without the folder's name.
  std::vector<std::string> problems(std::string_view main) {
    try {
      load(main);
    } catch (const ConfigError& error) {
      std::vector<std::string> out;
      for (const auto& problem : error.problems()) {
        std::string line = to_string(problem);
        const std::string prefix = dir_.path().string() + '/';
        for (auto at = line.find(prefix); at != std::string::npos; at = line.find(prefix))
          line.erase(at, prefix.size());
        out.push_back(line);
      }
      return out;
    }
    return {};
  }

  test::TempDir dir_;
};

TEST_F(Load, the_smallest_configuration_has_every_default) {
  const Settings settings = load("version: 1\n");
  EXPECT_EQ(settings.database.host, "/run/postgresql");
  EXPECT_EQ(settings.limits.concurrent_runs, 4U);
  EXPECT_EQ(settings.paths.status_socket, "/run/infrazen/status.sock");
  EXPECT_EQ(settings.paths.spool_dir, settings.paths.state_dir / "spool");
  EXPECT_THAT(settings.tenants, ElementsAre(Tenant{"default", ""}));
  EXPECT_TRUE(settings.connections.empty());
}

TEST_F(Load, everything_can_be_said) {
  connection("focus", R"(
id: acme-bill
tenant: acme
connector: focus
billing_time_zone: Europe/Moscow
settings: {path: /srv/bills, strict: true}
secrets: {token: acme-token, key: {name: acme-key, reveal: true}}
hosts: [api.example.com]
streams:
  costs: {interval: 1h30m, jitter: 0.2, after: inventory, full_every: 7d, timeout: 10m}
  inventory: false
limits: {memory: 1GiB, max_run: 2h}
)");
  const Settings settings = load(R"(
version: 1
database: {host: db.example.com, port: 5433, name: iz, user: daemon, password_secret: db-password, sslmode: verify-full}
paths: {state_dir: /srv/iz, plugin_dir: /opt/p}
limits: {concurrent_runs: 8, spool_memory: 32MiB, quarantine: {crashes: 3, within: 5m}, run: {idle_timeout: 90s}}
retention: {metrics: forever, logs: 14d}
listen: {socket_mode: "0666", max_clients: 10}
log: {level: debug, locale: ru}
tenants: [default, {name: acme, title: ACME Ltd}]
)");
  EXPECT_EQ(settings.database.port, 5433);
  EXPECT_EQ(settings.paths.spool_dir, "/srv/iz/spool");
  EXPECT_EQ(settings.limits.spool_memory, 32U << 20);
  EXPECT_EQ(settings.limits.quarantine_window, 5min);
  EXPECT_FALSE(settings.retention.metrics.has_value());
  EXPECT_EQ(settings.retention.logs, std::chrono::days(14));
  EXPECT_EQ(settings.listen.socket_mode, 0666U);
  EXPECT_EQ(settings.log.level, LogLevel::debug);
  const Connection& bill = *settings.find_connection("acme-bill");
  EXPECT_EQ(bill.settings_json, R"({"path":"/srv/bills","strict":true})");
  EXPECT_EQ(bill.secrets.at("token").secret, "acme-token");
  EXPECT_TRUE(bill.secrets.at("key").reveal);
  EXPECT_EQ(bill.streams.at("costs").interval, 90min);
  EXPECT_THAT(*bill.streams.at("costs").after, ElementsAre("inventory"));
  EXPECT_FALSE(bill.streams.at("inventory").enabled);
  EXPECT_EQ(bill.limits.memory, 1ULL << 30);
  EXPECT_EQ(bill.limits.idle_timeout, 90s) << "the general limits are the connection's defaults";
  EXPECT_EQ(settings.find_connection("nobody"), nullptr);
}

TEST_F(Load, all_errors_of_all_files_are_told_at_once_with_their_places) {
  connection("a", "id: a\nconector: focus\nstreams:\n  costs: {interval: soon}\n");
  connection("b", "id: a\nconnector: focus\ntenant: acme\nbilling_time_zone: Europe/Moskow\n");
  EXPECT_THAT(
      problems("version: 2\nlimit: {}\nlimits:\n  concurrent_runs: many\n  run: {memory: 512mb}\n"),
      ElementsAre(
          "connections.d/a.yaml:1:1: a.connector is missing: name the connector, as `infrazen plugin list` shows it",
          "connections.d/a.yaml:2:1: unknown key 'conector' in a (did you mean 'connector'?)",
          HasSubstr("connections.d/a.yaml:4:21: a.streams.costs.interval must be a duration such as"),
          HasSubstr(
              "connections.d/b.yaml:1:1: connection 'a' is defined twice; the first is at connections.d/a.yaml:1:1"),
          HasSubstr(
              "connections.d/b.yaml:1:1: connection 'a' belongs to tenant 'acme', which infrazen.yaml does not list"),
          HasSubstr("connections.d/b.yaml:4:20: a.billing_time_zone must be a time zone"),
          "infrazen.yaml:1:10: version must be a whole number from 1 to 1, not '2'",
          "infrazen.yaml:2:1: unknown key 'limit' (did you mean 'limits'?)",
          HasSubstr("infrazen.yaml:4:20: limits.concurrent_runs must be a whole number from 1 to 256, not 'many'"),
          HasSubstr("infrazen.yaml:5:17: limits.run.memory must be a size such as 64KiB")));
}

TEST_F(Load, a_broken_file_does_not_hide_the_errors_of_the_others) {
  connection("a", "id: [\n");
  EXPECT_THAT(
      problems("version: 1\nlog: {level: loud}\n"),
      ElementsAre(HasSubstr("connections.d/a.yaml:"), HasSubstr("infrazen.yaml:2:14: log.level must be one of")));
}

TEST_F(Load, a_secret_written_inline_is_refused_and_not_repeated) {
  connection(
      "a",
      "id: a\nconnector: focus\nsecrets:\n  token: AKIA0123456789SECRET\n  key: 0f1e2d3c4b5a69788796a5b4c3d2e1f0\n");
  const auto found = problems("version: 1\ndatabase: {password: hunter2}\n");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(found[0], HasSubstr("connections.d/a.yaml:4:10: a.secrets.token must be the NAME of a secret"));
  EXPECT_THAT(found[2], HasSubstr("infrazen.yaml:2:22: database.password must not be written here"));
  for (const auto& line : found) {
    EXPECT_THAT(line, ::testing::Not(::testing::AnyOf(HasSubstr("AKIA"), HasSubstr("0f1e"), HasSubstr("hunter2"))));
  }
}

TEST_F(Load, a_rate_limit_is_of_hosts_and_of_all_others) {
  connection("a", R"(
id: a
connector: acme
rate_limit:
  account: acme-org
  per_second: 20
  burst: 5
  patience: 30s
  hosts:
    api.acme.example: {per_second: 0.5}
    "*.acme.example": {per_second: 0}
)");
  connection("b", "id: b\nconnector: acme\n");
  const Settings settings = load("version: 1\n");
  const RateLimits& limits = settings.find_connection("a")->rate_limit;
  EXPECT_EQ(limits.account, "acme-org");
  EXPECT_EQ(limits.patience, 30s);
  EXPECT_THAT(limits.hosts, ElementsAre(HostRate{"api.acme.example", 0.5, 1}, HostRate{"*.acme.example", 0, 1},
                                        HostRate{"*", 20, 5}));
  EXPECT_EQ(settings.find_connection("b")->rate_limit, RateLimits{});
}

TEST_F(Load, a_rate_limit_that_is_none_is_told) {
  connection("a", "id: a\nconnector: acme\nrate_limit: {account: 'A B', burst: 2, hosts: {x: 5, y: {burst: 3}}, rate: 1}\n");
  EXPECT_THAT(problems("version: 1\n"),
              testing::UnorderedElementsAre(
                  HasSubstr("a.rate_limit.account must be 1 to 63"), HasSubstr("a.rate_limit.burst stands beside per_second"),
                  HasSubstr("a.rate_limit.hosts.x must be {per_second: N, burst: N}"),
                  HasSubstr("a.rate_limit.hosts.y.per_second is missing"), HasSubstr("rate")));
}

TEST_F(Load, streams_that_wait_for_each_other_are_refused) {
  connection("a", "id: a\nconnector: focus\nstreams:\n  costs: {after: [metrics]}\n  metrics: {after: [costs]}\n");
  EXPECT_THAT(problems("version: 1\n"), ElementsAre(HasSubstr("costs.after leads back to itself"),
                                                    HasSubstr("metrics.after leads back to itself")));
}

TEST_F(Load, one_file_may_hold_several_connections_that_share_anchors) {
  connection(
      "many",
      "x-common: &c {connector: focus, tenant: default}\nconnections:\n  - {id: b, <<: *c}\n  - {id: a, <<: *c}\n");
  const Settings settings = load("version: 1\n");
  ASSERT_EQ(settings.connections.size(), 2U);
  EXPECT_EQ(settings.connections[0].id, "a");
  EXPECT_EQ(settings.connections[1].connector, "focus");
}

TEST_F(Load, a_missing_file_says_so) {
  try {
    static_cast<void>(config::load(dir_ / "none.yaml"));
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("none.yaml: cannot be read: No such file or directory"));
  }
}

TEST_F(Load, a_reload_tells_what_needs_a_restart) {
  const Settings before = load("version: 1\n");
  const Settings after = load("version: 1\ndatabase: {port: 5433}\nlog: {level: debug}\n");
  EXPECT_THAT(needs_restart(before, after), ElementsAre("database changed: restart the daemon for it to take effect"));
}

TEST_F(Load, a_connection_string_quotes_what_it_is_given) {
  Database database;
  database.name = "o'brien";
  EXPECT_EQ(conninfo(database, "u", "p\\w"),
            R"(host='/run/postgresql' port=5432 dbname='o\'brien' connect_timeout=10 user='u' password='p\\w')");
}

}  // namespace
}  // namespace iz::config
