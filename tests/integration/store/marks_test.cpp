// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>
#include <thread>

#include <gmock/gmock.h>

#include "fakes/postgres/deaf_proxy.hpp"
#include "harness/pg_cluster.hpp"
#include "records/run_sink.hpp"
#include "store/schema/migrations.hpp"
#include "store/session/mark_session.hpp"
#include "store/streams/streams.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A stream, and rows in the table `findings` as records: any table of the daemon will do.
class Marks : public testing::Test {
 protected:
  Marks() : admin_(fresh_database()) {
    store::db_init(admin_);
    conninfo_ = shared_cluster().conninfo(pg_scalar(admin_, "SELECT current_database()"), "infrazen");
    database_ = std::make_unique<store::Database>(conninfo_);
    store::register_connection(*database_, {"c1", "acme", "simulator", "sim", "UTC", {"logs"}});
    stream_id_ = store::load_streams(*database_, "c1").at(0).stream_id;
  }

  store::StreamLease lease(std::chrono::milliseconds length = 1min) {
    return store::acquire_lease(*database_, stream_id_, store::random_uuid(), length).value();
  }
  static void record(store::MarkTransaction& tx) {
    tx.exec("INSERT INTO connector_crashes (tenant_id, connection_id, run_id) VALUES ($1, $2, 0)",
            {tx.lease().tenant_id, tx.lease().connection_id});
  }
  [[nodiscard]] std::string records() const {
    return pg_scalar(admin_, "SELECT count(*) FROM infrazen.connector_crashes");
  }
  [[nodiscard]] std::string cursor() const {
    return pg_scalar(admin_, "SELECT convert_from(cursor, 'UTF8') || '#' || mark_seq FROM infrazen.streams");
  }

  std::string admin_;
  std::string conninfo_;
  std::unique_ptr<store::Database> database_;
  std::int32_t stream_id_ = 0;
};

TEST_F(Marks, records_cursor_run_and_audit_come_together) {
  auto held = lease();
  const auto run = store::begin_run(*database_, held, {});
  store::MarkSession session(database_->conninfo());
  {
    store::MarkTransaction tx(session, held, run);
    record(tx);
    tx.commit(std::string_view("a\0b", 3), {10, 100, 0, 0}, "checkpoint");
  }
  EXPECT_EQ(held.mark_seq, 1);
  EXPECT_EQ(records(), "1");
  EXPECT_EQ(pg_scalar(admin_, "SELECT encode(cursor, 'hex') || encode(checkpoint, 'escape') FROM infrazen.streams"),
            "610062checkpoint");
  EXPECT_EQ(pg_scalar(admin_, "SELECT records || '/' || marks FROM infrazen.runs"), "10/1");
  EXPECT_EQ(pg_scalar(admin_, "SELECT object || (details ->> 'mark_seq') FROM infrazen.audit WHERE action = 'mark'"),
            "c1/logs1");
  store::release_lease(*database_, held);
  const auto next = lease();
  EXPECT_EQ(next.cursor, std::string("a\0b", 3));
  EXPECT_EQ(next.checkpoint, "checkpoint");
}

TEST_F(Marks, a_transaction_that_is_not_committed_leaves_nothing) {
  auto held = lease();
  store::MarkSession session(database_->conninfo());
  {
    store::MarkTransaction tx(session, held);
    record(tx);
  }
  EXPECT_EQ(records(), "0");
  EXPECT_EQ(cursor(), "#0");
}

TEST_F(Marks, who_lost_the_lease_can_not_commit_and_leaves_nothing) {
  auto first = lease(1ms);
  store::MarkSession one(database_->conninfo());
  store::MarkTransaction tx(one, first);
  record(tx);
  std::this_thread::sleep_for(20ms);
  auto second = lease();
  EXPECT_GT(second.epoch, first.epoch);
  EXPECT_FALSE(store::renew_lease(*database_, first, 1min));
  store::MarkSession two(database_->conninfo());
  {
    store::MarkTransaction other(two, second);
    record(other);
    other.commit("second", {});
  }
  try {
    tx.commit("first", {});
    FAIL() << "a mark without the lease";
  } catch (const records::RunError& error) {
    EXPECT_THAT(error.what(), HasSubstr("lease lost"));
  }
  EXPECT_EQ(records(), "1");
  EXPECT_EQ(cursor(), "second#1");
}

