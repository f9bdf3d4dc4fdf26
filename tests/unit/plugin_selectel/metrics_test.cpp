// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel_run.hpp"

// From when to when points are asked for.
namespace iz::selectel::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kKeystone = "https://cloud.api.selcloud.ru/identity/v3";
const std::string kCloud = "https://ru-1.cloud.api.selcloud.ru";

std::string instant_of(int minutes) {
  return infrazen::to_text(infrazen::Micros(std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)) +
                           std::chrono::minutes(minutes));
}

// One project, one region, one server, one database and one balancer, at 10:03 of a day; with a lag of ten minutes, the
// last step of five minutes that counts ends at 09:50.
class MeteredAccount : public Connection {
 public:
  explicit MeteredAccount(std::uint32_t status = 200) {
    host.clock(infrazen::parse_instant("2026-03-01T10:03:00Z").value());
    const auto endpoint = [](const std::string& type, const std::string& url) {
      return R"({"type":")" + type + R"(","endpoints":[{"interface":"public","region":"ru-1","url":")" + url +
             R"("}]})";
    };
    host.http().answer(
        "POST", kKeystone + "/auth/tokens",
        {201,
         {{"x-subject-token", "***"}},
         R"({"token":{"expires_at":"2026-03-02T10:00:00Z","project":{"id":"p-1"},"catalog":[)" +
             endpoint("compute", kCloud + "/compute/v2.1") + ',' + endpoint("metric", kCloud + "/metric") + ',' +
             endpoint("managed-database", kCloud + "/dbaas/v1") + ',' + endpoint("load-balancer", kCloud + "/lb") +
             "]}}"});
    host.http().get(kKeystone + "/auth/projects", R"({"projects":[{"id":"p-1","name":"production","enabled":true}]})");
    host.http().get(kCloud + "/compute/v2.1/servers/detail?limit=500", R"({"servers":[{"id":"s-1"}]})");
    host.http().get(kCloud + "/dbaas/v1/datastores", R"({"datastores":[{"id":"db-1"}]})");
    host.http().get(kCloud + "/lb/v2.0/lbaas/loadbalancers?limit=500", R"({"loadbalancers":[{"id":"lb-1"}]})");
    host.http().get(kCloud + "/lb/v2.0/lbaas/loadbalancers/lb-1/stats", R"({"stats":{"active_connections":7}})");
    // Whatever window is asked for.
    for (int from = 0; from < 24 * 60; from += 5) {
      const std::string window = "start=" + instant_of(from) + "&stop=2026-03-01T09:50:00Z";
      host.http().answer("POST", kCloud + "/metric/v1/aggregates?details=false&granularity=300&" + window,
                         {status, {}, status == 200 ? R"({"measures":{}})" : "{}"});
    }
  }
  // "<start>-<stop>" of the points that were asked for in the last run, with "~" before seconds of databases.
  [[nodiscard]] std::vector<std::string> asked(const Recording& run) {
    EXPECT_THAT(run.problems, testing::IsEmpty());
    std::vector<std::string> windows;
    for (; seen_ < host.http().sent().size(); ++seen_) {
      const std::string& url = host.http().sent()[seen_].url;
      const auto start = url.find("start=");
      if (start == std::string::npos) continue;
      std::string window = url.substr(start + 6);
      window.replace(window.find('&'), window.find('=') - window.find('&') + 1, "-");
      windows.push_back(window);
    }
    std::ranges::sort(windows);
    windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
    return windows;
  }

 private:
  std::size_t seen_ = 0;
};

TEST(SelectelMetrics, a_run_asks_for_points_since_the_overlap_before_the_cursor) {
  struct Case {
    const char *overlap, *cursor, *since, *seconds;
  };
  for (const Case& one : {
           Case{"15m", "2026-03-01T09:45:00Z", "2026-03-01T09:30:00Z", "1772357400"},
           Case{"12m", "2026-03-01T09:45:00Z", "2026-03-01T09:30:00Z", "1772357400"},
           Case{"0s", "2026-03-01T09:45:00Z", "2026-03-01T09:45:00Z", "1772358300"},
           // A part that is behind catches up from its own place.
           Case{"15m",
                "2026-03-01T09:45:00Z p-1/ru-1/servers=2026-03-01T06:00:00Z p-1/ru-1/datastores=2026-03-01T06:00:00Z",
                "2026-03-01T05:45:00Z", "1772343900"},
       }) {
    SCOPED_TRACE(std::string(one.overlap) + " before " + one.cursor);
    MeteredAccount account;
    account.host.setting("metrics_overlap", one.overlap);
    account.cursor = one.cursor;
    const Recording run = account.run("metrics");
    EXPECT_THAT(account.asked(run), ElementsAre(std::string(one.seconds) + "-1772358600",
                                                std::string(one.since) + "-2026-03-01T09:50:00Z"));
  }
}

TEST(SelectelMetrics, an_overlap_reaches_no_further_back_than_a_first_run) {
  MeteredAccount account;
  account.host.setting("metrics_since", "23m").setting("metrics_overlap", "1h");
  account.cursor = "2026-03-01T09:45:00Z";
  EXPECT_THAT(account.asked(account.run("metrics")),
              ElementsAre("1772358000-1772358600", "2026-03-01T09:40:00Z-2026-03-01T09:50:00Z"));
}

TEST(SelectelMetrics, what_fails_time_and_again_is_not_read_from_ever_further_back) {
  MeteredAccount account(403);
  account.cursor = "2026-03-01T09:45:00Z";
  for (int run = 0; run < 3; ++run) {
    const Recording recording = account.run("metrics");
    EXPECT_FALSE(recording.ok());
    EXPECT_THAT(account.asked(recording), testing::Contains("2026-03-01T09:30:00Z-2026-03-01T09:50:00Z"));
    EXPECT_THAT(account.cursor, HasSubstr("2026-03-01T09:50:00Z"));
    EXPECT_THAT(account.cursor, HasSubstr("p-1/ru-1/servers=2026-03-01T09:45:00Z"));
  }
}

TEST(SelectelMetrics, a_lag_that_was_raised_moves_no_horizon_back) {
  MeteredAccount account;
  account.host.setting("metrics_lag", "30m");
  account.cursor = "2026-03-01T09:50:00Z";
  const Recording run = account.run("metrics");
  EXPECT_THAT(account.asked(run), testing::IsEmpty()) << "no step more is settled";
  EXPECT_EQ(account.cursor, "2026-03-01T09:50:00Z");
}

}  // namespace
}  // namespace iz::selectel::test
