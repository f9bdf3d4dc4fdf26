// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// The built programs, as an operator uses them: infrazen against infrazend and a private PostgreSQL.
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/paths.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"
#include "harness/wait_until.hpp"

namespace iz::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ProcessResult infrazen(std::vector<std::string> arguments, ProcessOptions options = {}) {
  arguments.insert(arguments.begin(), kInfrazen.string());
  if (!options.env.contains("LC_ALL")) options.env["LC_ALL"] = "C.UTF-8";
  return run(std::move(arguments), std::move(options), std::chrono::seconds(90));
}

TEST(DatabaseCommands, init_status_and_upgrade_agree) {
  const std::string conninfo = fresh_database();
  const auto before = infrazen({"db", "status", "--conninfo", conninfo});
  EXPECT_EQ(before.status.code, EX_CONFIG) << before.out << before.err;

  const auto init = infrazen({"db", "init", "--conninfo", conninfo});
  ASSERT_TRUE(init.status.ok()) << init.err;
  EXPECT_EQ(init.out, "") << "messages go to stderr";
  EXPECT_THAT(init.err, HasSubstr("applying 0001"));

  const auto status = infrazen({"db", "status", "--conninfo", conninfo, "--json"});
  EXPECT_TRUE(status.status.ok()) << status.out << status.err;
  EXPECT_THAT(status.out, HasSubstr("\"version\":1,"));
  EXPECT_THAT(infrazen({"db", "upgrade", "--conninfo", conninfo}).err, HasSubstr("the schema is up to date"));
}

TEST(DatabaseCommands, a_database_that_is_not_there_is_said_so) {
  const auto result = infrazen({"db", "status", "--conninfo", "host=/nonexistent dbname=x"});
  EXPECT_FALSE(result.status.ok());
  EXPECT_THAT(result.err, HasSubstr("/nonexistent"));
}

// A daemon with one bill in FOCUS form: 16 charges of May 2026 and their like.
class Operated : public ::testing::Test {
 protected:
  Operated() : daemon_(shared_cluster(), {"focus"}, "listen: {socket_mode: \"0666\"}\n") {
    std::filesystem::create_directory(daemon_.folder() / "bills");
    std::filesystem::copy_file(kSourceDir / "plugins/focus/testdata/v1_1.csv", daemon_.folder() / "bills/may.csv");
    daemon_.connection("lake", "connector: focus\nbilling_time_zone: UTC\nsettings: {path: " +
                                   (daemon_.folder() / "bills").string() + "}\n");
  }
  ProcessResult ask(std::vector<std::string> arguments, ProcessOptions options = {}) {
    arguments.insert(arguments.begin(), {"--config", daemon_.config_file().string()});
    return infrazen(std::move(arguments), std::move(options));
  }
  // Serving, the database found, the connection's streams known.
  void start() {
    daemon_.start();
    ASSERT_TRUE(wait_until(
        [&] {
          return ask({"status", "--check"}).status.ok();
        },
        std::chrono::seconds(20)))
        << ask({"status"}).out << daemon_.log();
    ASSERT_TRUE(wait_until([&] {
      return ask({"connection", "show", "lake"}).out.find("costs") != std::string::npos;
    })) << daemon_.log();
  }
  ProcessResult costs(std::vector<std::string> arguments, const std::string& conninfo) {
    arguments.insert(arguments.begin(), {"costs", "--month", "2026-05", "--conninfo", conninfo});
    return ask(std::move(arguments));
  }

  Infrazend daemon_;
};

TEST_F(Operated, a_bill_is_synced_and_reported) {
  start();
  const auto sync = ask({"connection", "sync", "lake", "--stream", "costs", "--wait"});
  ASSERT_TRUE(sync.status.ok()) << sync.err << daemon_.log();
  EXPECT_EQ(sync.out, "costs\n");

  const auto status = ask({"status"});
  EXPECT_THAT(status.out, HasSubstr("database up"));
  EXPECT_THAT(status.out, HasSubstr("lake        focus      costs   idle"));
  EXPECT_TRUE(ask({"status", "--check"}).status.ok());
  ProcessOptions russian;
  russian.env["LC_ALL"] = "ru_RU.UTF-8";
  EXPECT_THAT(ask({"status"}, russian).out, HasSubstr("ПОДКЛЮЧЕНИЕ"));

  const std::string sum = daemon_.scalar("SELECT trim_scale(sum(billed_cost)) FROM infrazen.cost_charges");
  const auto table = costs({"--by", "service"}, daemon_.conninfo());
  ASSERT_TRUE(table.status.ok()) << table.err;
  EXPECT_THAT(table.out, HasSubstr("Lake Servers"));
  EXPECT_THAT(table.out, HasSubstr("total"));
  EXPECT_THAT(table.out, HasSubstr(sum));
  EXPECT_THAT(costs({"--by", "tag:team", "--format", "csv"}, daemon_.conninfo()).out,
              HasSubstr("key,name,currency,billed,effective,charges\r\n"));
  EXPECT_THAT(costs({"--by", "account", "--format", "json"}, daemon_.conninfo()).out, HasSubstr("\"key\":\"LK-77\""));
}