TEST_F(Marks, a_held_lease_is_not_given_to_another_owner) {
  const auto held = lease();
  store::LeaseHolder holder;
  EXPECT_FALSE(store::acquire_lease(*database_, stream_id_, store::random_uuid(), 1min, &holder).has_value());
  EXPECT_EQ(holder.owner, held.owner);
  EXPECT_TRUE(store::acquire_lease(*database_, stream_id_, held.owner, 1min).has_value())
      << "its owner may take it again";
}

TEST_F(Marks, a_commit_whose_reply_is_lost_is_known_to_have_happened) {
  DeafProxy proxy(shared_cluster().socket_dir(), shared_cluster().port());
  auto held = lease();
  store::MarkSession session(proxy.through(database_->conninfo()));
  store::MarkTransaction tx(session, held);
  record(tx);
  proxy.cut_next_commit(DeafProxy::Cut::after_commit);
  tx.commit("one", {});
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(held.mark_seq, 1);
  EXPECT_EQ(records(), "1");
  store::MarkTransaction next(session, held);  // and the stream goes on
  record(next);
  next.commit("two", {});
  EXPECT_EQ(cursor(), "two#2");
}

TEST_F(Marks, a_commit_that_never_arrived_is_known_not_to_have_happened) {
  DeafProxy proxy(shared_cluster().socket_dir(), shared_cluster().port());
  auto held = lease();
  store::MarkSession session(proxy.through(database_->conninfo()));
  store::MarkTransaction tx(session, held);
  record(tx);
  proxy.cut_next_commit(DeafProxy::Cut::before_commit);
  try {
    tx.commit("one", {});
    FAIL() << "the mark is not there";
  } catch (const records::RunError& error) {
    EXPECT_EQ(error.error_class(), static_cast<std::uint32_t>(IZ_ERR_TRANSIENT));
    EXPECT_THAT(error.what(), HasSubstr("was not written"));
  }
  EXPECT_EQ(held.mark_seq, 0);
  EXPECT_EQ(records(), "0");
}

TEST_F(Marks, a_session_lost_in_the_middle_does_not_commit_the_rest) {
  auto held = lease();
  store::MarkSession session(database_->conninfo());
  store::MarkTransaction tx(session, held);
  record(tx);
  pg_query(admin_,
           "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'infrazen' AND state = 'idle in "
           "transaction'");
  EXPECT_THROW(record(tx), records::RunError);
  EXPECT_THROW(record(tx), records::RunError);
  EXPECT_THROW(tx.commit("one", {}), records::RunError);
  EXPECT_EQ(records(), "0");
  EXPECT_EQ(cursor(), "#0");
}

