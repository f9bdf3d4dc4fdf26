// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include <infrazen/config.hpp>
#include <infrazen/files.hpp>
#include <infrazen/http.hpp>
#include <infrazen/http_body.hpp>
#include <infrazen/testkit/http_replay.hpp>
#include <infrazen/testkit/small_services.hpp>
#include <infrazen/time.hpp>

namespace {

using namespace std::chrono_literals;
using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::testkit::HttpReplay;
using infrazen::testkit::SmallServices;

class config : public testing::Test {
 protected:
  void set(const char* name, const char* text, bool json = true) { services_.settings[name] = {text, json}; }
  infrazen::Config settings() {
    return infrazen::Config(*static_cast<const iz_config_1*>(services_.table(IZ_SERVICE_CONFIG_1)));
  }
  SmallServices services_;
};

TEST_F(config, typed_getters_read_what_the_daemon_checked) {
  set("text", "a b", false);
  set("count", "-12");
  set("share", "0.25");
  set("yes", "true");
  set("every", "1h30m", false);
  set("list", R"(["a","ю\u0416\ud83d\ude00\n", 3, true])");
  set("map", R"({"k": "v", "n": 1})");
  set("none", "[]");
  const auto read = settings();
  EXPECT_EQ(read.text("text"), "a b");
  EXPECT_EQ(read.integer("count"), -12);
  EXPECT_EQ(read.number("share"), *infrazen::Decimal::parse("0.25"));
  EXPECT_TRUE(read.boolean("yes"));
  EXPECT_EQ(read.duration("every"), 90min);
  EXPECT_EQ(read.list("list"), (std::vector<std::string>{"a", "юЖ😀\n", "3", "true"}));
  EXPECT_TRUE(read.list("none").empty());
  EXPECT_EQ(read.map("map"), (std::vector<std::pair<std::string, std::string>>{{"k", "v"}, {"n", "1"}}));
  EXPECT_EQ(read.text_or("absent", "x"), "x");
  EXPECT_EQ(read.duration_or("absent", 5s), 5s);
}

TEST_F(config, a_wrong_type_is_a_config_error_that_names_the_setting) {
  set("count", "12x");
  set("list", R"(["a", ["nested"]])");
  for (const auto& read : std::vector<std::function<void()>>{[&] { static_cast<void>(settings().integer("count")); },
                                                             [&] { static_cast<void>(settings().list("list")); },
                                                             [&] { static_cast<void>(settings().text("absent")); }}) {
    try {
      read();
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.error_class(), ErrorClass::config);
      EXPECT_NE(std::string(error.what()).find("setting '"), std::string::npos);
    }
  }
}

TEST(duration, has_units) {
  using infrazen::Config;
  EXPECT_EQ(Config::parse_duration("500ms"), 500ms);
  EXPECT_EQ(Config::parse_duration("7d"), 168h);
  EXPECT_EQ(Config::parse_duration("2w"), 336h);
  for (const char* bad : {"", "5", "m", "-5m", "5x", "1h 5m", "9999999999999d"})
    EXPECT_EQ(Config::parse_duration(bad), std::nullopt) << bad;
}

TEST(instant, is_written_and_read_back) {
  using infrazen::parse_instant;
  for (const char* text : {"1970-01-01T00:00:00Z", "2026-02-28T23:59:59.000001Z", "2199-12-31T23:59:59.999999Z"}) {
    EXPECT_EQ(infrazen::to_text(parse_instant(text).value()), text);
  }
  EXPECT_EQ(parse_instant("2026-09-01T03:00:00+03:00"), parse_instant("2026-09-01T00:00:00Z"));
  EXPECT_EQ(parse_instant("2026-09-01T00:00:00.123456789Z"), parse_instant("2026-09-01T00:00:00.123456Z"));
  EXPECT_EQ(parse_instant("2026-09-01"), parse_instant("2026-09-01T00:00:00Z"));
  for (const char* bad :
       {"", "2026", "2026-02-30", "2026-09-01T00:00:00", "2026-09-01T24:00:00Z", "2026-09-01T00:00:00.Z",
        "2026-09-01T00:00:00+3:00", "2026-09-01T00:00:00Zx", "2026-9-1T00:00:00Z"}) {
    EXPECT_EQ(parse_instant(bad), std::nullopt) << bad;
  }
}

