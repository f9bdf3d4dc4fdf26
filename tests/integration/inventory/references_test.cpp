// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "estate.hpp"

// Records of other kinds that name a resource by type and external id: before, with and after the inventory.
namespace iz::test {
namespace {

using ::testing::ElementsAre;

Record log_of(const std::string& id, const std::string& message, const std::string& at = "2026-03-01T10:00:00Z") {
  return Record{{{IZ_LOG_RESOURCE_TYPE, "compute.instance"}, {IZ_LOG_EXTERNAL_ID, id}, {IZ_LOG_TIMESTAMP, at},
                 {IZ_LOG_LOG_TYPE, "system"}, {IZ_LOG_MESSAGE, message}},
                {}};
}

class References : public ::testing::Test {
 protected:
  Estate estate;
  void logs(const std::vector<Record>& rows, const std::string& connection = "sim-1") {
    estate.run({.connection = connection, .stream = "logs"})->push(IZ_KIND_LOG, rows).mark();
  }
  void inventory(const std::vector<Record>& rows, const std::string& connection = "sim-1") {
    estate.run({.connection = connection})->list("a", rows).mark();
  }
};

TEST_F(References, logs_before_the_inventory_get_a_placeholder_that_the_inventory_adopts) {
  logs({log_of("i-1", "boot")});
  EXPECT_THAT(estate.query("SELECT resource_id, is_placeholder, status, is_active FROM resources"),
              ElementsAre(ElementsAre("i-1", "t", "unknown", "t")));
  const auto id = estate.scalar("SELECT id FROM resources");
  inventory({resource("i-1")});
  EXPECT_THAT(estate.query("SELECT id, resource_name, account_id, is_placeholder FROM resources"),
              ElementsAre(ElementsAre(id, "name of i-1", "acc-1", "f")));
  EXPECT_EQ(estate.scalar("SELECT event FROM resource_changes"), "adopted");
  logs({log_of("i-1", "later")});
  EXPECT_EQ(estate.number("SELECT count(DISTINCT resource_id) FROM resource_logs"), 1);
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources"), 1);
  inventory({resource("i-1")});  // known now
  EXPECT_EQ(estate.number("SELECT count(*) FROM resource_changes"), 1);
}

TEST_F(References, logs_of_a_resource_in_the_inventory_are_its_own) {
  inventory({resource("i-1")});
  logs({log_of("i-1", "boot"), log_of("i-1", "ready")});
  EXPECT_EQ(estate.number("SELECT count(*) FROM resource_logs l JOIN resources r ON r.id = l.resource_id "
                          "WHERE r.resource_id = 'i-1'"), 2);
}

TEST_F(References, late_logs_of_a_retired_resource_stay_with_it_and_new_ones_go_to_its_successor) {
  inventory({resource("i-1")});
  inventory({});
  logs({log_of("i-1", "last words")});
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources"), 1);
  inventory({resource("i-1")});
  logs({log_of("i-1", "hello again")});
  EXPECT_THAT(estate.query("SELECT l.log_message, r.incarnation FROM resource_logs l JOIN resources r ON r.id = l.resource_id "
                           "ORDER BY 2"),
              ElementsAre(ElementsAre("last words", "1"), ElementsAre("hello again", "2")));
}

TEST_F(References, an_inventory_and_its_logs_at_the_same_moment_make_one_resource_each) {
  for (int round = 0; round < 8; ++round) {
    std::vector<Record> things;
    std::vector<Record> lines;
    for (int i = 0; i < 50; ++i) {
      const std::string id = std::to_string(round) + "-" + std::to_string(i);
      things.push_back(resource(id));
      lines.push_back(log_of(id, "x"));
    }
    auto listing = estate.run();
    listing->resources(things);
    auto logging = estate.run({.stream = "logs"});
    logging->push(IZ_KIND_LOG, lines);
    std::thread other([&logging] { logging->mark(); });
    listing->mark();
    other.join();
  }
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources"), 400);
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources WHERE is_placeholder"), 0);
}

TEST_F(References, the_same_id_of_another_connection_is_another_resource) {
  inventory({resource("www", "compute.instance", "login-1")}, "one");
  logs({log_of("www", "x")}, "two");
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources"), 2);
  inventory({resource("www", "compute.instance", "login-2")}, "two");
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources"), 2);
  EXPECT_EQ(estate.scalar("SELECT account_id FROM resource_logs l JOIN resources r ON r.id = l.resource_id"), "login-2");
}

TEST_F(References, an_event_id_is_stored_once_whenever_it_comes_and_whatever_time_it_then_has) {
  auto event = log_of("i-1", "alarm").set(IZ_LOG_EVENT_ID, "e-1");
  logs({event, event, log_of("i-1", "no id"), log_of("i-1", "no id")});
  logs({event, log_of("i-1", "alarm", "2026-03-02T10:00:00Z").set(IZ_LOG_EVENT_ID, "e-1"),
        log_of("i-1", "other").set(IZ_LOG_EVENT_ID, "e-2")});
  EXPECT_THAT(estate.query("SELECT log_message, count(*) FROM resource_logs GROUP BY 1 ORDER BY 1"),
              ElementsAre(ElementsAre("alarm", "1"), ElementsAre("no id", "2"), ElementsAre("other", "1")));
  logs({event}, "another");
  EXPECT_EQ(estate.number("SELECT count(*) FROM resource_logs WHERE event_id = 'e-1'"), 2);
}

TEST_F(References, a_log_may_be_about_the_connection_and_every_day_has_its_partition) {
  Record plain = log_of("", "quota reached", "2025-12-31T23:59:59.999999Z");
  plain.cells.erase(IZ_LOG_RESOURCE_TYPE);
  plain.cells.erase(IZ_LOG_EXTERNAL_ID);
  plain.set(IZ_LOG_LEVEL, "warning").set(IZ_LOG_SOURCE, "billing").set(IZ_LOG_METADATA, R"({"limit":5})");
  logs({plain, log_of("i-1", "next", "2026-01-01T00:00:00Z")});
  EXPECT_THAT(estate.query("SELECT resource_id, log_type, log_level, log_message, log_source, \"timestamp\", metadata FROM "
                           "resource_logs WHERE resource_id IS NULL"),
              ElementsAre(ElementsAre(std::nullopt, "system", "warning", "quota reached", "billing",
                                      "2025-12-31 23:59:59.999999+00", "{\"limit\": 5}")));
  EXPECT_EQ(estate.number("SELECT count(DISTINCT tableoid) FROM resource_logs"), 2);
}

TEST_F(References, a_log_from_the_future_or_with_half_a_key_is_rejected) {
  auto half = log_of("i-1", "x");
  half.cells.erase(IZ_LOG_RESOURCE_TYPE);
  logs({log_of("i-1", "x", "2190-01-01T00:00:00Z"), half});
  EXPECT_EQ(estate.number("SELECT count(*) FROM resource_logs"), 0);
  EXPECT_THAT(estate.query("SELECT rule FROM findings ORDER BY 1"), ElementsAre(ElementsAre("half_a_key"), ElementsAre("in_the_future")));
}

Record component(const std::string& resource_id, const std::string& name, const std::string& version) {
  return Record{{{IZ_COMPONENT_RESOURCE_TYPE, "compute.instance"}, {IZ_COMPONENT_EXTERNAL_ID, resource_id},
                 {IZ_COMPONENT_COMPONENT_TYPE, "software"}, {IZ_COMPONENT_NAME, name}, {IZ_COMPONENT_VERSION, version},
                 {IZ_COMPONENT_DEPENDENCIES, "[\"libc6\"]"}},
                {}};
}

class Components : public References {
 protected:
  void components(const std::vector<Record>& rows) {
    auto run = estate.run({.stream = "components"});
    run->open("hosts", IZ_KIND_COMPONENT);
    run->push(IZ_KIND_COMPONENT, rows, "hosts");
    run->close("hosts", IZ_KIND_COMPONENT).mark();
  }
  PgRows present() {
    return estate.query("SELECT r.resource_id, component_name, component_version FROM resource_components c JOIN resources r ON "
                        "r.id = c.resource_id WHERE c.retired_at IS NULL ORDER BY 1, 2");
  }
};

TEST_F(Components, what_is_no_longer_listed_is_removed_and_may_come_back) {
  components({component("i-1", "nginx", "1.22"), component("i-1", "redis", "7.0")});
  components({component("i-1", "nginx", "1.24")});
  EXPECT_THAT(present(), ElementsAre(ElementsAre("i-1", "nginx", "1.24")));
  EXPECT_EQ(estate.scalar("SELECT component_status FROM resource_components WHERE component_name = 'redis'"), "removed");
  components({component("i-1", "nginx", "1.24"), component("i-1", "redis", "7.0")});
  EXPECT_EQ(present().size(), 2U);
  EXPECT_EQ(estate.number("SELECT count(*) FROM resource_components"), 2);
}

TEST_F(Components, unchanged_ones_are_not_written) {
  components({component("i-1", "nginx", "1.22"), component("i-2", "nginx", "1.22")});
  const auto versions = estate.query("SELECT xmin, ctid FROM resource_components ORDER BY id");
  components({component("i-1", "nginx", "1.22"), component("i-2", "nginx", "1.22")});
  EXPECT_EQ(estate.query("SELECT xmin, ctid FROM resource_components ORDER BY id"), versions);
}

TEST_F(Components, a_new_incarnation_starts_without_the_software_of_the_old_one) {
  inventory({resource("i-1").set(IZ_RESOURCE_CREATED_AT, "2026-01-01T00:00:00Z")});
  components({component("i-1", "nginx", "1.22")});
  inventory({resource("i-1").set(IZ_RESOURCE_CREATED_AT, "2026-02-01T00:00:00Z")});
  EXPECT_EQ(present().size(), 0U);
  components({component("i-1", "nginx", "1.22")});
  EXPECT_EQ(estate.number("SELECT r.incarnation FROM resource_components c JOIN resources r ON r.id = c.resource_id "
                          "WHERE c.retired_at IS NULL"), 2);
}

Record relation(const std::string& from, const std::string& to, const std::string& word = "attached_to") {
  return Record{{{IZ_RELATION_FROM_TYPE, "compute.disk"}, {IZ_RELATION_FROM_ID, from}, {IZ_RELATION_TO_TYPE, "compute.instance"},
                 {IZ_RELATION_TO_ID, to}, {IZ_RELATION_RELATION, word}},
                {}};
}

TEST_F(References, relations_have_scopes_of_their_own) {
  const auto relate = [this](const std::vector<Record>& rows, bool complete) {
    auto run = estate.run();
    run->open("a", IZ_KIND_RELATION);
    run->push(IZ_KIND_RELATION, rows, "a");
    if (complete) run->close("a", IZ_KIND_RELATION);
    run->mark();
  };
  inventory({resource("vm"), resource("d-1", "compute.disk"), resource("d-2", "compute.disk")});
  const std::string live = "SELECT f.resource_id, relation, t.resource_id FROM resource_relations r JOIN resources f ON f.id = "
                           "from_resource_id JOIN resources t ON t.id = to_resource_id WHERE r.retired_at IS NULL ORDER BY 1";
  relate({relation("d-1", "vm"), relation("d-2", "vm")}, true);
  EXPECT_THAT(estate.query(live), ElementsAre(ElementsAre("d-1", "attached_to", "vm"), ElementsAre("d-2", "attached_to", "vm")));
  relate({relation("d-1", "vm")}, false);
  EXPECT_EQ(estate.query(live).size(), 2U);
  relate({relation("d-1", "vm")}, true);
  EXPECT_THAT(estate.query(live), ElementsAre(ElementsAre("d-1", "attached_to", "vm")));
  relate({relation("d-1", "vm"), relation("d-2", "elsewhere")}, true);
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources WHERE is_placeholder"), 1);
  EXPECT_EQ(estate.number("SELECT count(*) FROM resources WHERE NOT is_active"), 0);
}

}  // namespace
}  // namespace iz::test
