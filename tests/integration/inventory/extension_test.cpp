// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "estate.hpp"

// <provider>_resources, made from manifests.
namespace iz::test {
namespace {

using records::ColumnType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Extension : public ::testing::Test {
 protected:
  Extension() {
    estate.manifest.extension_columns = {{"flavor", ColumnType::text, "size"}, {"cores", ColumnType::integer, ""},
                                         {"price", ColumnType::decimal, ""},   {"preemptible", ColumnType::boolean, ""},
                                         {"born", ColumnType::instant, ""},    {"ip_addresses", ColumnType::json, ""}};
  }
  std::string refusal(const std::function<void()>& what) {
    try {
      what();
    } catch (const records::RunError& error) {
      EXPECT_EQ(error.error_class(), static_cast<std::uint32_t>(IZ_ERR_CONFIG));
      return error.what();
    }
    return "nothing";
  }
  Estate estate;
};

TEST_F(Extension, the_manifests_columns_become_a_table_of_the_provider) {
  estate.run()->list("a", {resource("1").extend("flavor", "m1 \"x\"").extend("cores", "4").extend("price", "0.100000000000000001")
                               .extend("preemptible", "true").extend("born", "2026-01-01T00:00:00Z")
                               .extend("ip_addresses", R"(["10.0.0.1"])"),
                           resource("2")}).mark();
  EXPECT_THAT(estate.query("SELECT r.resource_id, flavor, cores, price, preemptible, born, ip_addresses FROM sim_resources e JOIN "
                           "resources r ON r.id = e.resource_id ORDER BY 1"),
              ElementsAre(ElementsAre("1", "m1 \"x\"", "4", "0.100000000000000001", "t", "2026-01-01 00:00:00+00",
                                      "[\"10.0.0.1\"]"),
                          ElementsAre("2", std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt)));
}

TEST_F(Extension, changes_of_extension_columns_are_kept_too) {
  estate.run()->list("a", {resource("1").extend("flavor", "small").extend("price", "1.50")}).mark();
  estate.run()->list("a", {resource("1").extend("flavor", "large").extend("price", "1.5")}).mark();
  EXPECT_THAT(estate.query("SELECT column_name, old_value, new_value FROM resource_changes"),
              ElementsAre(ElementsAre("flavor", "\"small\"", "\"large\"")));
  EXPECT_EQ(estate.scalar("SELECT flavor FROM sim_resources"), "large");
}

TEST_F(Extension, a_column_that_a_newer_connector_declares_is_added_and_filled_for_unchanged_resources) {
  estate.run()->list("a", {resource("1").extend("flavor", "small").extend("zone_kind", "hot")}).mark();
  EXPECT_EQ(estate.scalar("SELECT rule || ' ' || column_name FROM findings"), "undeclared_column zone_kind");
  estate.manifest.extension_columns.push_back({"zone_kind", ColumnType::text, ""});
  estate.run()->list("a", {resource("1").extend("flavor", "small").extend("zone_kind", "hot")}).mark();
  EXPECT_EQ(estate.scalar("SELECT flavor || ' ' || zone_kind FROM sim_resources"), "small hot");
}

TEST_F(Extension, a_value_of_the_wrong_type_is_left_out_and_named) {
  estate.run()->list("a", {resource("1").extend("flavor", "small").extend("cores", "many")}).mark();
  EXPECT_EQ(estate.scalar("SELECT flavor || ' ' || (cores IS NULL) FROM sim_resources"), "small true");
  EXPECT_EQ(estate.scalar("SELECT rule || ' ' || column_name || ' ' || value FROM findings"), "integer_format cores many");
}

TEST_F(Extension, a_second_connector_cannot_claim_the_table) {
  estate.run()->list("a", {resource("1")}).mark();
  estate.manifest.id = "impostor";
  EXPECT_THAT(refusal([this] { estate.run({.connection = "other"})->list("a", {resource("1")}); }),
              HasSubstr("infrazen.sim_resources belongs to connector \"simulator\""));
}

TEST_F(Extension, a_column_never_changes_its_type) {
  estate.run()->list("a", {resource("1")}).mark();
  estate.manifest.extension_columns[1].type = ColumnType::text;
  EXPECT_THAT(refusal([this] { estate.run()->list("a", {resource("1")}); }), HasSubstr("sim_resources.cores is integer"));
}

TEST_F(Extension, what_the_manifest_calls_sensitive_is_hidden_wherever_it_would_be_kept) {
  estate.manifest.sensitive_fields = {"attributes.login.password", "tags.secret", "metadata.token", "attributes.list.x"};
  estate.run()->list("a", {resource("1").set(IZ_RESOURCE_ATTRIBUTES, R"({"login":{"user":"u","password":"p1"},"list":[1]})")
                               .set(IZ_RESOURCE_TAGS, R"({"secret":"s","env":"prod"})")}).mark();
  estate.run()->list("a", {resource("1").set(IZ_RESOURCE_ATTRIBUTES, R"({"login":{"user":"u","password":"p2"},"list":[1]})")
                               .set(IZ_RESOURCE_TAGS, R"({"secret":"s","env":"prod"})")}).mark();
  estate.run()->push(IZ_KIND_LOG, {Record{{{IZ_LOG_TIMESTAMP, "2026-01-01T00:00:00Z"}, {IZ_LOG_LOG_TYPE, "audit"},
                                           {IZ_LOG_MESSAGE, "m"}, {IZ_LOG_METADATA, R"({"token":"t","a":1})"}}, {}}}).mark();
  EXPECT_EQ(estate.scalar("SELECT attributes FROM resources"),
            R"j({"list": [1], "login": {"user": "u", "password": "(hidden)"}})j");
  EXPECT_EQ(estate.scalar("SELECT tag_value FROM resource_tags WHERE tag_key = 'secret'"), "(hidden)");
  EXPECT_EQ(estate.scalar("SELECT metadata FROM resource_logs"), R"j({"a": 1, "token": "(hidden)"})j");
  EXPECT_EQ(estate.number("SELECT count(*) FROM resource_changes"), 0);
}

TEST_F(Extension, names_that_could_hurt_are_refused) {
  estate.manifest.extension_columns = {{"tenant_id", ColumnType::text, ""}};
  EXPECT_THAT(refusal([this] { estate.run()->list("a", {resource("1")}); }), HasSubstr("\"tenant_id\""));
  estate.manifest.extension_columns = {{"x\"; DROP TABLE runs; --", ColumnType::text, ""}};
  EXPECT_THAT(refusal([this] { estate.run()->list("a", {resource("1")}); }), HasSubstr("is not allowed"));
}

}  // namespace
}  // namespace iz::test
