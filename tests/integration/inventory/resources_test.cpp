// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "estate.hpp"

namespace iz::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> column(const PgRows& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows) out.push_back(row.front().value_or("NULL"));
  return out;
}

class Inventory : public ::testing::Test {
 protected:
  std::vector<std::string> live() {
    return column(estate.query("SELECT resource_id FROM resources WHERE is_active ORDER BY resource_id"));
  }
  std::int64_t id_of(const std::string& external_id) {
    return estate.number("SELECT id FROM resources WHERE is_active AND resource_id = '" + external_id + "'");
  }
  Estate estate;
};

TEST_F(Inventory, a_resource_has_the_required_columns) {
  estate.run()->list("folder", {resource("i-1")
                                    .set(IZ_RESOURCE_STATUS, "RUNNING")
                                    .set(IZ_RESOURCE_REGION, "ru-1")
                                    .set(IZ_RESOURCE_LIST_PRICE, "1234567.891234567")
                                    .set(IZ_RESOURCE_CURRENCY, "RUB")
                                    .set(IZ_RESOURCE_CREATED_AT, "2026-01-02T03:04:05.678Z")
                                    .set(IZ_RESOURCE_TAGS, R"({"Cost-Center":"4711","env":"prod","business_unit":"Retail"})")})
      .mark();
  const auto rows = estate.query(
      "SELECT resource_id, resource_name, provider, region, account_id, service_name, resource_type, raw_type, status, "
      "pricing_model, list_price, effective_cost, currency, billing_period, business_unit, project_id, feature_tag, "
      "cost_center, environment, created_at, last_sync IS NOT NULL, is_active FROM resources");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows[0], ElementsAre("i-1", "name of i-1", "sim", "ru-1", "acc-1", "Compute", "virtual_machine", "compute.instance",
                                   "running", std::nullopt, "1234567.891234567", std::nullopt, "RUB", std::nullopt, "Retail",
                                   std::nullopt, std::nullopt, "4711", "prod", "2026-01-02 03:04:05.678+00", "t", "t"));
  EXPECT_THAT(column(estate.query("SELECT tag_key || '=' || tag_value || ' by ' || created_by FROM resource_tags ORDER BY 1")),
              ElementsAre("Cost-Center=4711 by sim-1", "business_unit=Retail by sim-1", "env=prod by sim-1"));
}

TEST_F(Inventory, what_a_completely_listed_scope_did_not_contain_is_retired_and_kept) {
  estate.run()->list("a", {resource("1"), resource("2")}).list("b", {resource("3")}).mark();
  auto run = estate.run();
  run->list("a", {resource("1")}).mark();
  EXPECT_THAT(live(), ElementsAre("1", "3"));
  EXPECT_EQ(estate.scalar("SELECT retired_reason || ' ' || (retired_at IS NOT NULL) FROM resources WHERE resource_id = '2'"),
            "absent true");
  EXPECT_EQ(estate.number("SELECT run_id FROM resource_changes WHERE event = 'retired'"), run->id());
}

TEST_F(Inventory, a_scope_that_failed_retires_nothing) {
  estate.run()->list("a", {resource("1"), resource("2")}).mark();
  estate.run()->open("a").resources({resource("1")}, "a").mark();
  EXPECT_THAT(live(), ElementsAre("1", "2"));
}

TEST_F(Inventory, a_scope_that_was_opened_by_another_run_cannot_be_closed) {
  estate.run()->open("a").resources({resource("1"), resource("2")}, "a").mark();
  auto resumed = estate.run();
  EXPECT_THROW(resumed->close("a"), records::RunError);
  EXPECT_THROW(resumed->resources({resource("1")}, "a"), records::RunError);
}

TEST_F(Inventory, a_run_that_dies_before_its_mark_changes_nothing) {
  estate.run()->list("a", {resource("1"), resource("2")}).mark();
  estate.run()->list("a", {resource("3")});
  EXPECT_THAT(live(), ElementsAre("1", "2"));
}

TEST_F(Inventory, a_scope_may_be_listed_over_several_marks) {
  estate.run()->list("a", {resource("1"), resource("2"), resource("3")}).mark();
  auto run = estate.run();
  run->open("a").resources({resource("1")}, "a").mark();
  run->resources({resource("3").set(IZ_RESOURCE_STATUS, "new")}, "a").close("a").mark();
  EXPECT_THAT(live(), ElementsAre("1", "3"));
}

TEST_F(Inventory, an_empty_scope_that_was_listed_retires_all_of_it) {
  estate.run()->list("a", {resource("1"), resource("2")}).mark();
  estate.run()->open("a").close("a").mark();
  EXPECT_THAT(live(), IsEmpty());
}

