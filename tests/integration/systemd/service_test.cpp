// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// The installed unit under a real systemd. The tests run in this order, each on what the ones before it left.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <sstream>
#include <thread>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/wait_until.hpp"
#include "harness/webhook_sender.hpp"
#include "installed_service.hpp"
#include "journal/messages.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

class Service : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    try {
      service_ = std::make_unique<InstalledService>();
    } catch (const NoMachine& reason) {
      missing_ = reason.what();
    }
  }
  static void TearDownTestSuite() { service_.reset(); }

  void SetUp() override {
    if (!service_) GTEST_SKIP() << "no system can be booted here: " << missing_;
  }
  void TearDown() override {
    if (service_ && HasFailure())
      std::cerr << service_->machine().shell("journalctl --no-pager -n 60; infrazen status") << '\n';
  }

  static InstalledService& service() { return *service_; }
  static const Machine& machine() { return service_->machine(); }

  static inline std::unique_ptr<InstalledService> service_;
  static inline std::string missing_;
};

TEST_F(Service, users_and_folders_are_made) {
  EXPECT_THAT(machine().shell("id -un infrazen; getent group infrazen-admin"), HasSubstr("infrazen\ninfrazen-admin:"));
  EXPECT_EQ(machine().shell("cd /etc/infrazen && stat -c '%A %U:%G %n' . connections.d secrets"),
            "drwxr-xr-x root:root .\ndrwxr-x--- root:infrazen connections.d\ndrwxr-x--- root:infrazen secrets\n");
}

TEST_F(Service, systemd_finds_nothing_to_say_about_the_units) {
  const auto verify = machine().run({"systemd-analyze", "verify", "infrazend.service", "infrazend-webhooks.socket"});
  EXPECT_TRUE(verify.status.ok());
  EXPECT_EQ(verify.out + verify.err, "");
  const std::string security = machine().shell("systemd-analyze security --offline=yes infrazend.service | tail -n 1");
  std::smatch exposure;
  ASSERT_TRUE(
      std::regex_search(security, exposure, std::regex("Overall exposure level for infrazend.service: ([0-9.]+)")))
      << security;
  EXPECT_LE(std::stod(exposure[1]), 1.2);
}

TEST_F(Service, postgresql_knows_the_daemon_by_its_user) {
  EXPECT_EQ(service().scalar("SELECT current_user"), "infrazen");
  const auto other = machine().run({"runuser", "-u", "nobody", "--", "psql", "-X", "-U", "infrazen", "-d", "infrazen"});
  EXPECT_FALSE(other.status.ok());
  EXPECT_THAT(other.err, HasSubstr("Peer authentication failed"));
}

TEST_F(Service, start_returns_when_the_daemon_serves) {
  EXPECT_EQ(service().property("Type"), "notify");
  const auto start = service().systemctl({"start", "infrazend"});
  ASSERT_TRUE(start.status.ok()) << start.err;
  EXPECT_EQ(service().systemctl({"is-active", "infrazend"}).out, "active\n");
  EXPECT_TRUE(service().infrazen({"status"}).status.ok()) << "the status socket answers at once";
  EXPECT_THAT(service().property("StatusText"), HasSubstr("1 connections"));
  EXPECT_EQ(machine().shell("ps -o user= -C infrazend"), "infrazen\n");
  EXPECT_EQ(machine().shell("stat -c '%A %U:%G' /run/infrazen /run/infrazen/status.sock /var/lib/infrazen"),
            "drwxr-xr-x infrazen:infrazen\nsrw-rw---- infrazen:infrazen\ndrwxr-x--- infrazen:infrazen\n");
}

