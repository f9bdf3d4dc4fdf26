// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>

#include "harness/pg_cluster.hpp"
#include "records/run_sink.hpp"
#include "store/schema/migrations.hpp"
#include "store/streams/audit.hpp"
#include "store/streams/findings.hpp"
#include "store/streams/streams.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;

class Streams : public testing::Test {
 protected:
  Streams() : admin_(fresh_database()) {
    store::db_init(admin_);
    database_ = std::make_unique<store::Database>(shared_cluster().conninfo(pg_scalar(admin_, "SELECT current_database()"), "infrazen"));
    connection_ = store::register_connection(*database_, {"c1", "acme", "simulator", "sim", "UTC", {"logs", "costs"}});
  }
  store::StreamState logs() { return store::load_streams(*database_, "c1").at(1); }
  store::StreamLease lease() { return store::acquire_lease(*database_, logs().stream_id, store::random_uuid(), 1min).value(); }

  std::string admin_;
  std::unique_ptr<store::Database> database_;
  store::ConnectionEntry connection_;
};

TEST_F(Streams, a_connection_keeps_its_tenant_and_connector) {
  EXPECT_EQ(store::register_connection(*database_, {"c1", "acme", "simulator", "sim", "Europe/Moscow", {"logs"}}).connection_id,
            connection_.connection_id);
  EXPECT_THROW(store::register_connection(*database_, {"c1", "umbrella", "simulator", "sim", "UTC", {}}), records::RunError);
  EXPECT_THROW(store::register_connection(*database_, {"c1", "acme", "yandex", "yandex", "UTC", {}}), records::RunError);
}

TEST_F(Streams, registering_again_takes_no_numbers) {
  for (int start = 0; start < 5; ++start) {
    store::register_connection(*database_, {"c1", "acme", "simulator", "sim", "UTC", {"logs", "costs"}});
  }
  const auto next = store::register_connection(*database_, {"c2", "acme", "simulator", "sim", "UTC", {"logs"}});
  EXPECT_EQ(next.connection_id, connection_.connection_id + 1);
  EXPECT_EQ(pg_scalar(admin_, "SELECT max(stream_id) - min(stream_id) FROM infrazen.streams"), "2");
}

TEST_F(Streams, a_run_leaves_its_end_in_the_stream) {
  auto held = lease();
  const auto run = store::begin_run(*database_, held, {});
  const store::Instant due{std::chrono::microseconds(1'800'000'000'123'456)};
  store::RunEnd failed;
  failed.error_class = IZ_ERR_TRANSIENT;
  failed.message = "the provider answered 503";
  failed.breaker_until = due;
  store::end_run(*database_, held, run, failed);
  auto state = logs();
  EXPECT_EQ(state.failures, 1);
  EXPECT_EQ(state.last_error, "the provider answered 503");
  EXPECT_EQ(state.breaker_until, due);
  EXPECT_FALSE(state.last_success.has_value());

  const auto again = store::begin_run(*database_, held, {});
  store::RunEnd good;
  good.next_due = due;
  store::end_run(*database_, held, again, good);
  state = logs();
  EXPECT_EQ(state.failures, 0);
  EXPECT_EQ(state.next_due, due);
  EXPECT_FALSE(state.breaker_until.has_value());
  EXPECT_TRUE(state.last_success.has_value());
}

TEST_F(Streams, runs_of_a_daemon_that_went_away_are_closed_as_lost) {
  auto held = lease();
  (void)store::begin_run(*database_, held, {});
  store::release_lease(*database_, held);
  auto next = lease();
  (void)store::begin_run(*database_, next, {});
  EXPECT_EQ(pg_scalar(admin_, "SELECT string_agg(outcome, ',' ORDER BY run_id) FROM infrazen.runs"), "lost,running");
}

TEST_F(Streams, the_fifth_crash_in_the_window_quarantines_until_an_operator_resumes) {
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(store::record_crash(*database_, connection_.connection_id, 0, 11, "SIGSEGV", 5, 10min));
  }
  EXPECT_TRUE(store::record_crash(*database_, connection_.connection_id, 0, 11, "SIGSEGV", 5, 10min));
  EXPECT_TRUE(logs().quarantined_at.has_value());
  EXPECT_EQ(logs().quarantine_reason, "SIGSEGV");
  EXPECT_TRUE(store::resume_connection(*database_, "c1", "uid:0"));
  EXPECT_FALSE(logs().quarantined_at.has_value());
  EXPECT_FALSE(store::record_crash(*database_, connection_.connection_id, 0, 11, "SIGSEGV", 5, 10min)) << "counted anew";
  EXPECT_FALSE(store::resume_connection(*database_, "nobody", "uid:0"));
}

TEST_F(Streams, pausing_is_remembered_and_audited) {
  store::set_paused(*database_, "c1", true, "uid:1000(anna)");
  EXPECT_TRUE(logs().paused);
  EXPECT_EQ(logs().paused_by, "uid:1000(anna)");
  store::set_paused(*database_, "c1", false, "uid:0(root)");
  EXPECT_FALSE(logs().paused);
  const auto audit = store::load_audit(*database_, 10);
  ASSERT_EQ(audit.size(), 2U);
  EXPECT_EQ(audit[0].action, "connection.unpause");
  EXPECT_EQ(audit[1].actor, "uid:1000(anna)");
}

TEST_F(Streams, the_audit_can_not_be_rewritten_by_the_daemon) {
  store::set_paused(*database_, "c1", true, "anna");
  const auto daemon = shared_cluster().conninfo(pg_scalar(admin_, "SELECT current_database()"), "infrazen");
  EXPECT_THROW(pg_query(daemon, "UPDATE infrazen.audit SET actor = 'nobody'"), std::runtime_error);
  EXPECT_THROW(pg_query(daemon, "DELETE FROM infrazen.audit"), std::runtime_error);
}

TEST_F(Streams, findings_of_a_failed_run_are_kept) {
  auto held = lease();
  store::Finding finding;
  finding.severity = 2;
  finding.rule = "decimal_format";
  finding.origin = "a.csv";
  finding.position = 7;
  finding.message = "no number";
  store::write_findings(*database_, held, 42, std::span(&finding, 1));
  const auto found = store::load_findings(*database_, "c1", 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].position, 7U);
  EXPECT_EQ(found[0].stream, "logs");
}

TEST_F(Streams, a_database_that_is_away_is_a_transient_error_and_comes_back) {
  PgCluster cluster;
  const auto admin = cluster.create_database("away");
  store::db_init(admin);
  store::Database database(cluster.conninfo("away", "infrazen"));
  store::register_connection(database, {"c1", "acme", "simulator", "sim", "UTC", {"logs"}});
  cluster.stop(PgStop::immediate);
  for (int i = 0; i < 2; ++i) {
    try {
      (void)store::load_streams(database);
      FAIL() << "there is no server";
    } catch (const records::RunError& error) {
      EXPECT_EQ(error.error_class(), static_cast<std::uint32_t>(IZ_ERR_TRANSIENT));
    }
  }
  cluster.start();
  EXPECT_EQ(store::load_streams(database).size(), 1U);
}

}  // namespace
}  // namespace iz::test