TEST_F(Inventory, a_targeted_run_never_retires_by_absence) {
  estate.run()->list("a", {resource("1"), resource("2")}).mark();
  estate.run({.mode = IZ_SYNC_TARGETED})->list("a", {resource("1").set(IZ_RESOURCE_STATUS, "stopped")}).mark();
  EXPECT_THAT(live(), ElementsAre("1", "2"));
  EXPECT_EQ(estate.scalar("SELECT status FROM resources WHERE resource_id = '1'"), "stopped");
}

TEST_F(Inventory, a_back_fill_never_retires_by_absence) {
  using namespace std::chrono;
  estate.run()->list("a", {resource("1"), resource("2")}).mark("here");
  const store::DayWindow window{sys_days(2026y / 1 / 1), sys_days(2026y / 2 / 1)};
  estate.run({.window = window})->list("a", {resource("1"), resource("3")}).mark("there");
  EXPECT_THAT(live(), ElementsAre("1", "2", "3"));
  EXPECT_EQ(estate.scalar("SELECT convert_from(cursor, 'UTF8') FROM streams WHERE stream = 'inventory'"), "here");
  estate.run()->list("a", {resource("1"), resource("3")}).mark();
  EXPECT_THAT(live(), ElementsAre("1", "3")) << "the next listing knows what it brought";
}

TEST_F(Inventory, a_bucket_deleted_and_created_again_is_another_one) {
  estate.run()->list("a", {resource("logs", "storage.bucket")}).mark();
  const auto first = id_of("logs");
  estate.run()->open("a").close("a").mark();
  estate.run()->list("a", {resource("logs", "storage.bucket")}).mark();
  EXPECT_NE(id_of("logs"), first);
  EXPECT_EQ(estate.number("SELECT incarnation FROM resources WHERE is_active"), 2);
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources"), 2);
}

TEST_F(Inventory, another_creation_instant_is_another_incarnation_and_relations_follow) {
  auto first = estate.run();
  first->list("a", {resource("vm").set(IZ_RESOURCE_CREATED_AT, "2026-01-01T00:00:00Z"), resource("disk", "compute.disk")});
  first->push(IZ_KIND_RELATION, {Record{{{IZ_RELATION_FROM_TYPE, "compute.disk"}, {IZ_RELATION_FROM_ID, "disk"},
                                         {IZ_RELATION_TO_TYPE, "compute.instance"}, {IZ_RELATION_TO_ID, "vm"},
                                         {IZ_RELATION_RELATION, "attached_to"}}, {}}});
  first->mark();
  first.reset();
  const auto old = id_of("vm");
  estate.run()->list("a", {resource("vm").set(IZ_RESOURCE_CREATED_AT, "2026-02-01T00:00:00Z"),
                           resource("disk", "compute.disk")}).mark();
  EXPECT_NE(id_of("vm"), old);
  EXPECT_EQ(estate.scalar("SELECT retired_reason FROM resources WHERE id = " + std::to_string(old)), "recreated");
  EXPECT_EQ(estate.number("SELECT to_resource_id FROM resource_relations WHERE retired_at IS NULL"), id_of("vm"));
}

TEST_F(Inventory, a_resource_that_moved_is_not_retired_by_the_scope_it_left) {
  estate.run()->list("a", {resource("1"), resource("2")}).list("b", {}).mark();
  const auto id = id_of("2");
  estate.run()->open("a").open("b").resources({resource("2")}, "b").resources({resource("1")}, "a").close("b").close("a").mark();
  EXPECT_EQ(id_of("2"), id);
  EXPECT_EQ(estate.scalar("SELECT scope FROM resource_items i JOIN resource_scopes s ON s.id = i.scope_id "
                          "WHERE external_id = '2'"), "b");
}

TEST_F(Inventory, a_resource_found_elsewhere_after_its_scope_closed_has_moved_even_across_marks) {
  estate.run()->list("a", {resource("1"), resource("2")}).mark();
  const auto id = id_of("2");
  auto run = estate.run();
  run->list("a", {resource("1")}).mark();
  EXPECT_THAT(live(), ElementsAre("1"));
  run->list("b", {resource("2")}).mark();
  EXPECT_EQ(id_of("2"), id);
  EXPECT_THAT(column(estate.query("SELECT event FROM resource_changes ORDER BY id")), ElementsAre("retired", "returned"));
}