TEST_F(Service, a_sync_goes_over_tls_to_who_is_trusted_only) {
  EXPECT_TRUE(wait_until([&] { return !service().healthy(); }, 20s, 200ms)) << "the provider is not trusted yet";
  const auto before = service().infrazen({"connection", "test", "acme"});
  EXPECT_EQ(before.status.code, 1) << before.out << before.err;
  EXPECT_THAT(before.out, HasSubstr("certificate"));
  EXPECT_THAT(service().provider().requests(), IsEmpty());

  service().trust_provider();
  const auto test = service().infrazen({"connection", "test", "acme"});
  EXPECT_THAT(test.out, ContainsRegex("passed +[0-9.]+ s +host localhost:[0-9]+"));
  EXPECT_THAT(test.out, ContainsRegex("passed +[0-9.]+ s +servers of project p-1"));
  // The manifest's other host: this machine has a loopback only.
  EXPECT_THAT(test.out, ContainsRegex("failed +[0-9.]+ s +host api.acme.example +its name does not resolve"));
  EXPECT_THAT(test.err, HasSubstr("3 passed, 1 failed, 1 not tried"));
  const auto sync = service().infrazen({"connection", "sync", "acme", "--wait"});
  ASSERT_TRUE(sync.status.ok()) << sync.out << sync.err;
  EXPECT_TRUE(wait_until([&] { return service().healthy(); }, 20s, 200ms));
  EXPECT_FALSE(service().provider().requests().empty());
  EXPECT_EQ(service().scalar("SELECT string_agg(resource_name, ' ' ORDER BY resource_name) FROM infrazen.resources"),
            "db-1 web-1 web-2");
}

std::string read_whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What `ps` shows to everybody, and the environments; /proc of the machine, read from outside of it.
void expect_no_process_shows(const Machine& machine, std::string_view secret) {
  for (const auto& entry : fs::directory_iterator(machine.root() / "proc")) {
    if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) continue;
    for (const char* file : {"cmdline", "environ"})
      EXPECT_THAT(read_whole(entry.path() / file), Not(HasSubstr(std::string(secret)))) << entry.path() / file;
  }
}

TEST_F(Service, a_credential_serves_its_connection_and_shows_nowhere) {
  EXPECT_EQ(service().provider().requests().back().header("authorization"),
            "Bearer " + std::string(InstalledService::kSecret));
  service().answer_after(3s);
  Process sync = machine().start({"infrazen", "connection", "sync", "acme", "--wait"});
  EXPECT_TRUE(wait_until([&] { return service().has_process("infrazen-connec"); }, 10s, 20ms));
  expect_no_process_shows(machine(), InstalledService::kSecret);
  EXPECT_TRUE(sync.wait(60s).ok()) << sync.err();
  service().answer_after(0s);
  EXPECT_THAT(machine().must({"journalctl", "--no-pager", "-o", "export"}),
              Not(HasSubstr(std::string(InstalledService::kSecret))));
  EXPECT_THAT(machine().must({"runuser", "-u", "postgres", "--", "pg_dump", "infrazen"}),
              Not(HasSubstr(std::string(InstalledService::kSecret))));
  const auto others =
      machine().run({"runuser", "-u", "nobody", "--", "cat", "/run/credentials/infrazend.service/acme-token"});
  EXPECT_FALSE(others.status.ok());
}

TEST_F(Service, the_journal_can_be_asked_by_fields_and_explains_itself) {
  const std::string id(journal::messages::run_succeeded.id);
  std::istringstream entries(machine().must(
      {"journalctl", "--no-pager", "-o", "json", "-u", "infrazend", "INFRAZEN_CONNECTION=acme", "MESSAGE_ID=" + id}));
  std::string line;
  ASSERT_TRUE(std::getline(entries, line));
  const auto entry = boost::json::parse(line).as_object();
  EXPECT_EQ(entry.at("INFRAZEN_STREAM"), "inventory");
  EXPECT_EQ(entry.at("PRIORITY"), "6");
  const auto run = std::string(entry.at("INFRAZEN_RUN_ID").as_string());
  EXPECT_NE(service().scalar("SELECT count(*) FROM infrazen.runs WHERE run_id = " + run), "0");
  EXPECT_THAT(std::string(entry.at("MESSAGE").as_string()), HasSubstr("run " + run + " done"));
  EXPECT_THAT(machine().must({"journalctl", "--no-pager", "-x", "-u", "infrazend", "MESSAGE_ID=" + id}),
              HasSubstr("Everything the provider delivered is committed together with the cursor."));
}

