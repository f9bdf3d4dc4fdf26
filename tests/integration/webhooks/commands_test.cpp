// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// The inbox as an operator sees it: infrazen webhook list and retry.
#include <sysexits.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/process.hpp"
#include "integration/webhooks/hooked_daemon.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct WebhookCommands : testing::Test {
  // Of two connections one event is done, one is given up.
  WebhookCommands() : hooked(shared_cluster()) {
    for (const char* id : {"bell", "other"})
      hooked.connection(id, "secret: hook, content_types: [application/json], attempts: 1");
    hooked.start("bell");
    if (!hooked.daemon.wait_outcome("other", "inventory", "succeeded")) throw std::runtime_error(hooked.daemon.log());
    EXPECT_EQ(hooked.post("bell", "log secret-text", "good").status, 202);
    EXPECT_EQ(hooked.post("other", "log lost\nfail transient", "bad").status, 202);
    if (!hooked.wait_states("good done, bad dead")) throw std::runtime_error(hooked.states() + hooked.daemon.log());
  }
  ProcessResult ask(std::vector<std::string> arguments, const std::string& locale = "C.UTF-8") {
    arguments.insert(arguments.begin(), {kInfrazen.string(), "--config", hooked.daemon.config_file().string()});
    ProcessOptions options;
    options.env["LC_ALL"] = locale;
    return run(std::move(arguments), std::move(options), 60s);
  }
  std::string number(const std::string& event) {
    return hooked.daemon.scalar("SELECT event_no FROM infrazen.webhook_events WHERE event_id = '" + event + "'");
  }
  HookedDaemon hooked;
};

TEST_F(WebhookCommands, list_tells_what_became_of_each_event_and_why) {
  const auto all = ask({"webhook", "list"});
  ASSERT_TRUE(all.status.ok()) << all.err;
  EXPECT_THAT(all.out, AllOf(HasSubstr("good"), HasSubstr("done"), HasSubstr("bad"), HasSubstr("dead"),
                             HasSubstr("transient: the doorbell failed as it was told")));
  EXPECT_LT(all.out.find("bad"), all.out.find("good")) << "the newest first: " << all.out;
  EXPECT_THAT(all.out, Not(HasSubstr("secret-text"))) << "what was posted stays in";
  EXPECT_THAT(ask({"webhook", "list", "--dead"}).out, AllOf(HasSubstr("bad"), Not(HasSubstr("good"))));
  EXPECT_THAT(ask({"webhook", "list", "--connection", "bell"}).out, AllOf(HasSubstr("good"), Not(HasSubstr("bad"))));
  EXPECT_THAT(ask({"webhook", "list", "--limit", "1"}).out, Not(HasSubstr("good")));
  const auto none = ask({"webhook", "list", "--dead", "--connection", "bell"});
  EXPECT_EQ(none.out, "");
  EXPECT_THAT(none.err, HasSubstr("no such events"));
}

TEST_F(WebhookCommands, list_speaks_to_programs_and_russian) {
  const auto json = ask({"webhook", "list", "--dead", "--json"});
  EXPECT_THAT(json.out, AllOf(HasSubstr("\"id\":" + number("bad") + ","), HasSubstr(R"("event":"bad")"),
                              HasSubstr(R"("state":"dead")"), HasSubstr(R"("attempts":1)")));
  const auto csv = ask({"webhook", "list", "--format", "csv"}, "ru_RU.UTF-8");
  EXPECT_THAT(csv.out, AllOf(HasSubstr("id,event,connection,received,state,attempts,error"),
                             HasSubstr(number("bad") + ",bad,other,"), HasSubstr(",dead,1,")));
  EXPECT_THAT(ask({"webhook", "list"}, "ru_RU.UTF-8").out, AllOf(HasSubstr("СОБЫТИЕ"), HasSubstr("отложено")));
}