TEST(http, answers_reach_the_one_who_asked) {
  HttpReplay replay;
  for (const char* name : {"a", "b", "c"}) replay.get(std::string("https://x/") + name, name);
  infrazen::Http http(*replay.table());
  infrazen::Fanout fan(http);
  fan.start({.url = "https://x/a"}, 1);
  fan.start({.url = "https://x/b"}, 2);
  // Asked in the middle, while two others are under way and come first.
  fan.start({.url = "https://x/c"}, 3);
  EXPECT_EQ(http.get("https://x/a").body(), "a");
  std::vector<std::pair<std::size_t, std::string>> got;
  while (auto answer = fan.next()) {
    got.emplace_back(answer->tag(), answer->body());
    if (answer->tag() == 3) fan.start({.url = "https://x/b"}, 4);  // the next page
  }
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, (std::vector<std::pair<std::size_t, std::string>>{{1, "a"}, {2, "b"}, {3, "c"}, {4, "b"}}));
  EXPECT_EQ(replay.open(), 0u);
}

TEST(http, an_abandoned_fanout_releases_what_it_started) {
  HttpReplay replay;
  replay.get("https://x/a", "a");
  infrazen::Http http(*replay.table());
  {
    infrazen::Fanout fan(http);
    for (int i = 0; i < 4; ++i) fan.start({.url = "https://x/a"});
    static_cast<void>(fan.next());
    EXPECT_EQ(replay.open(), 3u);
  }
  EXPECT_EQ(replay.open(), 0u);
}

// A host that cancels: what is awaited comes no more.
struct Cancelling {
  HttpReplay replay;
  iz_http_1 table = *replay.table();
  bool waits_fail = true;
  bool reads_fail = false;
  Cancelling() {
    replay.get("https://x/a", "a");
    table.context = this;
    table.start = [](void* self, const iz_http_request* request, std::uint64_t* handle, iz_error* error) {
      return real(self).start(real(self).context, request, handle, error);
    };
    table.wait_any = [](void* self, std::uint64_t* handle, iz_error* error) -> std::int32_t {
      *handle = 0;
      if (static_cast<Cancelling*>(self)->waits_fail) return IZ_ERR_CANCELLED;
      return real(self).wait_any(real(self).context, handle, error);
    };
    table.read = [](void* self, std::uint64_t handle, iz_http_response* response, iz_error* error) -> std::int32_t {
      if (static_cast<Cancelling*>(self)->reads_fail) return IZ_ERR_INTERNAL;
      return real(self).read(real(self).context, handle, response, error);
    };
    table.release = [](void* self, std::uint64_t handle) { real(self).release(real(self).context, handle); };
  }
  static const iz_http_1& real(void* self) { return *static_cast<Cancelling*>(self)->replay.table(); }
};

TEST(http, a_wait_that_is_cancelled_leaves_nothing_open) {
  Cancelling host;
  infrazen::Http http(host.table);
  EXPECT_THROW(http.get("https://x/a"), Error);
  EXPECT_THROW(http.try_send({.url = "https://x/a"}), Error);
  EXPECT_EQ(host.replay.open(), 0u);
  {
    infrazen::Fanout fan(http);
    fan.start({.url = "https://x/a"});
    EXPECT_THROW(fan.next(), Error);
  }
  EXPECT_EQ(host.replay.open(), 0u);
}

TEST(http, an_answer_that_cannot_be_read_leaves_nothing_open) {
  Cancelling host;
  host.waits_fail = false;
  host.reads_fail = true;
  infrazen::Http http(host.table);
  EXPECT_THROW(http.get("https://x/a"), Error);
  {
    infrazen::Fanout fan(http);
    fan.start({.url = "https://x/a"});
    EXPECT_THROW(fan.next(), Error);
  }
  EXPECT_EQ(host.replay.open(), 0u);
}

TEST(http, a_failure_is_an_error_with_class_status_and_delay) {
  HttpReplay replay;
  replay.answer("GET", "https://x/limited", {429, {{"retry-after", "7"}}, "slow down"});
  infrazen::Http http(*replay.table());
  try {
    http.get("https://x/limited");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.error_class(), ErrorClass::rate_limited);
    EXPECT_EQ(error.http_status(), 429u);
    EXPECT_EQ(error.retry_after(), 7s);
  }
  const auto answer = http.try_send({.url = "https://x/limited"});
  EXPECT_FALSE(answer.ok());
  EXPECT_EQ(answer.body(), "slow down");
  EXPECT_EQ(answer.header("retry-after"), "7");
  EXPECT_EQ(answer.header("absent"), "");
}