TEST_F(Service, a_reload_with_a_bad_configuration_fails_says_why_and_changes_nothing) {
  const std::string pid = service().property("MainPID");
  service().connection("estate", "connector: simulator\nsettings: {resources: 50}\nstreems: {}\n");
  EXPECT_FALSE(service().systemctl({"reload", "infrazend"}).status.ok());
  EXPECT_THAT(service().journal(), HasSubstr("estate.yaml:4:1: unknown key 'streems'"));
  EXPECT_EQ(service().systemctl({"is-active", "infrazend"}).out, "active\n");
  EXPECT_EQ(service().property("MainPID"), pid);
  EXPECT_THAT(service().infrazen({"status"}).out, HasSubstr("the last reload was refused"));
  EXPECT_TRUE(service().infrazen({"connection", "sync", "acme", "--wait"}).status.ok());

  service().connection("estate", "connector: simulator\nsettings: {resources: 50}\n");
  const auto reload = service().systemctl({"reload", "infrazend"});
  EXPECT_TRUE(reload.status.ok()) << reload.err;
  EXPECT_EQ(service().property("MainPID"), pid);
  EXPECT_THAT(service().infrazen({"connection", "list"}).out, HasSubstr("estate"));
  EXPECT_THAT(service().infrazen({"connection", "show", "estate"}).out, HasSubstr("metrics"));
  const auto metrics = service().infrazen({"connection", "sync", "estate", "--stream", "metrics", "--wait"});
  EXPECT_TRUE(metrics.status.ok()) << metrics.err;
  EXPECT_EQ(machine().shell("stat -c '%A %U' /var/lib/infrazen/spool; ls -A /var/lib/infrazen/spool"),
            "drwx------ infrazen\n")
      << "records beyond spool_memory went through files that nobody else sees";
}

// Answers to events that are posted one after the other until it ends, from a thread in the machine's network.
class Posting {
 public:
  Posting(const Machine& machine, std::string prefix)
      : thread_([this, &machine, prefix = std::move(prefix)](const std::stop_token& stop) {
          machine.in_its_network([&] {
            for (int i = 0; !stop.stop_requested(); ++i) {
              ++(post_hook(prefix + std::to_string(i)) == 202 ? taken_ : others_);
              std::this_thread::sleep_for(5ms);
            }
          });
        }) {}
  [[nodiscard]] int taken() const { return taken_; }
  [[nodiscard]] int others() const { return others_; }
  void end() { thread_ = {}; }

  static constexpr std::string_view kSecret = "whsec-5b0e-unmistakable";
  // On the calling thread.
  static int post_hook(std::string_view id) {
    constexpr std::string_view kBody = R"({"targets":[{"id":"nothing-1"}]})";
    WebhookSender sender(8780);
    return sender.post("/hooks/estate", signed_headers(kSecret, kBody, id), kBody).status;
  }

 private:
  std::atomic<int> taken_ = 0;
  std::atomic<int> others_ = 0;
  std::jthread thread_;
};

