// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "journal/log.hpp"

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include "journal/entry.hpp"

namespace iz::journal {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// A log that writes into a file.
class Written : public ::testing::Test {
 protected:
  Written() : fd_(::open((dir_ / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)) {}
  ~Written() override { ::close(fd_); }
  LogOptions options(Format format) const {
    LogOptions out;
    out.format = format;
    out.fd = fd_;
    return out;
  }
  std::string text() const {
    std::ifstream in(dir_ / "log");
    return {std::istreambuf_iterator<char>(in), {}};
  }

  test::TempDir dir_;
  int fd_;
};

TEST_F(Written, an_event_is_one_line_for_people) {
  Log log(options(Format::text));
  log.event(messages::run_succeeded,
            {{"connection", "acme"}, {"stream", "costs"}, {"run_id", "7"}, {"records", "12"}, {"duration", "3s"}});
  EXPECT_THAT(text(), MatchesRegex("[0-9-]+T[0-9:.]+Z info     costs of acme: run 7 done, 12 records in 3s\n"));
}

TEST_F(Written, russian_is_spoken_on_request) {
  auto russian = options(Format::text);
  russian.locale = "ru";
  Log log(russian);
  log.event(messages::connection_paused, {{"connection", "acme"}, {"actor", "root"}});
  EXPECT_THAT(text(), HasSubstr("подключение acme приостановил root"));
  log.set_locale("en");
  log.event(messages::connection_paused, {{"connection", "acme"}, {"actor", "root"}});
  EXPECT_THAT(text(), HasSubstr("connection acme paused by root"));
}

TEST_F(Written, json_has_the_fields_beside_the_text) {
  Log log(options(Format::json));
  log.event(messages::connection_paused, {{"connection", "a\"c\\me"}, {"actor", "root"}});
  EXPECT_THAT(
      text(),
      HasSubstr(R"("severity":"notice","text":"connection a\"c\\me paused by root","message":"connection_paused")"));
  EXPECT_THAT(text(), HasSubstr(R"("connection":"a\"c\\me","actor":"root"})"));
}

TEST_F(Written, what_is_below_the_level_is_dropped) {
  Log log(options(Format::text));
  log.line(Severity::debug, "hidden");
  log.set_level(Severity::debug);
  log.line(Severity::debug, "shown");
  log.set_level(Severity::error);
  log.line(Severity::warning, "hidden too");
  EXPECT_THAT(text(), HasSubstr("shown"));
  EXPECT_THAT(text(), Not(HasSubstr("hidden")));
}

TEST_F(Written, secrets_never_leave_in_any_form) {
  Log log(options(Format::json));
  log.add_secret("p@ss word");
  log.line(Severity::error, "GET https://u:p%40ss%20word@host: p@ss word, cEBzcyB3b3Jk", {{"reason", "is p@ss word"}});
  EXPECT_THAT(text(), HasSubstr("GET https://u:***@host: ***, ***"));
  EXPECT_THAT(text(), HasSubstr(R"("reason":"is ***")"));
  EXPECT_EQ(log.masked("p@ss word!"), "***!");
}

TEST_F(Written, a_short_secret_does_not_blank_out_the_lines) {
  Log log(options(Format::text));
  log.add_secret("e");
  log.line(Severity::error, "message");
  EXPECT_THAT(text(), HasSubstr("message"));
}

TEST_F(Written, nobody_forges_a_second_line) {
  Log log(options(Format::text));
  log.line(Severity::info, "a\n2026-01-01 critical forged\x1b[31m \xff \xc2\x9b привет");
  const std::string out = text();
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  EXPECT_THAT(out, HasSubstr(R"(a\x0a2026-01-01 critical forged\x1b[31m \xff \x9b привет)"));
}

TEST_F(Written, lines_of_several_threads_stay_whole) {
  Log log(options(Format::text));
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) log.line(Severity::info, std::string(100, 'x'));
    });
  }
  threads.clear();
  std::ifstream in(dir_ / "log");
  int lines = 0;
  for (std::string line; std::getline(in, line); ++lines) EXPECT_TRUE(line.ends_with(' ' + std::string(100, 'x')));
  EXPECT_EQ(lines, 800);
}

TEST(JournalEntry, has_the_fields_that_people_filter_by) {
  Entry entry;
  entry.severity = Severity::error;
  entry.text = "text";
  entry.identifier = "infrazend";
  entry.message_name = messages::run_failed.name;
  entry.message_id = messages::run_failed.id;
  entry.fields = {{"connection", "acme"}, {"stream", "costs"}, {"run_id", "7"}, {"error_class", "auth"}};
  const auto fields = journal_fields(entry);
  for (const char* wanted : {"MESSAGE=text", "PRIORITY=3", "SYSLOG_IDENTIFIER=infrazend", "INFRAZEN_CONNECTION=acme",
                             "INFRAZEN_STREAM=costs", "INFRAZEN_RUN_ID=7", "INFRAZEN_ERROR_CLASS=auth"}) {
    EXPECT_THAT(fields, Contains(wanted));
  }
  EXPECT_THAT(fields, Contains("MESSAGE_ID=" + std::string(messages::run_failed.id)));
  EXPECT_THAT(fields, Contains(::testing::StartsWith("CODE_LINE=")));
}

TEST(Filled, a_placeholder_without_a_field_stays_visible) {
  const std::vector<Field> fields{{"a", "1"}};
  EXPECT_EQ(filled("{a} {b} {", fields), "1 {b} {");
}

}  // namespace
}  // namespace iz::journal
