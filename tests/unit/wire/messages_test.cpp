// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "wire/messages.hpp"

#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/text.hpp"

namespace iz::wire {
namespace {

template <class Message>
Bytes encoded(const Message& message) {
  Bytes bytes;
  encode(message, bytes);
  return bytes;
}

TEST(Messages, a_start_frame_comes_back_as_it_was) {
  Start start;
  start.connection = "yandex-prod";
  start.stream = "costs";
  start.run_id = "r-1";
  start.plugin = "/usr/lib/infrazen/plugins/yandex.so";
  start.action = Action::check;
  start.mode = 2;
  start.cursor = std::string("\0\xFF cursor", 9);
  start.checkpoint = "etag";
  start.has_checkpoint = true;
  start.since_us = -1;
  start.until_us = 5;
  start.targets = {{"vm", "vm-1"}, {"", "disk-1"}};
  start.webhooks = {{"POST", "/hooks/a", "x=1", true, {{"x-kind", "k"}}, std::string("\0body", 5), 7, "e-1", 3}};
  start.settings_json = R"({"a":1})";
  start.secrets = {{"token", "s3cret", true}, {"key", "", false}};
  start.files = {{"path", "/data/bills"}};
  start.http.allowed_hosts = {"api.example.com"};
  start.http.rate_limits = {{"*.example.com", 2.5, 4}};
  start.http.shared_rates = true;
  start.http.patience_ms = 1'500;
  start.http.record_into = "/tmp/rec";
  start.log_level = 0;
  const Bytes bytes = encoded(start);
  const Start out = decode_start(bytes);
  EXPECT_EQ(out.connection, start.connection);
  EXPECT_EQ(out.plugin, start.plugin);
  EXPECT_EQ(out.action, Action::check);
  EXPECT_EQ(out.cursor, start.cursor);
  EXPECT_TRUE(out.has_checkpoint);
  EXPECT_EQ(out.since_us, -1);
  ASSERT_EQ(out.targets.size(), 2U);
  EXPECT_EQ(out.targets[1].external_id, "disk-1");
  ASSERT_EQ(out.webhooks.size(), 1U);
  EXPECT_EQ(out.webhooks[0].body, start.webhooks[0].body);
  EXPECT_EQ(out.webhooks[0].headers.at(0).value, "k");
  EXPECT_EQ(out.webhooks[0].event_id, "e-1");
  EXPECT_EQ(out.webhooks[0].attempt, 3U);
  ASSERT_EQ(out.secrets.size(), 2U);
  EXPECT_EQ(out.secrets[0].value, "s3cret");
  EXPECT_TRUE(out.secrets[0].reveal);
  EXPECT_EQ(out.files.at(0).path, "/data/bills");
  ASSERT_EQ(out.http.rate_limits.size(), 1U);
  EXPECT_EQ(out.http.rate_limits[0].host, "*.example.com");
  EXPECT_EQ(out.http.rate_limits[0].per_second, 2.5);
  EXPECT_EQ(out.http.rate_limits[0].burst, 4);
  EXPECT_TRUE(out.http.shared_rates);
  EXPECT_EQ(out.http.patience_ms, 1'500U);
  EXPECT_EQ(out.http.record_into, "/tmp/rec");
  EXPECT_EQ(out.log_level, 0U);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)decode_start(std::span(bytes).first(size)), MalformedFrame) << size;
  }
}

