// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/s3/storage.hpp"
#include "integration/yandex/yandex_daemon.hpp"

namespace iz::test {
namespace {

std::string event(const std::string& id, const std::string& verb) {
  return R"({"event_id":")" + id + R"(","event_source":"compute","event_type":"yandex.cloud.audit.compute.)" + verb +
         R"(","event_time":"2026-10-01T00:00:00Z","event_status":"DONE","details":{"instance_id":"fhmvmshop00000000001"}})";
}

struct YandexLogs : YandexDaemon {
  YandexLogs() {
    trail.takes_token = [](std::string_view token) { return token == "t1.fake-1." + std::string(40, 'x'); };
    bucket.handle_others([this](const ReceivedRequest& request) { return trail.answer(request); });
    trail.objects["audit/cnptrail000000000001/2026/10/one.json"] =
        "[" + event("e-1", "StopInstance") + "," + event("e-2", "StartInstance") + "]";
    trail.objects["audit/cnptrail000000000001/2026/10/02/two.json"] = "[" + event("e-2", "StartInstance") + "]";
    trail.objects["audit/cnptrail000000000001/2019/01/old.json"] = "[" + event("e-0", "StopInstance") + "]";
    connect("audit_bucket: lavka, audit_prefix: audit, audit_history: 120d", "logs",
            ", storage: \"" + bucket.url("") + "\"");
  }
  std::string events() {
    return daemon.scalar("SELECT string_agg(event_id, ' ' ORDER BY event_id) FROM infrazen.resource_logs");
  }
  S3Storage trail{"lavka"};
  HttpServer bucket;
};

TEST_F(YandexLogs, events_of_a_trail_are_stored_once_however_often_their_files_are_read) {
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "logs", "succeeded")) << error_of_last_run() << daemon.log();
  EXPECT_EQ(events(), "e-1 e-2");
  trail.objects["audit/cnptrail000000000001/2026/10/three.json"] = "[" + event("e-3", "StopInstance") + "]";
  trail.takes_token = [](std::string_view token) {
    return token == "t1.fake-2." + std::string(40, 'x');
  };  // of the second run
  daemon.sync("yc", "logs");
  EXPECT_EQ(error_of_last_run(), "");
  EXPECT_EQ(events(), "e-1 e-2 e-3");
}

TEST_F(YandexLogs, a_broken_file_of_a_trail_is_told_and_does_not_keep_the_others) {
  trail.objects["audit/cnptrail000000000001/2026/10/broken.json"] = "[" + event("e-4", "StopInstance") + ", {";
  trail.objects["audit/cnptrail000000000001/2026/10/large.json"] = std::string((std::size_t{64} << 20) + 1, ' ');
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "logs", "succeeded")) << error_of_last_run() << daemon.log();
  EXPECT_EQ(events(), "e-1 e-2");
  EXPECT_EQ(daemon.scalar("SELECT string_agg(severity || ' ' || origin, ', ' ORDER BY origin) FROM infrazen.findings "
                          "WHERE rule = 'broken_trail_file'"),
            "rejected audit/cnptrail000000000001/2026/10/broken.json, "
            "rejected audit/cnptrail000000000001/2026/10/large.json");
}

}  // namespace
}  // namespace iz::test
