// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>
#include <iterator>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/shared_data.hpp"
#include "harness/webhook_sender.hpp"
#include "serve/hooks/hook_body.hpp"
#include "serve/hooks/signature.hpp"
#include "serve/hooks/token_bucket.hpp"

namespace iz::serve {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'790'000'000)};

Verified verify(std::string_view signatures, std::string_view timestamp, std::string_view body,
                std::vector<std::string_view> secrets = {"key"}) {
  return verify_hmac({signatures, "v1=", timestamp, body}, secrets, kNow, 300s);
}

TEST(Signature, fits_over_timestamp_and_body_with_any_of_the_secrets) {
  // printf '1790000000.{}' | openssl dgst -sha256 -hmac key
  const std::string good = "v1=099d33989336226b12c85da813adf6100e1bbab1e91bede9a41ddeb7882d66b8";
  EXPECT_EQ(verify(good, "1790000000", "{}"), Verified::accepted);
  EXPECT_EQ(verify(good, "1790000000", "{}", {"old", "key"}), Verified::accepted);
  EXPECT_EQ(verify("v1=00, " + good + " ,v2=11", "1790000000", "{}"), Verified::accepted);
  EXPECT_EQ(verify(good, "1790000000", "{ }"), Verified::wrong_signature);
  EXPECT_EQ(verify(good, "1790000001", "{}"), Verified::wrong_signature);
  EXPECT_EQ(verify(good, "1790000000", "{}", {"kex"}), Verified::wrong_signature);
  EXPECT_EQ(verify(good.substr(0, good.size() - 1), "1790000000", "{}"), Verified::wrong_signature);
  EXPECT_EQ(verify(good.substr(3), "1790000000", "{}"), Verified::wrong_signature) << "without its prefix";
  EXPECT_EQ(verify(good, "1790000000", "{}", {}), Verified::wrong_signature);
}

TEST(Signature, of_a_sender_without_timestamps_is_over_the_body_alone) {
  const auto judge = [](std::string_view signatures, std::string_view body) {
    const std::string_view secrets[] = {"old", "key"};
    return verify_hmac({signatures, "sha256=", std::nullopt, body}, secrets, kNow, 300s);
  };
  // printf '{}' | openssl dgst -sha256 -hmac key
  const std::string good = "sha256=a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032";
  EXPECT_EQ(judge(good, "{}"), Verified::accepted);
  EXPECT_EQ(judge(good, "{ }"), Verified::wrong_signature);
  EXPECT_EQ(judge(good.substr(7), "{}"), Verified::wrong_signature) << "without its prefix";
  EXPECT_EQ(judge("sha1=" + good.substr(7), "{}"), Verified::wrong_signature);
  EXPECT_EQ(judge("", "{}"), Verified::no_signature);
  // One over a timestamp is none over the body, and the other way round.
  EXPECT_EQ(judge("sha256=" + test::hmac_hex("key", "1790000000.{}"), "{}"), Verified::wrong_signature);
  EXPECT_EQ(verify("v1=" + good.substr(7), "1790000000", "{}"), Verified::wrong_signature);
}

TEST(Signature, is_out_of_time_beyond_the_tolerance_either_way) {
  const auto at = [](std::int64_t seconds) {
    const std::string timestamp = std::to_string(seconds);
    return verify("v1=" + test::hmac_hex("key", timestamp + ".b"), timestamp, "b");
  };
  EXPECT_EQ(at(1'790'000'000 - 300), Verified::accepted);
  EXPECT_EQ(at(1'790'000'000 + 300), Verified::accepted);
  EXPECT_EQ(at(1'790'000'000 - 301), Verified::out_of_time);
  EXPECT_EQ(at(1'790'000'000 + 301), Verified::out_of_time);
  EXPECT_EQ(at(INT64_MAX), Verified::out_of_time);
}

TEST(Signature, that_is_missing_or_no_number_of_seconds_is_none) {
  for (const std::string_view timestamp : {"", "soon", "17e8", "-5", " 1790000000", "99999999999999999999"}) {
    EXPECT_EQ(verify("v1=00", timestamp, "b"), Verified::no_signature) << timestamp;
  }
  EXPECT_EQ(verify("", "1790000000", "b"), Verified::no_signature);
  EXPECT_EQ(verify(std::string(2000, 'v'), "1790000000", "b"), Verified::no_signature);
}

TEST(Signature, of_a_bearer_is_the_token_itself) {
  const std::string_view tokens[] = {"one", "two"};
  EXPECT_EQ(verify_bearer("Bearer two", tokens), Verified::accepted);
  EXPECT_EQ(verify_bearer("bearer one", tokens), Verified::accepted);
  EXPECT_EQ(verify_bearer("Bearer three", tokens), Verified::wrong_signature);
  EXPECT_EQ(verify_bearer("Bearer ", tokens), Verified::no_signature);
  EXPECT_EQ(verify_bearer("Basic two", tokens), Verified::no_signature);
  EXPECT_EQ(verify_bearer("", tokens), Verified::no_signature);
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Signature, of_the_samples_is_judged_as_expected) {
  IZ_REQUIRE_SHARED("providers/samples/webhook/EXPECTED.json");
  const auto folder = test::shared_data("providers/samples/webhook");
  const auto expected = boost::json::parse(read(folder / "EXPECTED.json")).as_object();
  const auto text = [&](const boost::json::object& from, const char* key) {
    const auto* value = from.if_contains(key);
    return value == nullptr ? std::string() : std::string(value->as_string());
  };
  const std::string secret = text(expected, "secret");
  const std::string timestamp = text(expected, "timestamp");
  const std::string body = read(folder / "body.json");
  const std::chrono::sys_seconds now{std::chrono::seconds(std::stoll(text(expected, "now")))};
  const std::chrono::seconds tolerance{expected.at("tolerance_s").as_int64()};
  const auto judge = [&](std::string_view signature, std::string_view at, std::string_view of) {
    const std::string_view secrets[] = {secret};
    return verify_hmac({signature, "v1=", at, of}, secrets, now, tolerance) == Verified::accepted;
  };
  const auto& signatures = expected.at("signatures").as_object();
  EXPECT_TRUE(judge(text(signatures, "body.json"), timestamp, body));
  EXPECT_TRUE(judge(text(signatures, "empty body"), timestamp, ""));
  const std::string trigger = "../yandex/function_trigger_audit_logging.json";
  EXPECT_TRUE(judge(text(signatures, trigger.c_str()), timestamp, read(folder / trigger)));
  int judged = 0;
  for (const auto& item : expected.at("cases").as_array()) {
    const auto& one = item.as_object();
    if (!one.contains("signature")) continue;
    const std::string at = one.contains("timestamp") ? text(one, "timestamp") : timestamp;
    EXPECT_EQ(judge(text(one, "signature"), at, body), text(one, "expect") == "accepted") << text(one, "case");
    ++judged;
  }
  EXPECT_GE(judged, 6);
  std::string altered = body;
  altered.replace(altered.find("STOPPED"), 7, "RUNNING");
  EXPECT_FALSE(judge(text(signatures, "body.json"), timestamp, altered));
}

TEST(HookBody, names_what_is_to_be_looked_at) {
  const auto body =
      parse_targets(R"({"stream":"costs","targets":[{"type":"vm","id":"1"},{"id":"2","more":true}],"x":1})");
  EXPECT_EQ(body.stream, "costs");
  ASSERT_EQ(body.targets.size(), 2U);
  EXPECT_EQ(body.targets[0].type, "vm");
  EXPECT_EQ(body.targets[1].type, "");
  EXPECT_EQ(body.targets[1].id, "2");
}

TEST(HookBody, that_is_none_is_refused_with_its_reason) {
  for (const char* bad : {"", "[", "[]", "{}", R"({"targets":{}})", R"({"targets":[]})", R"({"targets":[1]})",
                          R"({"targets":[{"type":"vm"}]})", R"({"targets":[{"id":5}]})", R"({"targets":[{"id":""}]})",
                          R"({"targets":[{"id":"a\u0000b"}]})", R"({"stream":7,"targets":[{"id":"1"}]})"}) {
    EXPECT_THROW((void)parse_targets(bad), BadBody) << bad;
  }
  EXPECT_THROW((void)parse_targets(std::string(100, '[')), BadBody) << "too deep";
}

TEST(HookBody, has_fields_by_their_path) {
  constexpr std::string_view kBody = R"({"id":7,"data":{"id":"e-1","list":[]}})";
  EXPECT_EQ(field_of(kBody, "data.id"), "e-1");
  EXPECT_EQ(field_of(kBody, "id"), "7");
  EXPECT_EQ(field_of(kBody, "data"), std::nullopt);
  EXPECT_EQ(field_of(kBody, "data.none"), std::nullopt);
  EXPECT_EQ(field_of(kBody, "id.more"), std::nullopt);
  EXPECT_EQ(field_of("no json", "id"), std::nullopt);
}

TEST(TokenBucket, allows_a_burst_and_then_the_rate) {
  TokenBucket bucket(2, 3);
  const TokenBucket::Instant begin{std::chrono::hours(1)};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(begin));
  EXPECT_FALSE(bucket.take(begin));
  EXPECT_EQ(bucket.wait(), 1s);
  EXPECT_FALSE(bucket.take(begin + 400ms));
  EXPECT_TRUE(bucket.take(begin + 500ms));
  EXPECT_FALSE(bucket.take(begin + 600ms));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(begin + 1h));
  EXPECT_FALSE(bucket.take(begin + 1h));
}

}  // namespace
}  // namespace iz::serve