TEST(Messages, rate_frames_come_back_as_they_were_and_cut_ones_are_refused) {
  const Bytes grant = encoded(RateGrant{"api.example.com:8443", true, false, -5, {1, 2, 3}});
  const RateGrant granted = decode_rate_grant(grant);
  EXPECT_EQ(granted.host, "api.example.com:8443");
  EXPECT_TRUE(granted.answers);
  EXPECT_FALSE(granted.limited);
  EXPECT_EQ(granted.not_before, -5);
  EXPECT_THAT(granted.slots, testing::ElementsAre(1, 2, 3));
  const Bytes ask = encoded(RateAsk{"a", 7});
  EXPECT_EQ(decode_rate_ask(ask).wanted, 7U);
  const Bytes report = encoded(RateThrottled{"a", 1'500, 2.5});
  EXPECT_EQ(decode_rate_throttled(report).retry_after_ms, 1'500);
  EXPECT_EQ(decode_rate_throttled(report).observed, 2.5);
  for (std::size_t size = 0; size < grant.size(); ++size)
    EXPECT_THROW((void)decode_rate_grant(std::span(grant).first(size)), MalformedFrame) << size;
  for (std::size_t size = 0; size < report.size(); ++size)
    EXPECT_THROW((void)decode_rate_throttled(std::span(report).first(size)), MalformedFrame) << size;
  EXPECT_THROW((void)decode_rate_ask(encoded(RateAsk{"", 1})), MalformedFrame);
  EXPECT_THROW((void)decode_rate_ask(encoded(RateAsk{"a", kMaxRateSlots + 1})), MalformedFrame);
  EXPECT_THROW((void)decode_rate_throttled(encoded(RateThrottled{"a", -2, 1})), MalformedFrame);
  for (const double rate : {-1.0, 1e300, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW((void)decode_rate_throttled(encoded(RateThrottled{"a", 0, rate})), MalformedFrame) << rate;
}

TEST(Messages, a_rate_limit_is_found_by_name_by_pattern_and_with_its_port) {
  const std::vector<RateLimit> limits{{"one.example.com", 1}, {"*.example.com", 2}, {"localhost:8080", 3}, {"::1", 4}};
  const auto rate = [&](std::string_view host) {
    const RateLimit* found = rate_limit_of(limits, host);
    return found == nullptr ? 0.0 : found->per_second;
  };
  EXPECT_EQ(rate("one.example.com"), 1);
  EXPECT_EQ(rate("one.example.com:444"), 1);
  EXPECT_EQ(rate("two.one.example.com"), 2);
  EXPECT_EQ(rate("example.com"), 0);
  EXPECT_EQ(rate("localhost:8080"), 3);
  EXPECT_EQ(rate("localhost:8081"), 0);
  EXPECT_EQ(rate("[::1]:8080"), 4);
}

TEST(Messages, a_list_longer_than_its_frame_allocates_nothing) {
  Bytes bytes = encoded(Start{});
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    Bytes damaged = bytes;
    for (int k = 0; k < 4; ++k) damaged[random() % damaged.size()] = std::byte{0xFF};
    try {
      (void)decode_start(damaged);
    } catch (const MalformedFrame&) {
    }
  }
}

TEST(Messages, marks_and_checkpoints_carry_any_bytes_up_to_their_cap) {
  const std::string cursor(IZ_CURSOR_MAX, '\0');
  const Bytes bytes = encoded(Mark{3, cursor});
  EXPECT_EQ(decode_mark(bytes).sequence, 3U);
  EXPECT_EQ(decode_mark(bytes).cursor, cursor);
  const std::string beyond(IZ_CURSOR_MAX + 1, 'c');
  EXPECT_THROW((void)decode_mark(encoded(Mark{3, beyond})), MalformedFrame);
  Bytes blob;
  ByteWriter(blob).text(std::string(IZ_CHECKPOINT_MAX + 1, 'b'));
  EXPECT_THROW((void)decode_checkpoint(blob), MalformedFrame);
}

TEST(Messages, an_empty_cursor_is_not_null) {
  const Bytes bytes = encoded(Mark{1, {}});
  EXPECT_NE(decode_mark(bytes).cursor.data(), nullptr);
}

TEST(Messages, numbers_out_of_their_range_are_refused) {
  EXPECT_THROW((void)decode_log(encoded(LogLine{4, "x"})), MalformedFrame);
  EXPECT_THROW((void)decode_check_result(encoded(CheckResult{3, "x", "y"})), MalformedFrame);
  EXPECT_THROW((void)decode_done(encoded(Done{8, 0, 0, false, "x"})), MalformedFrame);
  EXPECT_THROW((void)decode_done(encoded(Done{1, 1000, 0, false, "x"})), MalformedFrame);
  EXPECT_THROW((void)decode_done(encoded(Done{1, 500, -1, false, "x"})), MalformedFrame);
  EXPECT_THROW((void)decode_scope_event(encoded(ScopeEvent{99, "x"})), MalformedFrame);
  EXPECT_THROW((void)decode_scope_event(encoded(ScopeEvent{IZ_KIND_CHARGE, ""})), MalformedFrame);
}

TEST(Messages, an_admission_says_which_request_it_is_about) {
  const Bytes bytes = encoded(Admission{2, IZ_OK, "ring-7", "welcome"});
  EXPECT_EQ(decode_admission(bytes).index, 2U);
  EXPECT_EQ(decode_admission(bytes).event_id, "ring-7");
  EXPECT_EQ(decode_admission(bytes).message, "welcome");
  EXPECT_THROW((void)decode_admission(encoded(Admission{0, 8, "x", "y"})), MalformedFrame);
  EXPECT_THROW((void)decode_admission(encoded(Admission{0, 0, std::string(256, 'x'), ""})), MalformedFrame);
  EXPECT_THROW((void)decode_admission(encoded(Admission{0, 0, "\xFF", ""})), MalformedFrame);
}

TEST(Messages, texts_for_people_are_utf8_without_nul) {
  for (const std::string_view bad :
       {std::string_view("\xFF"), std::string_view("a\0b", 3), std::string_view("\xC0\x80"),
        std::string_view("\xED\xA0\x80"), std::string_view("\xF4\x90\x80\x80")}) {
    EXPECT_THROW((void)decode_log(encoded(LogLine{1, bad})), MalformedFrame);
    EXPECT_THROW((void)decode_done(encoded(Done{1, 0, 0, false, bad})), MalformedFrame);
    records::FindingView finding;
    finding.rule = "rule";
    finding.message = "message";
    finding.value = bad;
    EXPECT_THROW((void)decode_finding(encoded(finding)), MalformedFrame);
    EXPECT_EQ(to_text(bad, 100).find('\0'), std::string::npos);
    EXPECT_TRUE(is_text(to_text(bad, 100)));
  }
}

TEST(Messages, a_finding_comes_back_with_its_nulls) {
  records::FindingView finding;
  finding.severity = IZ_SEVERITY_REJECTED;
  finding.rule = "decimal_format";
  finding.origin = "bill.csv";
  finding.position = 42;
  finding.column = "BilledCost";
  finding.message = "not a number";
  const Bytes bytes = encoded(finding);
  const auto out = decode_finding(bytes);
  EXPECT_EQ(out.severity, IZ_SEVERITY_REJECTED);
  EXPECT_EQ(out.position, 42U);
  EXPECT_EQ(out.column, "BilledCost");
  EXPECT_TRUE(records::is_null(out.value));
  EXPECT_TRUE(records::is_null(out.scope));
}

TEST(Text, is_cut_at_characters) {
  EXPECT_EQ(cut_text("рубль", 5), "ру");
  EXPECT_EQ(cut_text("рубль", 4), "ру");
  EXPECT_EQ(to_text("рубль", 5), "ру");
  EXPECT_EQ(to_text("a\xFFz", 10), "a\xEF\xBF\xBDz");
  EXPECT_EQ(to_text("\xFF\xFF", 5), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace iz::wire
