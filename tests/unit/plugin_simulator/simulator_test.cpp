// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include <infrazen/decimal.hpp>
#include <infrazen/testkit/host.hpp>

extern "C" const iz_module infrazen_module_v1;

namespace {

using infrazen::Decimal;
using infrazen::Kind;
using infrazen::testkit::Ask;
using infrazen::testkit::Recording;
using infrazen::testkit::Row;

struct simulator : testing::Test {
  simulator() {
    // A month long enough for incidents, births and deletions.
    set("resources", "400").set("growth", "0.5").set("churn", "0.3").set("now", "2026-09-20T10:00:00Z");
    set("since", "2026-07-01");
  }
  simulator& set(const char* name, const char* value) {
    host_.setting(name, value);
    return *this;
  }
  Recording run(const Ask& ask) {
    Recording recording = host_.sync(infrazen_module_v1, ask);
    EXPECT_EQ(recording.message, "");
    EXPECT_EQ(recording.problems, std::vector<std::string>());
    EXPECT_EQ(recording.discarded, 0u);
    return recording;
  }
  Recording run(const char* stream, std::string cursor = "") {
    return run({.stream = stream, .cursor = std::move(cursor)});
  }

  static std::set<std::string> ids(const Recording& recording) {
    std::set<std::string> found;
    for (const Row& row : recording.of(Kind::resource)) found.insert(row["external_id"]);
    return found;
  }
  static Decimal number(const std::string& text) { return Decimal::parse(text).value(); }