TEST_F(Service, a_restart_turns_away_nobody_who_posts_to_the_socket_of_systemd) {
  const auto post = [](std::string_view id) {
    int status = 0;
    machine().in_its_network([&] { status = Posting::post_hook(id); });
    return status;
  };
  const auto active = [] { return service().systemctl({"is-active", "infrazend"}).out; };
  service().credential("estate-hook", Posting::kSecret);
  service().connection("estate",
                       "connector: simulator\nsettings: {resources: 50}\n"
                       "webhook: {secret: estate-hook, form: targets, rate: 1000, burst: 1000}\n");
  ASSERT_TRUE(service().systemctl({"stop", "infrazend"}).status.ok());
  const auto enable = service().systemctl({"enable", "--now", "infrazend-webhooks.socket"});
  ASSERT_TRUE(enable.status.ok()) << enable.err;
  EXPECT_EQ(active(), "inactive\n");
  EXPECT_EQ(post("first"), 202) << "the first one starts the daemon, and waits for it";
  EXPECT_EQ(active(), "active\n");
  EXPECT_THAT(service().journal(), HasSubstr("webhooks are taken at 127.0.0.1:8780 (http, by systemd)"));

  const std::string pid = service().property("MainPID");
  Posting posting(machine(), "on-");
  EXPECT_TRUE(wait_until([&] { return posting.taken() >= 20; }, 20s));
  const auto restart = service().systemctl({"restart", "infrazend"});
  EXPECT_TRUE(restart.status.ok()) << restart.err;
  EXPECT_NE(service().property("MainPID"), pid);
  const int before = posting.taken();
  EXPECT_TRUE(wait_until([&] { return posting.taken() >= before + 20; }, 20s));
  posting.end();
  EXPECT_EQ(posting.others(), 0);
  EXPECT_EQ(post("last"), 202);
  EXPECT_TRUE(wait_until(
      [&] {
        return service().scalar("SELECT count(*) FROM infrazen.webhook_events WHERE state = 'done'") ==
               std::to_string(posting.taken() + 2);
      },
      40s, 200ms))
      << "each 202 is an event, and handled: "
      << service().scalar("SELECT state, count(*) FROM infrazen.webhook_events GROUP BY state");
  EXPECT_THAT(machine().must({"journalctl", "--no-pager", "-o", "export"}),
              Not(HasSubstr(std::string(Posting::kSecret))));

  ASSERT_TRUE(service().systemctl({"disable", "--now", "infrazend-webhooks.socket"}).status.ok());
  machine().must({"systemctl", "reset-failed", "infrazend"});  // the starts so far count no more
}

TEST_F(Service, a_daemon_that_hangs_is_killed_and_started_again) {
  service().drop_in("watchdog", "WatchdogSec=3s\nRestartSec=1s\n");
  ASSERT_TRUE(service().systemctl({"restart", "infrazend"}).status.ok());
  const std::string pid = service().property("MainPID");
  machine().must({"systemctl", "kill", "--kill-who=main", "--signal=STOP", "infrazend"});
  EXPECT_TRUE(wait_until(
      [&] {
        return service().property("MainPID") != pid &&
               service().systemctl({"is-active", "infrazend"}).out == "active\n";
      },
      30s, 200ms));
  EXPECT_THAT(service().journal(), HasSubstr("Watchdog timeout"));
  EXPECT_GE(std::stoi(service().property("NRestarts")), 1);
  service().remove_drop_in("watchdog");
  ASSERT_TRUE(service().systemctl({"restart", "infrazend"}).status.ok());
  EXPECT_TRUE(wait_until(
      [&] {
        return service().infrazen({"connection", "sync", "acme", "--wait"}).status.ok();
      },
      40s, 1s));
}

TEST_F(Service, a_stop_ends_runs_within_the_graces_and_leaves_nothing) {
  service().answer_after(60s);
  Process sync = machine().start({"infrazen", "connection", "sync", "acme", "--wait"});
  ASSERT_TRUE(wait_until([&] { return service().has_process("infrazen-connec"); }, 10s, 50ms));
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(service().systemctl({"stop", "infrazend"}).status.ok());
  EXPECT_LT(std::chrono::steady_clock::now() - before, 25s) << "cancel_grace, term_grace and some time to close";
  EXPECT_EQ(service().property("Result"), "success");
  EXPECT_EQ(service().property("ExecMainStatus"), "0");
  EXPECT_THAT(service().journal(), HasSubstr("stopped after"));
  EXPECT_EQ(machine().shell("pgrep -u infrazen"), "");
  EXPECT_EQ(machine().shell("ls -d /run/infrazen /run/credentials/infrazend.service"), "");
  EXPECT_EQ(machine().shell("ls -A /var/lib/infrazen/spool"), "");
}

}  // namespace
}  // namespace iz::test
