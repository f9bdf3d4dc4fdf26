// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "fakes/s3/storage.hpp"
#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/shared_data.hpp"
#include <infrazen/decimal.hpp>

// The billing export in a bucket, read by a real infrazend with the real connector, and what is in the database then.
namespace iz::test {
namespace {

namespace json = boost::json;
using infrazen::Decimal;
using Sums = std::map<std::string, Decimal>;

constexpr const char* kSamples = "providers/samples/yandex";

std::string sample(const std::string& name) {
  std::ifstream in(shared_data(kSamples) / name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Sums sums_of(const json::value& object) {
  Sums sums;
  for (const auto& [key, value] : object.as_object())
    sums[std::string(key)] = Decimal::parse(value.as_string()).value();
  return sums;
}

class BillInABucket : public ::testing::Test {
 protected:
  BillInABucket() : daemon_(shared_cluster(), {"yandex"}) {
    server_.handle_others([this](const ReceivedRequest& request) { return bucket_.answer(request); });
    bucket_.page = 1;
    daemon_.secret("s3", std::string(S3Storage::kKeyId) + ":" + std::string(S3Storage::kSecret));
    daemon_.connection("romb",
                       "connector: yandex\nallow_plain_loopback: true\nsecrets: {static_key: s3}\n"
                       "settings: {auth: metadata, discover_endpoints: false, endpoints: {\"*\": \"" +
                           server_.url("", "localhost") +
                           "\"}, billing_bucket: billing, billing_prefix: export/}\n"
                           "streams: {inventory: false, prices: false, balance: "
                           "false, costs: {interval: 300d}}\n");
  }

  void sync() {
    if (!daemon_.running()) {
      daemon_.start();
      ASSERT_TRUE(daemon_.wait_outcome("romb", "costs", "succeeded", std::chrono::seconds(30))) << daemon_.log();
      return;
    }
    daemon_.sync("romb", "costs");
    ASSERT_TRUE(daemon_.wait_outcome("romb", "costs", "succeeded", std::chrono::seconds(30))) << daemon_.log();
  }
  Sums sums(const std::string& key, const std::string& day) const {
    Sums found;
    for (const PgRow& row : daemon_.query("SELECT coalesce(" + key +
                                          ", ''), sum(\"BilledCost\")::text FROM "
                                          "infrazen.focus_charges WHERE charge_day = '" +
                                          day + "' GROUP BY 1")) {
      found[row.at(0).value()] = Decimal::parse(row.at(1).value()).value();
    }
    return found;
  }

  HttpServer server_;
  S3Storage bucket_{"billing"};
  Infrazend daemon_;
};

constexpr const char* kResource = R"(CASE WHEN "ResourceType" = 'CVoS' THEN '' ELSE "ResourceId" END)";

TEST_F(BillInABucket, equals_what_is_expected_by_day_service_resource_team_and_folder) {
  IZ_REQUIRE_SHARED(kSamples);
  bucket_.objects["export/20261014.csv"] = sample("billing_20261014.csv");
  bucket_.objects["export/20261015.csv"] = sample("billing_20261015.csv");
  bucket_.objects["export/readme.txt"] = "not an export";
  sync();
  const json::object expected = json::parse(sample("EXPECTED.json")).as_object();
  for (const std::string day : {"2026-10-14", "2026-10-15"}) {
    SCOPED_TRACE(day);
    const json::object& want =
        expected.at("billing_" + day.substr(0, 4) + day.substr(5, 2) + day.substr(8) + ".csv").as_object();
    EXPECT_EQ(sums("\"ServiceName\"", day), sums_of(want.at("payable_by_service")));
    EXPECT_EQ(sums(kResource, day), sums_of(want.at("payable_by_resource")));
    EXPECT_EQ(sums("\"Tags\" ->> 'team'", day), sums_of(want.at("payable_by_label_team")));
    EXPECT_EQ(sums("\"SubAccountName\"", day), sums_of(want.at("payable_by_folder")));
    const json::object& focus = expected.at("focus").at(day).as_object();
    const PgRow row = daemon_
                          .query(
                              "SELECT count(*)::text, trim_scale(sum(\"BilledCost\"))::text, "
                              "trim_scale(sum(\"EffectiveCost\"))::text, trim_scale(sum(\"ListCost\"))::text, "
                              "trim_scale(sum(\"ContractedCost\"))::text, min(\"ChargePeriodStart\" AT TIME ZONE "
                              "'UTC')::text FROM infrazen.focus_charges WHERE charge_day = '" +
                              day + "'")
                          .at(0);
    EXPECT_EQ(row.at(0), std::to_string(focus.at("rows").as_int64()));
    EXPECT_EQ(row.at(1).value(), focus.at("totals").at("BilledCost").as_string());
    EXPECT_EQ(row.at(2).value(), focus.at("totals").at("EffectiveCost").as_string());
    EXPECT_EQ(row.at(3).value(), focus.at("totals").at("ListCost").as_string());
    EXPECT_EQ(row.at(4).value(), focus.at("totals").at("ContractedCost").as_string());
    const std::string start(focus.at("ChargePeriodStart").as_string());
    EXPECT_EQ(row.at(5).value(), start.substr(0, 10) + " " + start.substr(11, 8));
  }
  const auto commitments = daemon_.query(
      "SELECT charge_day::text, \"CommitmentDiscountStatus\", trim_scale(sum(\"EffectiveCost\"))::text FROM "
      "infrazen.focus_charges WHERE \"CommitmentDiscountStatus\" IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2");
  EXPECT_EQ(commitments, (PgRows{{"2026-10-14", "Used", "206.1312"},
                                 {"2026-10-15", "Unused", "51.5328"},
                                 {"2026-10-15", "Used", "154.5984"}}));
  EXPECT_EQ(daemon_.scalar("SELECT count(*) FROM infrazen.findings"), "0") << daemon_.scalar(
      "SELECT string_agg(rule || ' ' || coalesce(column_name, '') || ' ' || message, E'\\n') FROM infrazen.findings");
}

// Of what changed: resource, SKU → payable before, payable after.
using Changes = std::map<std::pair<std::string, std::string>, std::pair<Decimal, Decimal>>;

TEST_F(BillInABucket, the_later_export_replaces_the_earlier_one_and_the_changes_are_exactly_its_own) {
  IZ_REQUIRE_SHARED(kSamples);
  bucket_.objects["export/20261014.csv"] = sample("billing_20261014_early.csv");
  sync();
  const std::string early = daemon_.scalar("SELECT sum(\"BilledCost\")::text FROM infrazen.focus_charges");
  EXPECT_EQ(Decimal::parse(early), Decimal::parse("5636.842"));
  EXPECT_EQ(daemon_.scalar("SELECT count(*) FROM infrazen.cost_changes"), "0");
  bucket_.objects["export/20261014.csv"] = sample("billing_20261014.csv");
  sync();

  const json::object diff = json::parse(sample("EXPECTED.json")).as_object().at("diff_early_to_final").as_object();
  Changes want_changed;
  Changes want_new;
  for (const json::value& row : diff.at("changed_rows").as_array()) {
    want_changed[{row.at(0).as_string().c_str(), row.at(1).as_string().c_str()}] = {
        Decimal::parse(row.at(2).as_string()).value(), Decimal::parse(row.at(3).as_string()).value()};
  }
  for (const json::value& row : diff.at("new_rows").as_array()) {
    want_new[{row.at(0).as_string().c_str(), row.at(1).as_string().c_str()}] = {
        Decimal(), Decimal::parse(row.at(2).as_string()).value()};
  }
  Changes changed;
  Changes added;
  for (const PgRow& row : daemon_.query(
           "SELECT c.change, coalesce(" + std::string(kResource) +
           ", ''), \"SkuId\", coalesce(billed_cost_before, 0)::text, coalesce(billed_cost_after, 0)::text FROM "
           "infrazen.cost_changes c LEFT JOIN infrazen.focus_charges f ON f.row_hash = c.row_hash_after")) {
    ASSERT_NE(row.at(0), "gone");
    auto& [before, after] = (row.at(0) == "new" ? added : changed)[{row.at(1).value(), row.at(2).value()}];
    before += Decimal::parse(row.at(3).value()).value();
    after += Decimal::parse(row.at(4).value()).value();
  }
  EXPECT_EQ(changed, want_changed);
  EXPECT_EQ(added, want_new);
  // A row of the export is a charge; those with a grant or a refund are two.
  EXPECT_EQ(daemon_.query("SELECT change, count(*)::text FROM infrazen.cost_changes GROUP BY 1 ORDER BY 1"),
            (PgRows{{"changed", "41"}, {"new", "31"}}));
  EXPECT_EQ(
      daemon_.scalar("SELECT trim_scale(sum(coalesce(billed_cost_after, 0) - coalesce(billed_cost_before, 0)))::text "
                     "FROM infrazen.cost_changes"),
      std::string(diff.at("payable_delta").as_string()));
}

TEST_F(BillInABucket, an_export_that_did_not_change_is_listed_and_not_read) {
  bucket_.objects["export/20261014.csv"] =
      "billing_account_id,date,currency,cost,service_name,sku_id,sku_name,folder_id,pricing_quantity,pricing_unit\n"
      "acc-1,2026-10-14,RUB,1.5,Compute Cloud,sku-1,RAM,f-1,1,hour\n";
  sync();
  const auto reads = [&] { return server_.requests("/billing/export/20261014.csv").size(); };
  EXPECT_EQ(reads(), 2U);
  EXPECT_TRUE(
      server_.requests("/billing/export/20261014.csv").at(0).header("authorization").starts_with("AWS4-HMAC-SHA256"));
  sync();
  EXPECT_EQ(reads(), 2U);
  EXPECT_EQ(daemon_.scalar("SELECT trim_scale(sum(\"BilledCost\"))::text FROM infrazen.focus_charges"), "1.5");
}

TEST_F(BillInABucket, a_back_fill_reads_its_days_again_and_leaves_what_is_known) {
  const auto file = [&](const std::string& day, const std::string& cost) {
    bucket_.objects["export/202610" + day + ".csv"] =
        "billing_account_id,date,currency,cost,service_name,sku_id,sku_name,folder_id,pricing_quantity,pricing_unit\n"
        "acc-1,2026-10-" +
        day + ",RUB," + cost + ",Compute Cloud,sku-1,RAM,f-1,1,hour\n";
  };
  const auto bill = [&] {
    return daemon_.scalar(
        "SELECT string_agg(to_char(charge_day, 'DD') || '=' || trim_scale(\"BilledCost\"), ' ' ORDER BY charge_day)"
        " FROM infrazen.focus_charges");
  };
  for (const char* day : {"12", "13", "14"}) file(day, "1.5");
  sync();
  ASSERT_EQ(bill(), "12=1.5 13=1.5 14=1.5");
  const auto place = [&] {
    return daemon_.scalar(
        "SELECT concat_ws(' ', md5(cursor), md5(checkpoint), next_due, last_success) FROM infrazen.streams WHERE "
        "stream = 'costs'");
  };
  // Two days are lost. The bucket did not change, so that a regular run finds nothing to do.
  for (const char* table : {"cost_charges", "cost_buckets"})
    (void)daemon_.query("DELETE FROM infrazen." + std::string(table) +
                        " WHERE charge_day IN ('2026-10-13', '2026-10-14')");
  sync();
  ASSERT_EQ(bill(), "12=1.5");
  const std::string before = place();
  // The 13th of UTC is of the 13th and the 14th in Moscow.
  const auto filled = run({kInfrazen.string(), "--config", daemon_.config_file().string(), "connection", "sync", "romb",
                           "--stream", "costs", "--since", "2026-10-13", "--until", "2026-10-14", "--wait"});
  ASSERT_TRUE(filled.status.ok()) << filled.out << filled.err << daemon_.log();
  EXPECT_EQ(bill(), "12=1.5 13=1.5 14=1.5");
  EXPECT_EQ(place(), before);
  EXPECT_EQ(server_.requests("/billing/export/20261012.csv").size(), 2U) << "its day is not of the window";
}

}  // namespace
}  // namespace iz::test
