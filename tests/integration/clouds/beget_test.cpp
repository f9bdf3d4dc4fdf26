// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>

#include <gtest/gtest.h>

#include "fakes/beget/cloud.hpp"
#include "fakes/beget/hosting.hpp"
#include "integration/clouds/matrix.hpp"

// Each of Beget's two APIs by itself.
namespace iz::test {
namespace {

// The same for all fakes: their statistics are of one half hour.
const auto kNow = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());

CloudFake start_cloud(const std::string&) {
  const auto cloud = std::make_shared<BegetCloud>(kNow);
  CloudFake fake;
  fake.handler = [cloud](const ReceivedRequest& request) { return cloud->answer(request); };
  fake.habits.is_login = BegetCloud::is_login;
  fake.habits.is_later_page = BegetCloud::is_later_page;
  fake.habits.change = [cloud] { cloud->set_additional_projects(1); };
  fake.habits.restore = [cloud] { cloud->set_additional_projects(0); };
  return fake;
}

CloudFake start_hosting(const std::string&) {
  const auto hosting = std::make_shared<BegetHosting>();
  CloudFake fake;
  fake.handler = [hosting](const ReceivedRequest& request) { return hosting->answer(request); };
  fake.habits.credential_headers = {"x-none"};  // the password is in the form
  return fake;
}

std::string settings(const std::string& url) {
  return "{login: demo, base_url: \"" + url +
         "\", hosting_pause: 0s, page_size: 3, statistics: [cpu, memory, disk, network]}";
}

TEST(Clouds, beget_s_cloud_survives_every_fault) {
  survive_every_fault({.name = "beget-cloud",
                       .connector = "beget",
                       .streams = {"inventory", "costs", "metrics", "logs", "prices"},
                       .streams_off = {"balance"},
                       .start = start_cloud,
                       .settings = settings,
                       .secrets = {{"cloud_password", "open-sesame-cloud"}},
                       .tables = {tables::kResources, tables::kRelations, tables::kAccounts, tables::kCharges,
                                  tables::kMetrics, tables::kEvents, tables::kPrices}});
}

TEST(Clouds, beget_s_hosting_survives_every_fault) {
  survive_every_fault({.name = "beget-hosting",
                       .connector = "beget",
                       .streams = {"inventory", "costs", "balance", "metrics", "logs", "prices"},
                       .start = start_hosting,
                       .settings = settings,
                       .secrets = {{"api_password", "open sesame & co"}},
                       .tables = {tables::kResources, tables::kRelations, tables::kCharges, tables::kBalances,
                                  tables::kMetrics, tables::kEvents, tables::kPrices}});
}

}  // namespace
}  // namespace iz::test