TEST_F(Operated, a_reader_sees_the_costs_of_its_tenants_only) {
  start();
  ASSERT_TRUE(ask({"connection", "sync", "lake", "--wait"}).status.ok()) << daemon_.log();
  const std::string role = "reader_" + std::to_string(::getpid());
  static_cast<void>(daemon_.query("CREATE ROLE " + role + " LOGIN IN ROLE infrazen_reader"));
  const std::string as_reader = shared_cluster().conninfo(daemon_.options().database, role);
  const auto before = costs({}, as_reader);
  EXPECT_TRUE(before.status.ok()) << before.err;
  EXPECT_EQ(before.out, "");
  EXPECT_THAT(before.err, HasSubstr("no charges in 2026-05 that you may see"));
  static_cast<void>(daemon_.query("INSERT INTO infrazen.reader_grants (reader, tenant_id) SELECT '" + role +
                                  "', tenant_id FROM infrazen.tenants WHERE name = 'default'"));
  EXPECT_THAT(costs({}, as_reader).out, HasSubstr("Lake Servers"));
}

TEST_F(Operated, a_pause_holds_until_it_is_ended) {
  start();
  EXPECT_THAT(ask({"connection", "pause", "lake"}).err, HasSubstr("lake is paused"));
  EXPECT_TRUE(wait_until([&] { return ask({"connection", "list"}).out.find("paused") != std::string::npos; }));
  EXPECT_FALSE(ask({"connection", "sync", "lake"}).status.ok());
  EXPECT_TRUE(ask({"connection", "resume", "lake"}).status.ok());
  EXPECT_TRUE(wait_until([&] { return ask({"connection", "list"}).out.find("paused") == std::string::npos; }));
}

TEST_F(Operated, what_is_wrong_is_said_with_a_fitting_exit_status) {
  EXPECT_EQ(ask({"status"}).status.code, EX_UNAVAILABLE);
  start();
  const auto unknown = ask({"connection", "show", "lakes"});
  EXPECT_EQ(unknown.status.code, EX_NOINPUT);
  EXPECT_THAT(unknown.err, HasSubstr("there is no connection 'lakes'"));
  EXPECT_EQ(ask({"conection"}).status.code, EX_USAGE);
  if (::geteuid() != 0) return;
  ASSERT_EQ(::chmod(daemon_.folder().path().c_str(), 0755), 0);
  ProcessOptions nobody;
  nobody.user = "nobody";
  EXPECT_TRUE(ask({"connection", "list"}, nobody).status.ok()) << "the socket's mode lets everybody read";
  const auto refused = ask({"connection", "pause", "lake"}, nobody);
  EXPECT_EQ(refused.status.code, EX_NOPERM);
  EXPECT_THAT(refused.err, HasSubstr("nobody may only read"));
}

TEST_F(Operated, a_bad_reload_changes_nothing_and_says_why) {
  start();
  daemon_.connection("other", "connector: focus\nsettings: {pth: /srv}\nstreems: {}\n");
  const auto refused = ask({"reload"});
  EXPECT_EQ(refused.status.code, EX_CONFIG) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("other.yaml:4:1: unknown key 'streems' in other (did you mean 'streams'?)"));
  EXPECT_THAT(ask({"status"}).out, HasSubstr("the last reload was refused"));
  EXPECT_THAT(ask({"connection", "list"}).out, Not(HasSubstr("other")));
  daemon_.remove_connection("other");
  const auto accepted = ask({"reload"});
  EXPECT_TRUE(accepted.status.ok()) << accepted.err;
  EXPECT_THAT(ask({"status"}).out, Not(HasSubstr("refused")));
}

TEST_F(Operated, config_check_knows_what_the_connectors_want) {
  EXPECT_TRUE(ask({"config", "check"}).status.ok());
  daemon_.connection("bad", "connector: focus\nsettings: {pth: /srv}\nsecrets: {token: no-such-token}\n");
  daemon_.connection("gone", "connector: nosuch\n");
  const auto result = ask({"config", "check"});
  EXPECT_EQ(result.status.code, EX_CONFIG);
  EXPECT_THAT(result.err, HasSubstr("bad.yaml:3:12: connector 'focus' has no setting 'pth' (did you mean 'path'?)"));
  EXPECT_THAT(result.err, HasSubstr("bad.settings.path is missing"));
  EXPECT_THAT(result.err, HasSubstr("connector 'focus' uses no secret 'token'"));
  EXPECT_THAT(result.err, HasSubstr("gone.yaml:1:1: connector 'nosuch' cannot be used"));
}

