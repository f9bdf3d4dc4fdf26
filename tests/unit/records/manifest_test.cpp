// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "records/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <infrazen/abi/records.h>

namespace iz::records {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::string_view kGood = R"({
  "manifest": 1, "id": "hetzner", "version": "1.0.0", "title": "Hetzner Cloud", "billing_time_zone": "Europe/Berlin",
  "settings": {
    "path": {"type": "path", "required": true, "description": "the folder of bills"},
    "mode": {"type": "enum", "values": ["fast", "whole"], "default": "fast"},
    "pages": {"type": "integer", "min": 1, "max": 100, "default": 10},
    "wait": {"type": "duration", "default": "30s", "max": 600},
    "folders": {"type": "list"}
  },
  "secrets": {"token": {"reveal": false, "description": "API token"}, "key": {"required": false, "reveal": true}},
  "streams": {
    "inventory": {"interval": "10m", "kinds": ["resource", "relation"]},
    "costs": {"interval": "1h30m", "after": ["inventory"], "full_every": "1d", "kinds": ["charge"]},
    "metrics": {"kinds": ["metric"]}
  },
  "hosts": ["api.hetzner.cloud", "*.example.com"],
  "permissions": [{"name": "read", "why": "to list"}],
  "sensitive_fields": ["attributes.password"],
  "extension_columns": [{"name": "flavor", "type": "text"}, {"name": "cores", "type": "integer"}]
})";

std::vector<std::string> problems_of(std::string_view json) {
  try {
    (void)parse_manifest(json);
  } catch (const ManifestError& error) {
    return error.problems();
  }
  return {};
}

TEST(Manifest, is_read_whole) {
  const Manifest manifest = parse_manifest(kGood);
  EXPECT_EQ(manifest.id, "hetzner");
  EXPECT_EQ(manifest.provider, "hetzner");
  EXPECT_EQ(manifest.billing_time_zone, "Europe/Berlin");
  ASSERT_NE(manifest.find_setting("mode"), nullptr);
  EXPECT_EQ(manifest.find_setting("mode")->default_json, "\"fast\"");
  EXPECT_EQ(manifest.find_setting("pages")->max, 100);
  EXPECT_TRUE(manifest.find_secret("token")->required);
  EXPECT_TRUE(manifest.find_secret("key")->reveal);
  const auto* costs = manifest.find_stream("costs");
  ASSERT_NE(costs, nullptr);
  EXPECT_EQ(costs->interval, 90min);
  EXPECT_EQ(costs->full_every, 24h);
  EXPECT_THAT(costs->after, ElementsAre("inventory"));
  EXPECT_THAT(manifest.find_stream("metrics")->kinds, ElementsAre(IZ_KIND_METRIC));
  EXPECT_EQ(manifest.find_column("cores")->type, ColumnType::integer);
  EXPECT_THAT(manifest.unknown_keys, IsEmpty());
}

TEST(Manifest, everything_that_is_wrong_is_said_at_once) {
  const auto problems = problems_of(R"({"manifest": 2, "id": "No!", "version": 1,
    "settings": {"a": {"type": "colour"}, "b": 5, "c": {"type": "enum"}},
    "streams": {"costs": {"interval": "1 hour", "after": ["nothing"], "kinds": ["charge", "cat"]}, "cats": {"kinds": ["log"]}},
    "hosts": ["API.example.com", "{c}", "{nothing}"], "extension_columns": [{"name": "A", "type": "text"}]})");
  EXPECT_THAT(
      problems,
      UnorderedElementsAre(
          HasSubstr("manifest: must be 1"), HasSubstr("id: \"No!\""), HasSubstr("version: must be a string"),
          HasSubstr("title: is missing"), HasSubstr("settings.a.type: \"colour\" is not one of"),
          HasSubstr("settings.b: must be an object"), HasSubstr("settings.c.values"),
          HasSubstr("streams.costs.interval: \"1 hour\" is not a duration"), HasSubstr("streams.costs.kinds: \"cat\""),
          HasSubstr("streams.costs.after: \"nothing\""), HasSubstr("streams.cats: is not a stream"),
          HasSubstr("hosts: \"API.example.com\""), HasSubstr("hosts: \"{c}\" is no setting"),
          HasSubstr("hosts: \"{nothing}\" is no setting"), HasSubstr("extension_columns[0].name: \"A\"")));
}

