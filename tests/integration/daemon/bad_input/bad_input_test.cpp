// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What an operator may get wrong, through the real programs: each is named with what, where and what to do, and what is
// not concerned runs.
#include <sys/stat.h>
#include <sysexits.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "integration/daemon/pages.hpp"

namespace iz::test {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

std::string reason(const Infrazend& daemon, const std::string& connection) {
  return boost::json::serialize(connection_status(daemon, connection).at("reason"));
}

// Starts a daemon that shall not start, and returns what it said.
std::string refusal(Infrazend& daemon) {
  std::filesystem::remove(daemon.folder() / "infrazend.log");
  daemon.spawn();
  const ExitStatus status = daemon.process().wait(seconds(30));
  EXPECT_EQ(status.code, EX_CONFIG) << status.describe();
  return daemon.log();
}

TEST(BadInput, a_schema_that_is_not_this_builds_ends_the_daemon_with_the_reason) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("a", pages_connection(2, 2, 0));
  (void)daemon.query("CREATE TABLE public.kept AS TABLE infrazen.schema_migrations");
  const auto put_back = [&] {
    (void)daemon.query(
        "DELETE FROM infrazen.schema_migrations; INSERT INTO infrazen.schema_migrations TABLE public.kept");
  };

  (void)daemon.query("DELETE FROM infrazen.schema_migrations WHERE version = (SELECT max(version) FROM public.kept)");
  EXPECT_THAT(refusal(daemon), AllOf(HasSubstr("infrazen db upgrade"), HasSubstr("lacks migration")));
  put_back();
  (void)daemon.query(
      "UPDATE infrazen.schema_migrations SET version = version + 1000 WHERE version = (SELECT"
      " max(version) FROM public.kept); INSERT INTO infrazen.schema_migrations SELECT * FROM public.kept"
      " WHERE version = (SELECT max(version) FROM public.kept)");
  EXPECT_THAT(refusal(daemon), HasSubstr("newer"));
  put_back();
  (void)daemon.query("UPDATE infrazen.schema_migrations SET checksum = 'tampered' WHERE version = 1");
  EXPECT_THAT(refusal(daemon), HasSubstr("applied with another text"));
  put_back();
  daemon.start();
  EXPECT_TRUE(daemon.wait_outcome("a", "balance", "succeeded"));
}

TEST(BadInput, a_database_without_the_schema_ends_the_daemon_with_the_reason) {
  PgCluster cluster;
  const std::string empty = "empty";
  (void)cluster.create_database(empty);
  Infrazend made(cluster, {"pages"}, quick_limits());  // for the role "infrazen"
  DaemonOptions options = made.options();
  options.database = empty;
  Infrazend daemon(options);
  EXPECT_THAT(refusal(daemon), HasSubstr("infrazen db"));
}

TEST(BadInput, a_wrong_configuration_keeps_the_daemon_from_starting_and_says_where) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, "limits: {concurent_runs: 4}\nretention: {logs: soon}\n");
  daemon.connection("a", pages_connection(2, 2, 0) + "colour: blue\n");
  (void)daemon.folder().write("connections.d/b.yaml", "id: a\nconnector: pages\n");
  const std::string said = refusal(daemon);
  EXPECT_THAT(said, AllOf(HasSubstr("infrazen.yaml:"), HasSubstr("concurent_runs"), HasSubstr("concurrent_runs")));
  EXPECT_THAT(said, HasSubstr("retention.logs"));
  EXPECT_THAT(said, AllOf(HasSubstr("a.yaml:"), HasSubstr("colour")));
  EXPECT_THAT(said, AllOf(HasSubstr("b.yaml:"), HasSubstr("'a'")));
}

