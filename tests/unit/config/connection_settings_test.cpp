// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/connection_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/yaml/yaml.hpp"

namespace iz::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ConnectorSpec spec() {
  return {.id = "hetzner",
          .settings = {{.name = "project", .type = SettingType::string, .required = true},
                       {.name = "page", .type = SettingType::integer, .default_json = "50", .min = 1, .max = 500},
                       {.name = "ratio", .type = SettingType::number},
                       {.name = "wait", .type = SettingType::duration, .max = 60},
                       {.name = "folder", .type = SettingType::path},
                       {.name = "regions", .type = SettingType::list},
                       {.name = "labels", .type = SettingType::map},
                       {.name = "deep", .type = SettingType::boolean},
                       {.name = "mode", .type = SettingType::enumeration, .values = {"fast", "full"}}},
          .secrets = {{.name = "token", .required = true}, {.name = "key", .reveal = true}},
          .streams = {"inventory", "costs"},
          .hosts = {"api.hetzner.cloud", "*.example.com"}};
}

Connection connection(std::string_view settings) {
  Connection out;
  out.id = "h1";
  out.at = {"h1.yaml", 1, 1};
  out.settings = parse_yaml(settings, "h1.yaml");
  out.secrets["token"] = {"h-token", false, {"h1.yaml", 20, 10}};
  return out;
}

std::vector<std::string> messages(const CheckedSettings& checked) {
  std::vector<std::string> out;
  for (const auto& problem : checked.problems) out.push_back(to_string(problem));
  return out;
}

TEST(ConnectionSettings, are_typed_by_the_manifest_and_filled_up) {
  const auto checked = check(connection("project: 007\nratio: 0.10\nwait: 1m\nfolder: /srv/x/../y\nregions: "
                                        "[fsn1]\nlabels: {a: b}\ndeep: true\nmode: full\n"),
                             spec());
  EXPECT_THAT(messages(checked), ElementsAre());
  EXPECT_EQ(
      checked.json,
      R"({"project":"007","page":50,"ratio":0.10,"wait":"1m","folder":"/srv/y","regions":["fsn1"],"labels":{"a":"b"},"deep":true,"mode":"full"})");
  ASSERT_EQ(checked.files.size(), 1U);
  EXPECT_EQ(checked.files[0].setting, "folder");
  EXPECT_EQ(checked.files[0].path, "/srv/y");
  EXPECT_THAT(checked.hosts, ElementsAre("api.hetzner.cloud", "*.example.com"));
}

TEST(ConnectionSettings, every_fault_is_told_with_its_place) {
  const auto checked = check(
      connection(
          "page: 501\nratio: much\nwait: 2m\nfolder: x\nregions: fsn1\nlabels: []\ndeep: yes\nmode: slow\nprojet: p\n"),
      spec());
  EXPECT_THAT(
      messages(checked),
      ElementsAre(
          HasSubstr("h1.yaml:1:1: h1.settings.project is missing: connector 'hetzner' needs it"),
          HasSubstr("h1.yaml:1:7: h1.settings.page must be a whole number from 1 to 500, not '501'"),
          HasSubstr("h1.yaml:2:8: h1.settings.ratio must be a number, not 'much'"),
          HasSubstr("h1.yaml:3:7: h1.settings.wait must be a duration such as 90s or 1h30m of at most 60 seconds"),
          HasSubstr("h1.yaml:4:9: h1.settings.folder must be an absolute path"),
          HasSubstr("h1.yaml:5:10: h1.settings.regions must be a list"),
          HasSubstr("h1.yaml:6:9: h1.settings.labels must be a map"),
          HasSubstr("h1.yaml:7:7: h1.settings.deep must be true or false, not 'yes'"),
          HasSubstr("h1.yaml:8:7: h1.settings.mode must be one of fast, full, not 'slow'"),
          HasSubstr("h1.yaml:9:1: connector 'hetzner' has no setting 'projet' (did you mean 'project'?)")));
}

TEST(ConnectionSettings, secrets_streams_and_hosts_must_be_the_connectors) {
  Connection bad = connection("project: p\n");
  bad.secrets.clear();
  bad.secrets["tokn"] = {"x", false, {"h1.yaml", 5, 1}};
  bad.streams["cost"].at = {"h1.yaml", 7, 3};
  bad.hosts = {"api.hetzner.cloud", "a.example.com", "evil.com"};
  const auto checked = check(bad, spec());
  EXPECT_THAT(messages(checked),
              ElementsAre(HasSubstr("h1.secrets.token is missing"), HasSubstr("h1.hosts approves 'evil.com'"),
                          HasSubstr("uses no secret 'tokn' (did you mean 'token'?)"),
                          HasSubstr("has no stream 'cost' (did you mean 'costs'?)")));
  EXPECT_THAT(checked.hosts, ElementsAre("api.hetzner.cloud", "a.example.com"));
}

TEST(ConnectionSettings, a_host_may_be_what_the_operator_wrote_into_a_setting) {
  ConnectorSpec open = spec();
  open.hosts = {"api.hetzner.cloud", "{project}", "{regions}"};
  const auto hosts = [&](std::string_view settings) { return check(connection(settings), open).hosts; };
  EXPECT_THAT(hosts("project: https://Cloud.example:5000/v3\nregions: [a.example, 'https://b.example/x']\n"),
              ElementsAre("api.hetzner.cloud", "cloud.example", "a.example", "b.example"));
  // Not a way around: no pattern, and nothing for what is not there.
  EXPECT_THAT(hosts("project: '*'\nregions: ['*.example', '']\n"), ElementsAre("api.hetzner.cloud"));
  EXPECT_THAT(hosts("project: 'https://trusted.example@evil.example/'\n"),
              ElementsAre("api.hetzner.cloud", "evil.example"));

  Connection approved = connection("project: https://cloud.example\n");
  approved.hosts = {"cloud.example"};
  EXPECT_THAT(check(approved, open).hosts, ElementsAre("cloud.example"));
  approved.hosts = {"other.example"};
  EXPECT_THAT(messages(check(approved, open)), ElementsAre(HasSubstr("approves 'other.example'")));
}

TEST(ConnectionSettings, reveal_is_only_granted_where_it_is_asked_for) {
  Connection granted = connection("project: p\n");
  granted.secrets["key"] = {"k", true, {}};
  EXPECT_TRUE(check(granted, spec()).problems.empty());
  granted.secrets["token"].reveal = true;
  EXPECT_THAT(messages(check(granted, spec())), ElementsAre(HasSubstr("never asks to see it")));
}

}  // namespace
}  // namespace iz::config