TEST_F(Inventory, a_reported_retirement_ends_a_resource_and_its_return_is_another_incarnation) {
  estate.run()->list("a", {resource("1"), resource("2")}).mark();
  const auto id = id_of("1");
  const Record retired{{{IZ_RETIREMENT_TYPE, "compute.instance"}, {IZ_RETIREMENT_EXTERNAL_ID, "1"}}, {}};
  estate.run()->push(IZ_KIND_RETIREMENT, {retired}).mark();
  EXPECT_THAT(live(), ElementsAre("2"));
  EXPECT_EQ(estate.scalar("SELECT retired_reason FROM resources WHERE NOT is_active"), "reported");
  // Retired and there again within one mark, with the very same row.
  estate.run()->list("a", {resource("1"), resource("2")}).mark();
  const auto second = id_of("1");
  EXPECT_NE(second, id);
  estate.run()->push(IZ_KIND_RETIREMENT, {retired}).resources({resource("1")}).mark();
  EXPECT_NE(id_of("1"), second);
  // There, then retired.
  estate.run()->resources({resource("1").set(IZ_RESOURCE_STATUS, "x")}).push(IZ_KIND_RETIREMENT, {retired}).mark();
  EXPECT_THAT(live(), ElementsAre("2"));
}

TEST_F(Inventory, changed_columns_keep_what_they_were) {
  estate.run()->list("a", {resource("1").set(IZ_RESOURCE_STATUS, "RUNNING").set(IZ_RESOURCE_CPU_CORES, "2"),
                           resource("2")}).mark();
  auto run = estate.run();
  run->list("a", {resource("1").set(IZ_RESOURCE_STATUS, "STOPPED").set(IZ_RESOURCE_CPU_CORES, "2.0"), resource("2")}).mark();
  EXPECT_THAT(column(estate.query("SELECT column_name || ': ' || old_value || ' to ' || new_value || ' in ' || run_id FROM "
                                  "resource_changes ORDER BY 1")),
              ElementsAre("raw_status: \"RUNNING\" to \"STOPPED\" in " + std::to_string(run->id()),
                          "status: \"running\" to \"stopped\" in " + std::to_string(run->id())));
}

TEST_F(Inventory, tags_follow_the_provider_but_a_persons_tag_stays) {
  estate.run()->list("a", {resource("1").set(IZ_RESOURCE_TAGS, R"({"a":"1","b":"1","owner":"x"})")}).mark();
  estate.query("UPDATE resource_tags SET source = 'operator', tag_value = 'ann', created_by = 'bob' WHERE tag_key = 'owner'");
  estate.run()->list("a", {resource("1").set(IZ_RESOURCE_TAGS, R"({"a":"2","c":"1"})")}).mark();
  EXPECT_THAT(column(estate.query("SELECT tag_key || '=' || tag_value || ' ' || created_by FROM resource_tags ORDER BY 1")),
              ElementsAre("a=2 sim-1", "c=1 sim-1", "owner=ann bob"));
}

TEST_F(Inventory, of_a_resource_that_comes_twice_the_last_row_counts_and_a_finding_says_so) {
  estate.run()->list("a", {resource("1").set(IZ_RESOURCE_STATUS, "one"), resource("2"),
                           resource("1").set(IZ_RESOURCE_STATUS, "two")}).mark();
  EXPECT_EQ(estate.scalar("SELECT status FROM resources WHERE resource_id = '1'"), "two");
  EXPECT_EQ(estate.scalar("SELECT rule || ' ' || value FROM findings"), "repeated_resource 1");
  // Back to what is stored: no change.
  estate.run()->list("a", {resource("1").set(IZ_RESOURCE_STATUS, "three"), resource("2"),
                           resource("1").set(IZ_RESOURCE_STATUS, "two")}).mark();
  EXPECT_EQ(estate.number("SELECT count(*) FROM resource_changes"), 0);
}

TEST_F(Inventory, of_a_resource_that_two_scopes_list_differently_the_last_row_counts) {
  auto run = estate.run();
  run->list("a", {resource("1").set(IZ_RESOURCE_STATUS, "one"), resource("2")});
  run->list("b", {resource("1").set(IZ_RESOURCE_STATUS, "two")}).mark();
  EXPECT_THAT(live(), ElementsAre("1", "2"));
  EXPECT_EQ(estate.scalar("SELECT status FROM resources WHERE resource_id = '1'"), "two");
}

TEST_F(Inventory, a_scope_that_is_listed_again_differently_has_its_last_rows) {
  auto run = estate.run();
  run->open("a").resources({resource("1").set(IZ_RESOURCE_STATUS, "one")}, "a");
  run->list("a", {resource("1").set(IZ_RESOURCE_STATUS, "two")}).mark();
  EXPECT_EQ(estate.scalar("SELECT status FROM resources WHERE resource_id = '1'"), "two");
}

TEST_F(Inventory, a_scope_that_is_listed_again_after_a_failure_has_no_duplicates) {
  auto run = estate.run();
  run->open("a").resources({resource("1"), resource("2")}, "a");
  run->list("a", {resource("1")}).mark();
  EXPECT_EQ(estate.number("SELECT count(*) FROM findings"), 0);
  EXPECT_THAT(live(), ElementsAre("1"));
}