TEST(Manifest, what_is_not_json_or_not_an_object_is_refused) {
  EXPECT_THAT(problems_of("{"), ElementsAre(HasSubstr("not JSON")));
  EXPECT_THAT(problems_of("[]"), ElementsAre(HasSubstr("not a JSON object")));
  EXPECT_THAT(problems_of(""), ElementsAre(HasSubstr("not JSON")));
  EXPECT_THAT(problems_of(std::string(600'000, ' ')), ElementsAre(HasSubstr("bytes")));
}

TEST(Manifest, a_key_of_a_newer_form_is_noted_and_not_refused) {
  const auto manifest = parse_manifest(
      R"({"manifest":1,"id":"ab","version":"1","title":"t","colour":"red","streams":{"costs":{"kinds":["charge"],"speed":9}}})");
  EXPECT_THAT(manifest.unknown_keys, UnorderedElementsAre("colour", "streams.costs.speed"));
}

std::string with_webhook(const std::string& webhook) {
  return R"({"manifest":1,"id":"ab","version":"1","title":"t","streams":{"logs":{"kinds":["log"]}},"webhook":)" +
         webhook + "}";
}

TEST(Manifest, a_stream_has_no_back_fill_unless_it_says_so) {
  const auto with = [](const std::string& more) {
    return parse_manifest(
        R"({"manifest":1,"id":"acme","version":"1","title":"Acme","streams":{"rates":{"kinds":["rate"])" + more +
        "}}}");
  };
  EXPECT_FALSE(with("").streams.at(0).back_fill);
  EXPECT_TRUE(with(R"(,"back_fill":true)").streams.at(0).back_fill);
  EXPECT_FALSE(with(R"(,"back_fill":false)").streams.at(0).back_fill);
  try {
    (void)with(R"(,"back_fill":"yes")");
    FAIL() << "accepted";
  } catch (const ManifestError& error) {
    EXPECT_STREQ(error.what(), "streams.rates.back_fill: must be true or false");
  }
}

TEST(Manifest, a_webhook_names_its_stream_and_the_headers_that_are_kept) {
  const auto manifest = parse_manifest(with_webhook(R"({"stream":"logs","headers":["x-kind"]})"));
  ASSERT_TRUE(manifest.webhook.has_value());
  EXPECT_EQ(manifest.webhook->stream, "logs");
  EXPECT_TRUE(manifest.webhook->handles);
  EXPECT_FALSE(manifest.webhook->checks);
  EXPECT_THAT(manifest.webhook->headers, ElementsAre("x-kind"));
  EXPECT_THAT(manifest.unknown_keys, IsEmpty());
  EXPECT_THAT(problems_of(with_webhook(R"({"stream":"costs"})")), ElementsAre(HasSubstr("webhook.stream: \"costs\"")));
  EXPECT_THAT(problems_of(with_webhook(R"({"stream":"logs","handles":false})")),
              ElementsAre(HasSubstr("webhook: neither")));
  EXPECT_THAT(problems_of(with_webhook(R"({"stream":"logs","headers":["authorization","X-Kind"]})")),
              ElementsAre(HasSubstr("\"authorization\""), HasSubstr("\"X-Kind\"")));
  EXPECT_THAT(problems_of(with_webhook("[]")), ElementsAre("webhook: must be an object"));
}

TEST(Manifest, rate_limits_are_the_provider_s_by_host) {
  std::string json(kGood);
  const auto with = [&](const std::string& limits) {
    return json.substr(0, json.rfind('}')) + R"(, "rate_limits": )" + limits + "}";
  };
  const Manifest manifest =
      parse_manifest(with(R"([{"host": "api.hetzner.cloud", "per_second": 0.0166}, {"host": "*", "per_second": 10, "burst": 4}])"));
  ASSERT_EQ(manifest.rate_limits.size(), 2U);
  EXPECT_EQ(manifest.rate_limits[0].host, "api.hetzner.cloud");
  EXPECT_EQ(manifest.rate_limits[0].per_second, 0.0166);
  EXPECT_EQ(manifest.rate_limits[0].burst, 1);
  EXPECT_EQ(manifest.rate_limits[1].burst, 4);
  EXPECT_THAT(problems_of(with(R"([{"host": "API", "per_second": 0, "burst": 0}])")),
              UnorderedElementsAre("rate_limits[0].host: \"API\" is not a host name in lower case",
                                   "rate_limits[0].per_second: must be above zero and at most 100000",
                                   "rate_limits[0].burst: must be from 1 to 10000"));
}

TEST(Manifest, ids_are_names_of_tables_too) {
  for (const char* good : {"ab", "focus", "s3", "a234567890123456789012345678901"})
    EXPECT_TRUE(is_connector_id(good)) << good;
  for (const char* bad : {"", "a", "1a", "Ab", "a-b", "a_b", "a23456789012345678901234567890123"}) {
    EXPECT_FALSE(is_connector_id(bad)) << bad;
  }
}

TEST(Duration, sums_of_units) {
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("2w"), 14 * 24h);
  EXPECT_EQ(parse_duration("0s"), 0s);
  for (const char* bad : {"", "5", "s", "-1s", "1.5h", "1 h", "1y", "99999999999999999999s", "9999999w"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Settings, a_default_is_held_to_its_own_rules) {
  EXPECT_THAT(problems_of(R"({"manifest":1,"id":"ab","version":"1","title":"t","streams":{"costs":{"kinds":["charge"]}},
    "settings":{"n":{"type":"integer","default":"ten"}}})"),
              ElementsAre(HasSubstr("settings.n.default: must be a whole number")));
}

}  // namespace
}  // namespace iz::records