  infrazen::testkit::Host host_;
};

TEST_F(simulator, the_same_seed_and_time_give_the_same_records_in_every_stream) {
  for (const char* stream :
       {"inventory", "costs", "metrics", "logs", "components", "prices", "rates", "balance", "documents"}) {
    set("resources", "120").set("history_days", "3").set("metrics_days", "1").set("seed", "1");
    const Recording first = run(stream), second = run(stream);
    set("seed", "2");
    const Recording other = run(stream);
    EXPECT_FALSE(first.rows.empty() && first.segments.empty() && std::string(stream) != "documents") << stream;
    ASSERT_EQ(first.rows.size(), second.rows.size()) << stream;
    bool equal = first.rows.size() == other.rows.size();
    for (std::size_t i = 0; i < first.rows.size(); ++i) {
      EXPECT_EQ(first.rows[i].cells, second.rows[i].cells);
      equal = equal && first.rows[i].cells == other.rows[i].cells;
    }
    ASSERT_EQ(first.segments.size(), second.segments.size());
    for (std::size_t i = 0; i < first.segments.size(); ++i) {
      EXPECT_EQ(first.segments[i].points.back().value, second.segments[i].points.back().value);
      equal = equal && i < other.segments.size() &&
              first.segments[i].points.back().value == other.segments[i].points.back().value;
    }
    const std::string name = stream;
    EXPECT_EQ(equal, name == "prices" || name == "documents") << stream << ": the seed changes nothing";
  }
}

TEST_F(simulator, every_folder_is_a_scope_that_is_completed) {
  const Recording inventory = run("inventory");
  for (const char* folder : {"acc-1/folder-1", "acc-2/folder-1", "acc-3/folder-4"}) {
    EXPECT_TRUE(inventory.completed(Kind::resource, folder));
    EXPECT_TRUE(inventory.completed(Kind::relation, folder));
  }
  for (const Row& row : inventory.of(Kind::resource)) EXPECT_EQ(row.scope, row["project_id"]);
  EXPECT_EQ(inventory.of(Kind::account).size(), 3u + 3 * 4);
  EXPECT_EQ(inventory.of(Kind::resource).front().cells.size() >= 26, true);
}

TEST_F(simulator, relations_join_resources_of_the_inventory) {
  const Recording inventory = run("inventory");
  const auto known = ids(inventory);
  std::map<std::string, int> kinds;
  for (const Row& row : inventory.of(Kind::relation)) {
    EXPECT_TRUE(known.contains(row["from_id"]) && known.contains(row["to_id"]));
    ++kinds[row["relation"]];
  }
  EXPECT_EQ(kinds.size(), 4u);
}

TEST_F(simulator, resources_are_born_and_deleted_as_time_goes_by) {
  const auto before = ids(run("inventory"));
  set("now", "2026-10-20T10:00:00Z");
  const auto after = ids(run("inventory"));
  int born = 0, deleted = 0;
  for (const auto& id : after) born += before.contains(id) ? 0 : 1;
  for (const auto& id : before) deleted += after.contains(id) ? 0 : 1;
  EXPECT_GT(born, 50);
  EXPECT_GT(deleted, 50);
}

TEST_F(simulator, there_is_waste_to_find) {
  const Recording inventory = run("inventory");
  int detached = 0, untagged = 0;
  for (const Row& row : inventory.of(Kind::resource)) {
    detached += row["status"] == "DETACHED" ? 1 : 0;
    untagged += row["tags"].find("cost_center") == std::string::npos ? 1 : 0;
  }
  EXPECT_GT(detached, 3);
  EXPECT_GT(untagged, 20);
}

TEST_F(simulator, a_run_changes_the_share_it_was_told_to_and_no_more) {
  set("resources", "4000").set("growth", "0").set("churn", "0").set("changed_fraction", "0.01");
  Recording last = run("inventory");
  for (int generation = 1; generation < 4; ++generation) {
    Recording next = run("inventory", last.cursors.back());
    int changed = 0;
    const auto old_rows = last.of(Kind::resource), new_rows = next.of(Kind::resource);
    ASSERT_EQ(old_rows.size(), 4000u);
    ASSERT_EQ(new_rows.size(), old_rows.size());
    for (std::size_t i = 0; i < old_rows.size(); ++i) changed += old_rows[i].cells == new_rows[i].cells ? 0 : 1;
    EXPECT_NEAR(changed, 40, 2);
    last = std::move(next);
  }
}

TEST_F(simulator, as_many_columns_travel_as_the_setting_says) {
  set("columns", "8");
  for (const Row& row : run("inventory").of(Kind::resource)) EXPECT_EQ(row.cells.size(), 8u);
}

TEST_F(simulator, an_invoice_is_the_sum_of_its_months_charges) {
  set("resources", "350").set("history_days", "80");
  std::map<std::string, Decimal> months;
  for (const Row& row : run("costs").of(Kind::charge)) {
    EXPECT_EQ(row.scope, row["BillingAccountId"] + "/" + row["BillingPeriodStart"].substr(0, 7));
    months[row["BillingAccountId"] + "-" + row["BillingPeriodStart"].substr(0, 7)] += number(row["BilledCost"]);
  }
  const Recording documents = run("documents");
  ASSERT_EQ(documents.rows.size(), 3u * 2);
  for (const Row& row : documents.rows) {
    EXPECT_EQ(number(row["amount"]), months.at(row["number"]).rounded(2, infrazen::Rounding::half_up)) << row["number"];
  }
}

TEST_F(simulator, charges_of_a_day_add_up_however_many_there_are) {
  set("resources", "100");
  const auto total = [&] {
    Decimal sum;
    for (const Row& row : run("costs").of(Kind::charge)) sum += number(row["EffectiveCost"]);
    return sum;
  };
  const Decimal daily = total();
  set("charges_per_day", "7");
  EXPECT_EQ(total(), daily);
}

TEST_F(simulator, a_settled_month_is_not_sent_again) {
  set("resources", "150");
  const Recording first = run("costs");
  EXPECT_TRUE(first.completed(Kind::charge, "acc-1/2026-08"));
  const Recording second = run("costs", first.cursors.back());
  EXPECT_FALSE(second.completed(Kind::charge, "acc-1/2026-08"));
  EXPECT_TRUE(second.completed(Kind::charge, "acc-1/2026-09"));
  EXPECT_EQ(second.rows.front()["ChargeStatus"], "estimated");
  // Two days into a new month the old one is still open.
  set("now", "2026-10-02T10:00:00Z");
  EXPECT_TRUE(run("costs", second.cursors.back()).completed(Kind::charge, "acc-1/2026-09"));
}

TEST_F(simulator, metrics_go_on_where_the_cursor_says_without_gap_or_overlap) {
  set("resources", "100").set("growth", "0").set("churn", "0").set("metrics_days", "1");
  const Recording first = run("metrics");
  set("now", "2026-09-20T12:00:00Z");
  const Recording second = run("metrics", first.cursors.back());
  std::map<std::string, std::vector<infrazen::Micros>> series;
  for (const Recording* recording : {&first, &second}) {
    for (const auto& segment : recording->segments) {
      for (const auto& point : segment.points) series[segment.external_id + segment.metric_name].push_back(point.at);
    }
  }
  EXPECT_GT(series.size(), 200u);
  for (const auto& [name, points] : series) {
    EXPECT_EQ(points.size(), 36u * 60) << name;
    for (std::size_t i = 1; i < points.size(); ++i)
      ASSERT_EQ(points[i] - points[i - 1], std::chrono::minutes(1)) << name;
  }
}

TEST_F(simulator, a_load_generator_delivers_the_points_it_was_asked_for) {
  set("resources", "500")
      .set("series_per_resource", "20")
      .set("points_per_run", "60")
      .set("growth", "0")
      .set("churn", "0");
  const Recording first = run("metrics");
  EXPECT_EQ(first.segments.size(), 10'000u);
  std::set<std::string> names;
  for (const auto& segment : first.segments) {
    ASSERT_EQ(segment.points.size(), 60u);
    names.insert(segment.external_id + ' ' + segment.metric_name);
  }
  EXPECT_EQ(names.size(), 10'000u);
  EXPECT_EQ(run("metrics", first.cursors.back()).segments.front().points.front().at,
            first.segments.front().points.back().at + std::chrono::minutes(1));
}

TEST_F(simulator, values_have_two_decimals_unless_every_digit_is_asked_for) {
  set("points_per_run", "60").set("metrics_days", "1");
  const auto odd = [this] {
    std::size_t count = 0;
    for (const auto& segment : run("metrics").segments) {
      for (const auto& point : segment.points) {
        const double hundredths = point.value * 100;
        count += std::abs(hundredths - std::round(hundredths)) > 1e-9 * std::max(1.0, std::abs(hundredths)) ? 1 : 0;
      }
    }
    return count;
  };
  EXPECT_EQ(odd(), 0u);
  set("full_doubles", "true");
  EXPECT_GT(odd(), 10'000u);
}

TEST_F(simulator, office_machines_work_by_day_and_rest_at_the_weekend) {
  set("resources", "100")
      .set("metrics_days", "14")
      .set("incidents", "0")
      .set("waste", "0")
      .set("series_per_resource", "1");
  double weekday = 0, weekend = 0;
  int weekdays = 0, weekends = 0;
  for (const auto& segment : run("metrics").segments) {
    if (segment.resource_type != "compute.instance") continue;
    for (const auto& point : segment.points) {
      const auto day = std::chrono::floor<std::chrono::days>(point.at);
      const auto hour = std::chrono::duration_cast<std::chrono::hours>(point.at - day).count();
      if (hour != 9) continue;  // noon in Moscow
      const std::chrono::weekday name(day);
      const bool rest = name == std::chrono::Saturday || name == std::chrono::Sunday;
      (rest ? weekend : weekday) += point.value;
      ++(rest ? weekends : weekdays);
    }
  }
  EXPECT_GT(weekday / weekdays, 3 * weekend / weekends);
}

TEST_F(simulator, a_targeted_run_sends_the_one_and_retires_what_is_gone) {
  const Recording inventory = run("inventory");
  const std::string present = *ids(inventory).begin();
  const Recording targeted = run({.stream = "inventory",
                                  .mode = IZ_SYNC_TARGETED,
                                  .cursor = inventory.cursors.back(),
                                  .targets = {{"", present}, {"compute.instance", "vm-09999900"}}});
  ASSERT_EQ(targeted.of(Kind::resource).size(), 1u);
  EXPECT_EQ(targeted.of(Kind::resource).front().cells, inventory.row(Kind::resource, "external_id", present).cells);
  ASSERT_EQ(targeted.of(Kind::retirement).size(), 1u);
  EXPECT_TRUE(targeted.scopes.empty());
  EXPECT_EQ(targeted.cursors.back(), inventory.cursors.back());
}

TEST_F(simulator, events_are_drawn_once_whatever_the_runs) {
  const Recording whole = run("logs");
  set("now", "2026-09-19T23:17:05Z");
  const Recording first = run("logs");
  set("now", "2026-09-20T10:00:00Z");
  const Recording second = run("logs", first.cursors.back());
  std::set<std::string> ids, parts;
  for (const Row& row : whole.rows) ids.insert(row["event_id"] + row["timestamp"]);
  EXPECT_EQ(ids.size(), whole.rows.size());
  for (const Recording* recording : {&first, &second}) {
    for (const Row& row : recording->rows) {
      EXPECT_TRUE(parts.insert(row["event_id"] + row["timestamp"]).second);
    }
  }
  for (const auto& id : ids) EXPECT_TRUE(parts.contains(id));
}

TEST_F(simulator, a_cancelled_run_ends_as_cancelled) {
  set("resources", "30000");
  host_.cancel_after(1000);
  const Recording recording = host_.sync(infrazen_module_v1, {.stream = "inventory"});
  EXPECT_EQ(recording.error_class, std::uint32_t{IZ_ERR_CANCELLED});
}

TEST_F(simulator, a_setting_out_of_range_is_a_config_error_that_names_it) {
  set("regions", "7");
  const Recording recording = host_.sync(infrazen_module_v1, {.stream = "inventory"});
  EXPECT_EQ(recording.error_class, std::uint32_t{IZ_ERR_CONFIG});
  EXPECT_NE(recording.message.find("regions"), std::string::npos);
  EXPECT_EQ(host_.check(infrazen_module_v1).verdicts.front().verdict, IZ_CHECK_FAILED);
}

}  // namespace
