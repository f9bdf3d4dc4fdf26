// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "fakes/s3/storage.hpp"
#include "integration/clouds/yandex_estate.hpp"
#include <infrazen/time.hpp>

// Audit events out of the bucket that a trail writes to, read with the token of the service account.
namespace iz::test {
namespace {

// The same for all fakes and runs, also over midnight and the end of a month: minutes ago, in that day's folders.
const auto kWritten =
    std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - std::chrono::minutes(30);

std::string written() {
  return infrazen::to_text(infrazen::Micros(kWritten));
}

std::string event(const std::string& id) {
  return R"({"event_id":")" + id +
         R"(","event_source":"compute","event_type":"yandex.cloud.audit.compute.StopInstance","event_time":")" +
         written() + R"(","event_status":"DONE","details":{"instance_id":"fhmvmshop00000000001"}})";
}

struct Audited {
  YandexCloud cloud;
  S3Storage trail{"trail"};
};

CloudFake start(const std::string&) {
  const auto all = std::make_shared<Audited>();
  furnish(all->cloud);
  all->trail.modified = written();
  all->trail.takes_token = [](std::string_view token) { return token.starts_with("t1.fake-"); };
  const std::string month = written().substr(0, 4) + '/' + written().substr(5, 2) + '/';
  // Enough for a second page; one event is in two files.
  for (const std::string n : {"1", "2", "3", "4", "5"}) {
    all->trail.objects["audit/cnptrail000000000001/" + month + written().substr(8, 2) + "/file-" + n + ".json"] =
        "[" + event("e-" + n) + "," + event("e-shared") + "]";
  }
  all->trail.objects["audit/cnptrail000000000002/" + month + "file.json"] = "[" + event("e-other") + "]";
  CloudFake fake = yandex_fake(std::shared_ptr<YandexCloud>(all, &all->cloud));
  fake.handler = [all, others = fake.handler](const ReceivedRequest& request) {
    return all->trail.serves(request) ? all->trail.answer(request) : others(request);
  };
  fake.habits.credential_headers = {"x-yacloud-subjecttoken"};
  fake.habits.is_later_page = [](const ReceivedRequest& request) {
    return request.query.find("continuation-token=") != std::string::npos;
  };
  fake.habits.change = nullptr;
  return fake;
}

TEST(Clouds, yandex_audit_logs_survive_every_fault) {
  survive_every_fault({.name = "yandex-logs",
                       .connector = "yandex",
                       .streams = {"logs"},
                       .streams_off = {"inventory", "metrics", "costs", "prices", "balance"},
                       .start = start,
                       .settings =
                           [](const std::string& url) {
                             return yandex_settings(
                                 url, "discover_endpoints: false, audit_bucket: trail, audit_prefix: audit");
                           },
                       .secrets = {{"key", YandexCloud().key_file()}},
                       .tables = {tables::kEvents}});
}

}  // namespace
}  // namespace iz::test