TEST_F(WebhookCommands, retry_has_an_event_handled_that_was_given_up_and_says_who_asked) {
  const std::string bad = number("bad");
  EXPECT_EQ(hooked.daemon.scalar(
                "UPDATE infrazen.webhook_events SET body = 'log found' WHERE event_id = 'bad' RETURNING 'right now'"),
            "right now");
  const auto result = ask({"webhook", "retry", bad});
  EXPECT_TRUE(result.status.ok()) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("event " + bad + " of other is tried again"));
  EXPECT_TRUE(hooked.wait_states("good done, bad done")) << hooked.states() << hooked.daemon.log();
  EXPECT_EQ(hooked.logs(), "found secret-text");
  EXPECT_TRUE(wait_until([&] {
    return hooked.daemon.scalar("SELECT count(*) FROM infrazen.audit WHERE action = 'POST /v1/webhooks/" + bad +
                                "/retry' AND actor LIKE '%(uid %'") == "1";
  })) << "the audit knows who";
}

TEST_F(WebhookCommands, an_event_that_fails_again_is_given_up_again) {
  EXPECT_TRUE(ask({"webhook", "retry", number("bad")}).status.ok());
  EXPECT_TRUE(wait_until(
      [&] { return hooked.daemon.scalar("SELECT count(*) FROM infrazen.runs WHERE outcome = 'failed'") == "2"; }, 20s))
      << hooked.webhook_runs() << hooked.daemon.log();
  EXPECT_TRUE(hooked.wait_states("good done, bad dead")) << hooked.states();
  EXPECT_EQ(hooked.daemon.scalar("SELECT attempts FROM infrazen.webhook_events WHERE event_id = 'bad'"), "1");
  EXPECT_THAT(hooked.daemon.log(), HasSubstr("number " + number("bad")));
}

TEST_F(WebhookCommands, discard_settles_an_event_that_was_given_up_and_no_other) {
  const auto result = ask({"webhook", "discard", number("bad")});
  EXPECT_TRUE(result.status.ok()) << result.err;
  EXPECT_THAT(result.err, HasSubstr("event " + number("bad") + " of other is discarded"));
  EXPECT_EQ(hooked.states(), "good done, bad done");
  EXPECT_EQ(
      hooked.daemon.scalar("SELECT error_class || ' ' || length(body) FROM infrazen.webhook_events WHERE event_id "
                           "= 'bad'"),
      "1 0")
      << "why it failed stays";
  EXPECT_EQ(hooked.post("other", "log lost", "bad").status, 200) << "it has come, and comes no second time";
  EXPECT_EQ(ask({"webhook", "retry", number("bad")}).status.code, EX_DATAERR);
  EXPECT_EQ(hooked.daemon.scalar("UPDATE infrazen.webhook_events SET state = 'pending', next_try = now() + interval '1 "
                                 "hour' WHERE event_id = 'bad' RETURNING 'it waits'"),
            "it waits");
  const auto waiting = ask({"webhook", "discard", number("bad"), "987654321"});
  EXPECT_THAT(waiting.err, AllOf(HasSubstr("still waits to be handled"), HasSubstr("there is no event 987654321")));
  EXPECT_EQ(hooked.states(), "good done, bad pending");
}

TEST_F(WebhookCommands, one_that_cannot_be_tried_again_does_not_keep_others_from_it) {
  (void)hooked.daemon.scalar(
      "UPDATE infrazen.webhook_events SET body = 'log found' WHERE event_id = 'bad' RETURNING 1");
  const auto result = ask({"webhook", "retry", "987654321", number("good"), number("bad")});
  EXPECT_EQ(result.status.code, EX_DATAERR) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("there is no event 987654321"),
                                HasSubstr("event " + number("good") + " was handled"), HasSubstr("tried again")));
  EXPECT_TRUE(hooked.wait_states("good done, bad done")) << hooked.states() << hooked.daemon.log();
  EXPECT_EQ(ask({"webhook", "retry", "987654321"}).status.code, EX_NOINPUT);
  EXPECT_EQ(ask({"webhook", "retry", "no-number"}).status.code, EX_USAGE);
  EXPECT_EQ(ask({"webhook", "retry"}).status.code, EX_USAGE);
}

}  // namespace
}  // namespace iz::test
