// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>

#include "fakes/s3/storage.hpp"
#include "integration/yandex/yandex_daemon.hpp"
#include <infrazen/time.hpp>

namespace iz::test {
namespace {

// When all files were written, whatever day it is: minutes ago, in the month's folder of then.
const auto kWritten = infrazen::Micros(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) -
                                       std::chrono::hours(1));
const std::string kTrail = "audit/cnptrail000000000001/";
const std::string kMonth =
    kTrail + infrazen::to_text(kWritten).substr(0, 4) + "/" + infrazen::to_text(kWritten).substr(5, 2) + "/";

std::string event(const std::string& id, const std::string& verb) {
  return R"({"event_id":")" + id + R"(","event_source":"compute","event_type":"yandex.cloud.audit.compute.)" + verb +
         R"(","event_time":")" + infrazen::to_text(kWritten) +
         R"(","event_status":"DONE","details":{"instance_id":"fhmvmshop00000000001"}})";
}

struct YandexLogs : YandexDaemon {
  YandexLogs() {
    trail.takes_token = [](std::string_view token) { return token == "t1.fake-1." + std::string(40, 'x'); };
    trail.modified = infrazen::to_text(kWritten);
    bucket.handle_others([this](const ReceivedRequest& request) { return trail.answer(request); });
    trail.objects[kMonth + "one.json"] = "[" + event("e-1", "StopInstance") + "," + event("e-2", "StartInstance") + "]";
    trail.objects[kMonth + "02/two.json"] = "[" + event("e-2", "StartInstance") + "]";
    trail.objects[kTrail + "2019/01/old.json"] = "[" + event("e-0", "StopInstance") + "]";
    connect("audit_bucket: lavka, audit_prefix: audit", "logs", ", storage: \"" + bucket.url("") + "\"");
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
  trail.objects[kMonth + "three.json"] = "[" + event("e-3", "StopInstance") + "]";
  trail.takes_token = [](std::string_view token) {
    return token == "t1.fake-2." + std::string(40, 'x');
  };  // of the second run
  daemon.sync("yc", "logs");
  EXPECT_EQ(error_of_last_run(), "");
  EXPECT_EQ(events(), "e-1 e-2 e-3");
}

TEST_F(YandexLogs, a_broken_file_of_a_trail_is_told_and_does_not_keep_the_others) {
  trail.objects[kMonth + "broken.json"] = "[" + event("e-4", "StopInstance") + ", {";
  trail.objects[kMonth + "large.json"] = std::string((std::size_t{64} << 20) + 1, ' ');
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "logs", "succeeded")) << error_of_last_run() << daemon.log();
  EXPECT_EQ(events(), "e-1 e-2");
  EXPECT_EQ(daemon.scalar("SELECT string_agg(severity || ' ' || origin, ', ' ORDER BY origin) FROM infrazen.findings "
                          "WHERE rule = 'broken_trail_file'"),
            "rejected " + kMonth + "broken.json, rejected " + kMonth + "large.json");
}

}  // namespace
}  // namespace iz::test