TEST_F(Marks, every_type_survives_binary_copy) {
  auto held = lease();
  store::MarkSession session(database_->conninfo());
  store::MarkTransaction tx(session, held);
  tx.exec(
      "CREATE TEMPORARY TABLE t (a smallint, b integer, c bigint, d float8, e boolean, f text, g bytea, h jsonb, i "
      "uuid, "
      "j timestamptz, k date, l numeric, m int4[], n float8[], o text[], p numeric)");
  {
    auto copy = tx.copy("pg_temp.t");
    auto row = copy.row(16);
    row.i16(-2);
    row.i32(-3);
    row.i64(-4);
    row.f8(0.1);
    row.boolean(true);
    row.text("текст");
    row.bytea(std::string_view("\0\1", 2));
    row.jsonb(R"({"a": 1.50})");
    store::Uuid uuid;
    uuid.bytes[15] = 7;
    row.uuid(uuid);
    row.timestamptz(1'788'220'800'000'001);
    row.date(std::chrono::sys_days(std::chrono::year(2026) / 9 / 1));
    row.numeric(infrazen::Decimal::parse("-12345.0678").value());
    const std::int32_t ints[] = {1, -1};
    row.int4_array(ints);
    const double doubles[] = {0.5};
    row.float8_array(doubles);
    const std::string_view texts[] = {"x", {}};
    row.text_array(texts);
    row.null();
    EXPECT_EQ(copy.finish(), 1);
  }
  EXPECT_EQ(tx.exec("SELECT t::text FROM t").text(0, 0),
            "(-2,-3,-4,0.1,t,текст,\"\\\\x0001\",\"{\"\"a\"\": 1.50}\",00000000-0000-0000-0000-000000000007,"
            "\"2026-09-01 00:00:00.000001+00\",2026-09-01,-12345.0678,\"{1,-1}\",{0.5},\"{x,NULL}\",)");
  for (const char* text :
       {"0", "-0", "0.00", "1", "10000", "0.0001", "0.00001", "123456789012345678901234567890.12345678", "1e10",
        "-1.5E-3", "9999", "10000.0001", "0.10", "00012.50", "100000000"}) {
    std::string bytes;
    store::RowEncoder(bytes).numeric_text(text);
    const auto sent = tx.exec("SELECT $1::numeric = $2::text::numeric, $1::numeric::text",
                              {store::Param::binary(std::string_view(bytes).substr(4)), text});
    EXPECT_TRUE(sent.boolean(0, 0)) << text << " became " << sent.text(0, 1);
  }
}

TEST_F(Marks, a_staged_copy_reaches_a_table_with_policies) {
  auto held = lease();
  store::MarkSession session(database_->conninfo());
  store::MarkTransaction tx(session, held);
  auto copy = tx.copy_staged("crashes", "infrazen.connector_crashes", "tenant_id, connection_id, run_id");
  for (int i = 0; i < 3; ++i) {
    auto row = copy.row(3);
    row.i32(held.tenant_id);
    row.i32(held.connection_id);
    row.i64(i);
  }
  copy.finish();
  tx.exec(
      "INSERT INTO connector_crashes (tenant_id, connection_id, run_id) SELECT tenant_id, connection_id, run_id FROM "
      "iz_stage_crashes");
  tx.commit("c", {});
  EXPECT_EQ(records(), "3");
}

// A process that is stopped, or a machine that is cut off, keeps its session and with it whatever its mark had locked:
// here the very row that the successor has to update.
TEST_F(Marks, a_transaction_left_open_by_a_daemon_that_was_stopped_keeps_nobody_waiting) {
  auto stopped = lease(1ms);
  store::MarkSession session(database_->conninfo());
  store::MarkTransaction tx(session, stopped);
  record(tx);
  tx.exec("UPDATE streams SET last_error = 'locked' WHERE stream_id = $1", {stream_id_});
  std::this_thread::sleep_for(5ms);
  (void)pg_query(admin_, "ALTER ROLE infrazen SET lock_timeout = '10s'");  // a failure, where it would wait for good
  auto successor = lease();
  EXPECT_EQ(successor.epoch, stopped.epoch + 1);
  EXPECT_THROW(tx.commit("late", {}), store::LeaseLost);
  store::MarkSession asking(database_->conninfo());
  EXPECT_TRUE(store::taken_over(asking, stopped));
  EXPECT_FALSE(store::taken_over(asking, successor));
  EXPECT_EQ(records(), "0");
  (void)pg_query(admin_, "ALTER ROLE infrazen RESET lock_timeout");
}

TEST_F(Marks, a_lease_that_is_held_ends_nobodys_session) {
  auto held = lease();
  store::MarkSession session(database_->conninfo());
  store::MarkTransaction tx(session, held);
  record(tx);
  EXPECT_FALSE(store::acquire_lease(*database_, stream_id_, store::random_uuid(), 1min));
  tx.commit("kept", {});
  EXPECT_EQ(records(), "1");
}

}  // namespace
}  // namespace iz::test