TEST_F(Inventory, a_row_that_cannot_be_read_is_a_finding_and_retires_nothing) {
  estate.run()->list("a", {resource("1"), resource("2")}).mark();
  estate.run()->list("a", {resource("1").set(IZ_RESOURCE_CREATED_AT, "yesterday")}).mark();
  EXPECT_THAT(live(), ElementsAre("1"));  // readable key: there; the other one is gone
  EXPECT_EQ(estate.scalar("SELECT rule || ' ' || column_name || ' ' || value || ' ' || position FROM findings"),
            "instant_format created_at yesterday 1");
  auto nameless = resource("3");
  nameless.cells.erase(IZ_RESOURCE_EXTERNAL_ID);
  estate.run()->list("a", {nameless}).mark();
  EXPECT_THAT(live(), ElementsAre("1"));  // who was it? nobody is retired on that account
}

TEST_F(Inventory, a_price_without_currency_is_left_out_and_the_resource_goes_in) {
  estate.run()->list("a", {resource("1").set(IZ_RESOURCE_LIST_PRICE, "10")}).mark();
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources WHERE list_price IS NULL"), 1);
  EXPECT_EQ(estate.scalar("SELECT rule FROM findings"), "price_without_currency");
}

TEST_F(Inventory, an_unchanged_estate_writes_nothing) {
  std::vector<Record> things;
  for (int i = 0; i < 3000; ++i) {
    things.push_back(resource(std::to_string(i)).set(IZ_RESOURCE_TAGS, R"({"n":")" + std::to_string(i) + "\"}"));
  }
  estate.run()->list("a", things).mark();
  const std::string versions =
      "SELECT md5(string_agg(x, ',' ORDER BY x)) FROM (SELECT 'i' || id || ':' || xmin || ':' || ctid FROM resource_items UNION "
      "ALL SELECT 's' || key_hash || ':' || xmin || ':' || ctid FROM resource_sightings UNION ALL SELECT 't' || id || ':' || "
      "xmin || ':' || ctid FROM resource_tags) AS t (x)";
  estate.query("VACUUM ANALYZE");
  const auto before = estate.scalar(versions);
  estate.query("CHECKPOINT");
  auto run = estate.run();
  const auto wal = estate.scalar("SELECT pg_current_wal_insert_lsn()");
  run->list("a", things).mark();
  EXPECT_LT(estate.number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '" + wal + "')::bigint"), 200'000);
  EXPECT_EQ(estate.scalar(versions), before);
  EXPECT_EQ(estate.number("SELECT members FROM resource_scopes"), 3000);
  EXPECT_EQ(estate.number("SELECT last_complete_run FROM resource_scopes"), run->id());
}

TEST_F(Inventory, last_sync_is_when_the_scope_was_last_listed_completely) {
  estate.run()->list("a", {resource("1")}).list("b", {resource("2")}).mark();
  const std::string sync = "SELECT last_sync FROM resources WHERE resource_id = ";
  const auto one = estate.scalar(sync + "'1'");
  const auto two = estate.scalar(sync + "'2'");
  auto run = estate.run();
  run->list("a", {resource("1")}).open("b").resources({resource("2")}, "b").mark();
  EXPECT_GT(estate.scalar(sync + "'1'"), one);
  EXPECT_EQ(estate.scalar(sync + "'2'"), two);
}

TEST_F(Inventory, two_connections_that_list_the_same_resource_share_it_until_both_no_longer_do) {
  estate.run({.connection = "one"})->list("a", {resource("1")}).mark();
  estate.run({.connection = "two"})->list("z", {resource("1")}).mark();
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources"), 1);
  estate.run({.connection = "one"})->open("a").close("a").mark();
  EXPECT_THAT(live(), ElementsAre("1"));
  estate.run({.connection = "two"})->open("z").close("z").mark();
  EXPECT_THAT(live(), IsEmpty());
}

TEST_F(Inventory, tenants_have_resources_of_their_own) {
  estate.run({.connection = "one", .tenant = "x"})->list("a", {resource("1")}).mark();
  estate.run({.connection = "two", .tenant = "y"})->list("a", {resource("1")}).mark();
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources WHERE is_active"), 2);
}

TEST_F(Inventory, the_same_id_in_another_account_or_of_another_type_is_another_resource) {
  estate.run()->list("a", {resource("1", "disk", "x"), resource("1", "disk", "y"), resource("1", "vm", "x")}).mark();
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources WHERE is_active"), 3);
}

TEST_F(Inventory, keys_of_the_greatest_length_fit) {
  const std::string longest(1024, 'k');
  estate.run()->list("a", {resource(longest, longest, longest).set(IZ_RESOURCE_NAME, longest)}).mark();
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources"), 1);
}

}  // namespace
}  // namespace iz::test