TEST(BadInput, a_connection_that_cannot_run_is_shown_as_misconfigured_and_the_others_run) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages", "wrong-abi", "missing-service", "wrong-id", "no-manifest", "fine", "slow"},
                   quick_limits());
  const auto plugins = daemon.folder() / "plugins";
  for (const auto& [file, id] : {std::pair{"wrong-abi", "wrongabi"},
                                 {"missing-service", "missingservice"},
                                 {"wrong-id", "wrongid"},
                                 {"no-manifest", "nomanifest"}}) {
    std::filesystem::rename(plugins / (std::string(file) + ".so"), plugins / (std::string(id) + ".so"));
  }
  ::chmod((plugins / "slow.so").c_str(), 0664);
  daemon.connection("good", pages_connection(2, 2, 0));
  for (const char* connector : {"wrongabi", "missingservice", "wrongid", "nomanifest", "absent", "slow"})
    daemon.connection(connector, "connector: " + std::string(connector) + "\n");
  daemon.connection("setting", "connector: pages\nsettings: {pages: 2, page: 3}\n");
  daemon.connection("type", "connector: pages\nsettings: {pages: many}\n");
  daemon.connection("stream", "connector: pages\nstreams: {costs: {interval: 1h}}\n");
  daemon.secret("there", "s3cret");
  daemon.connection("secret", "connector: pages\nsecrets: {password: there}\n");
  daemon.start();
  EXPECT_TRUE(daemon.wait_outcome("good", "balance", "succeeded")) << daemon.log();

  const auto expect = [&](const char* connection, const auto& matcher) {
    EXPECT_TRUE(wait_connection_state(daemon, connection, "misconfigured")) << connection;
    EXPECT_THAT(reason(daemon, connection), matcher) << connection;
  };
  expect("wrongabi", AllOf(HasSubstr("ABI"), HasSubstr("wrongabi.so")));
  expect("wrongid", HasSubstr("wrongid.so"));
  expect("nomanifest", HasSubstr("manifest"));
  expect("absent", AllOf(HasSubstr("absent.so"), HasSubstr("plugin")));
  expect("slow", AllOf(HasSubstr("slow.so"), HasSubstr("chmod go-w")));
  expect("setting", AllOf(HasSubstr("setting.yaml:"), HasSubstr("page")));
  expect("type", AllOf(HasSubstr("type.yaml:"), HasSubstr("pages")));
  expect("stream", AllOf(HasSubstr("stream.yaml:"), HasSubstr("costs")));
  expect("secret", AllOf(HasSubstr("secret.yaml:"), HasSubstr("password")));
  // Its manifest can be read; what it needs is asked for by its first run.
  EXPECT_TRUE(wait_until([&] { return connection_state(daemon, "missingservice") != "ok"; }, seconds(10)));
  EXPECT_THAT(daemon.log(), HasSubstr("infrazen."));
  EXPECT_EQ(daemon_state(daemon), "ready");
  for (const char* connection : {"setting", "wrongabi"})
    EXPECT_EQ(daemon.post("/v1/connections/" + std::string(connection) + "/sync").status, 404) << connection;
  EXPECT_THAT(daemon.log(), Not(HasSubstr("s3cret")));
}

TEST(BadInput, a_credential_that_is_not_there_stops_its_connection_only) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("good", pages_connection(2, 2, 0));
  daemon.secret("token-of-a", "s3cret");
  daemon.connection("a", pages_connection(2, 2, 0) + "secrets: {token: token-of-a}\n");
  daemon.start();
  EXPECT_TRUE(daemon.wait_outcome("a", "balance", "succeeded"));
  std::filesystem::remove(daemon.folder() / "secrets/token-of-a");
  // A reload that would break the connection is refused; a run that needs the secret waits for the operator.
  const HttpAnswer reload = daemon.post("/v1/reload");
  EXPECT_EQ(reload.status, 422);
  EXPECT_THAT(reload.body, HasSubstr("token-of-a"));
  daemon.sync("a", "balance");
  EXPECT_TRUE(wait_connection_state(daemon, "a", "blocked"));
  EXPECT_THAT(boost::json::serialize(stream_status(daemon, "a", "balance")), HasSubstr("token-of-a"));
  EXPECT_TRUE(wait_connection_state(daemon, "good", "ok"));
}

}  // namespace
}  // namespace iz::test
