// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/output/status_view.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iz::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kStatus = R"({"version":"1.0.0","state":"ready","reasons":[],"now":"2026-08-29T12:00:00.000Z",
 "uptime_seconds":93600,"database":{"up":true,"schema_version":6},"configuration":{"problem":null},"runs":{"active":1,"limit":4}})";
constexpr const char* kConnections =
    R"({"connections":[{"id":"acme","connector":"focus","tenant":"default","state":"ok","reason":null,
 "streams":[{"name":"costs","state":"idle","reason":null,"last_success":"2026-08-29T11:57:00.000Z",
 "next_due":"2026-08-29T12:57:00.000Z","records":1000}]}]})";

class View : public ::testing::Test {
 protected:
  std::string shown(bool russian, const std::string& status = kStatus, const std::string& connections = kConnections) {
    std::ostringstream out;
    std::ostringstream err;
    const Context context{out, err, Language(russian), "", false, {}};
    show_status(context, parse_body(status), parse_body(connections));
    return out.str();
  }
  static bool healthy(const std::string& status, const std::string& connections) {
    return is_healthy(parse_body(status), parse_body(connections));
  }
};

TEST_F(View, a_glance_tells_the_state) {
  EXPECT_EQ(shown(false),
            "infrazend 1.0.0: ready, up 1d 2h; database up, schema 6; runs 1 of 4\n"
            "\n"
            "CONNECTION  CONNECTOR  STREAM  STATE  LAST SUCCESS  NEXT RUN  RECORDS  REMARK\n"
            "acme        focus      costs   idle   3m ago        in 57m       1000\n");
}

TEST_F(View, also_in_russian) {
  EXPECT_THAT(shown(true),
              HasSubstr("infrazend 1.0.0: готов, работает 1d 2h; база доступна, схема 6; запусков 1 из 4"));
  EXPECT_THAT(shown(true), HasSubstr("ждёт срока  3m назад"));
}

TEST_F(View, tells_what_waits_in_the_inbox_where_webhooks_are_taken) {
  const auto status = [](const std::string& webhooks) {
    return R"({"state":"ready","uptime_seconds":0,"webhooks":{)" + webhooks + "}}";
  };
  const std::string some = status(R"("listening":true,"events_waiting":17,"events_dead":2)");
  EXPECT_THAT(shown(false, some),
              HasSubstr("\n  webhooks: events waiting 17, dead 2\n  `infrazen webhook list --dead` says why they were "
                        "given up; `infrazen webhook retry` or `discard` settles them\n"));
  EXPECT_THAT(shown(true, some), HasSubstr("\n  вебхуки: событий ожидает 17, отложено насовсем 2\n"));
  EXPECT_THAT(shown(false, status(R"("listening":true,"events_waiting":0,"events_dead":0)")),
              AllOf(HasSubstr("waiting 0"), Not(HasSubstr("--dead"))));
  EXPECT_THAT(shown(false, status(R"("listening":false,"events_waiting":0,"events_dead":1)")), HasSubstr("dead 1"));
  EXPECT_THAT(shown(false, status(R"("listening":false,"events_waiting":0,"events_dead":0)")),
              Not(HasSubstr("webhooks")));
}

TEST_F(View, tells_which_days_are_back_filled_and_how_many_back_fills_wait) {
  const auto stream = [](const std::string& more) {
    return R"({"connections":[{"id":"acme","streams":[{"name":"costs","state":"running",)" + more + "}]}]}";
  };
  const std::string running = R"("back_fill":{"since":"2026-01-01","until":"2026-02-01"},"back_fills_waiting":)";
  EXPECT_THAT(shown(false, kStatus, stream(running + "1")),
              HasSubstr("  back-fills 2026-01-01 up to, not including, 2026-02-01\n"));
  EXPECT_THAT(shown(false, kStatus, stream(running + R"(3,"last_error":"no answer","last_error_class":"transient")")),
              HasSubstr("2026-02-01; back-fills waiting: 2; transient: no answer\n"));
  EXPECT_THAT(shown(true, kStatus, stream(running + "1")), HasSubstr("дозагружает с 2026-01-01 до 2026-02-01"));
  EXPECT_THAT(shown(false, kStatus, stream(R"("back_fill":null,"back_fills_waiting":2)")),
              HasSubstr("  back-fills waiting: 2\n"));
  EXPECT_THAT(shown(false, kStatus, stream(R"("back_fill":null,"back_fills_waiting":0)")), Not(HasSubstr("back-fill")));
}

TEST_F(View, an_answer_with_less_in_it_does_no_harm) {
  EXPECT_THAT(shown(false, "{}", "{}"), HasSubstr("no connections"));
  EXPECT_THAT(shown(false, "[]", R"({"connections":[1,{"id":5,"streams":{}}]})"), HasSubstr("REMARK"));
  EXPECT_THROW(parse_body("<html>"), Failure);
}

TEST_F(View, health_means_that_nothing_waits_for_a_person) {
  EXPECT_TRUE(healthy(kStatus, kConnections));
  EXPECT_FALSE(healthy(R"({"state":"degraded"})", kConnections));
  EXPECT_FALSE(healthy(kStatus, R"({"connections":[{"state":"quarantined"}]})"));
  EXPECT_TRUE(healthy(kStatus, R"({"connections":[{"state":"paused"},{"state":"running"}]})"));
  const auto with_events = [](int waiting, int dead) {
    return R"({"state":"ready","webhooks":{"listening":true,"events_waiting":)" + std::to_string(waiting) +
           R"(,"events_dead":)" + std::to_string(dead) + "}}";
  };
  EXPECT_TRUE(healthy(with_events(5, 0), kConnections));
  EXPECT_FALSE(healthy(with_events(0, 1), kConnections)) << "nobody tries that one again by himself";
}

}  // namespace
}  // namespace iz::cli