TEST_F(Operated, a_connector_that_others_may_change_is_not_trusted) {
  ASSERT_EQ(::chmod((daemon_.folder() / "plugins/focus.so").c_str(), 0664), 0);
  const auto result = ask({"config", "check"});
  EXPECT_EQ(result.status.code, EX_CONFIG);
  EXPECT_THAT(result.err, HasSubstr("focus.so"));
  EXPECT_THAT(ask({"plugin", "list"}).out, HasSubstr("focus.so"));
}

TEST(PluginCommands, check_passes_a_sound_connector_and_fails_others) {
  const std::string host = kConnectorHost.string();
  const auto sound = infrazen({"plugin", "check", (kPluginDir / "simulator.so").string(), "--host", host});
  EXPECT_TRUE(sound.status.ok()) << sound.out << sound.err;
  EXPECT_THAT(sound.out, HasSubstr("passed   run of inventory"));
  const auto no_connector = infrazen({"plugin", "check", "/bin/true", "--host", host, "--json"});
  EXPECT_EQ(no_connector.status.code, EX_DATAERR);
  EXPECT_THAT(no_connector.out, HasSubstr("\"verdict\":\"failed\",\"rule\":\"file.note\",\"subject\":\"file\""));
  const auto crash = kTestPluginDir / "crash.so";
  if (!std::filesystem::exists(crash)) GTEST_SKIP() << "no crash.so";
  const TempDir dir;
  const auto sample = dir.write("crash.yaml", "id: crash\nconnector: crash\nsettings: {variant: segv}\n");
  const auto crashed = infrazen({"plugin", "check", crash.string(), "--sample", sample.string(), "--host", host});
  EXPECT_EQ(crashed.status.code, EX_DATAERR) << crashed.out;
  EXPECT_THAT(crashed.out, HasSubstr("failed   run.crash: run of balance"));
}

TEST(PluginCommands, check_says_what_it_cannot_use) {
  const std::string host = kConnectorHost.string();
  EXPECT_EQ(infrazen({"plugin", "check"}).status.code, EX_USAGE);
  EXPECT_EQ(infrazen({"plugin", "check", "/nonexistent/x.so", "--host", host}).status.code, EX_NOINPUT);
  const auto simulator = (kPluginDir / "simulator.so").string();
  EXPECT_EQ(infrazen({"plugin", "check", simulator, "--host", host, "--set", "seed"}).status.code, EX_USAGE);
  EXPECT_EQ(infrazen({"plugin", "check", simulator, "--host", host, "--at", "now"}).status.code, EX_USAGE);
  const auto rules = infrazen({"plugin", "check", "--rules", "--json"});
  EXPECT_TRUE(rules.status.ok()) << rules.err;
  EXPECT_THAT(rules.out, HasSubstr("\"rule\":\"run.cancel-ignored\""));
}

TEST(PluginCommands, new_starts_a_connector_under_its_own_name) {
  const TempDir dir;
  const auto folder = dir / "hetzner";
  const auto source = (kSourceDir / "sdk/template").string();
  const auto made = infrazen({"plugin", "new", "hetzner", "--dir", folder.string(), "--template", source});
  ASSERT_TRUE(made.status.ok()) << made.err;
  EXPECT_TRUE(std::filesystem::exists(folder / "hetzner.cpp"));
  EXPECT_EQ(run({"grep", "-ri", "acme", folder.string()}).out, "");
  EXPECT_EQ(infrazen({"plugin", "new", "hetzner", "--dir", folder.string(), "--template", source}).status.code,
            EX_CANTCREAT)
      << "nothing is overwritten";
  EXPECT_EQ(infrazen({"plugin", "new", "Hetzner"}).status.code, EX_USAGE);
}

TEST(Installation, one_command_lays_out_everything) {
  const TempDir dir;
  const auto installed = run({"cmake", "--install", kBinaryDir.string()}, {.env = {{"DESTDIR", dir.path().string()}}});
  if (!installed.status.ok()) GTEST_SKIP() << "not everything of this build is there: " << installed.err;
  for (const char* file :
       {"usr/sbin/infrazend", "usr/bin/infrazen", "usr/libexec/infrazen/infrazen-connector-host",
        "usr/lib/infrazen/plugins/focus.so", "usr/lib/systemd/system/infrazend.service",
        "usr/lib/sysusers.d/infrazen.conf", "usr/lib/tmpfiles.d/infrazen.conf",
        "usr/lib/systemd/catalog/infrazen.catalog", "usr/lib/systemd/catalog/infrazen.ru.catalog",
        "etc/infrazen/infrazen.yaml", "etc/infrazen/connections.d/focus.yaml.example", "usr/share/man/man1/infrazen.1",
        "usr/share/man/man5/infrazen.yaml.5", "usr/share/man/man8/infrazend.8",
        "usr/share/man/man8/infrazen-connector-host.8", "usr/share/bash-completion/completions/infrazen",
        "usr/share/zsh/site-functions/_infrazen"}) {
    EXPECT_TRUE(std::filesystem::exists(dir / file)) << file;
  }
}

}  // namespace
}  // namespace iz::test