TEST(http, a_body_that_is_too_large_to_hold_is_read_as_it_comes) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "line " + std::to_string(i) + '\n';
  HttpReplay replay;
  replay.answer("GET", "https://x/export", {200, {{"content-type", "text/csv"}}, text});
  replay.get("https://x/a", "a");
  replay.get("https://x/empty", "");
  infrazen::Http http(*replay.table());
  {
    infrazen::BodyReader body(http, {.url = "https://x/export"});
    std::string got(body.next().value());
    EXPECT_LT(got.size(), text.size());
    EXPECT_EQ(body.header("content-type"), "text/csv");
    // Another request between its pieces takes none of them away.
    EXPECT_EQ(http.get("https://x/a").body(), "a");
    while (const auto piece = body.next()) {
      EXPECT_FALSE(piece->empty());
      got += *piece;
    }
    EXPECT_EQ(got, text);
    EXPECT_EQ(body.next(), std::nullopt);
    EXPECT_EQ(infrazen::BodyReader(http, {.url = "https://x/empty"}).next(), std::nullopt);
  }
  EXPECT_EQ(replay.open(), 0u);
}

TEST(http, a_body_that_is_an_error_or_is_left_halfway_leaves_nothing_open) {
  HttpReplay replay;
  replay.answer("GET", "https://x/gone", {404, {}, std::string(1000, 'x')});
  replay.get("https://x/export", std::string(1000, 'y'));
  infrazen::Http http(*replay.table());
  {
    infrazen::BodyReader gone(http, {.url = "https://x/gone"});
    EXPECT_THROW(gone.next(), Error);
    infrazen::BodyReader left(http, {.url = "https://x/export"});
    EXPECT_TRUE(left.next());
    EXPECT_EQ(http.get("https://x/export").body().size(), 1000u);
  }
  EXPECT_EQ(replay.open(), 0u);
}

TEST(http, a_request_carries_everything_it_was_given) {
  HttpReplay replay;
  replay.answer("POST", "https://x/token", {200, {}, "{}"});
  infrazen::Http http(*replay.table());
  http.send({.url = "https://x/token",
             .method = "POST",
             .headers = {{"accept", "application/json"}},
             .body = "grant=1",
             .auth = infrazen::Auth::form("client", "secret")});
  const auto& sent = replay.sent().front();
  EXPECT_EQ(sent.body, "grant=1");
  EXPECT_EQ(sent.headers.at("accept"), "application/json");
  EXPECT_EQ(sent.auth, IZ_AUTH_FORM);
  EXPECT_EQ(sent.auth_ref, "client");
  EXPECT_EQ(sent.auth_name, "secret");
  http.send({.url = "https://x/token", .method = "POST", .auth = infrazen::Auth::token("session", "X-Auth-Token")});
  EXPECT_EQ(replay.sent().back().auth, IZ_AUTH_TOKEN);
  EXPECT_EQ(replay.sent().back().auth_ref, "session");
  EXPECT_EQ(replay.sent().back().auth_name, "X-Auth-Token");
}

TEST(files, are_listed_sorted_and_read) {
  const iz::test::TempDir folder;
  folder.write("b.csv", "bbb");
  folder.write("a/2.csv", std::string(200'000, 'x'));
  SmallServices services;
  services.granted["path"] = folder.path();
  const infrazen::Files files(*static_cast<const iz_files_1*>(services.table(IZ_SERVICE_FILES_1)));
  const auto entries = files.list("path");
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].path, "a/2.csv");
  EXPECT_EQ(entries[0].size, 200'000u);
  EXPECT_EQ(files.open("path", "a/2.csv").read_all().size(), 200'000u);
  auto file = files.open("path", "b.csv");
  char buffer[2];
  EXPECT_EQ(file.read(buffer), 2u);
  EXPECT_EQ(file.read(buffer), 1u);
  EXPECT_EQ(file.read(buffer), 0u);
  EXPECT_THROW(files.open("path", "a/2.csv").read_all(1000), Error);
  EXPECT_THROW(static_cast<void>(files.open("path", "absent")), Error);
  EXPECT_THROW(static_cast<void>(files.list("other")), Error);
}

}  // namespace
