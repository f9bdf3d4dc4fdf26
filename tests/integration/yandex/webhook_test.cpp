// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// From the audit event that a function passes on to the row: nothing is listed in between.
#include "harness/wait_until.hpp"
#include "harness/webhook_sender.hpp"
#include "integration/yandex/yandex_daemon.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSecret = "what the function knows";
const std::string kMachines = "/compute/v1/instances";
const std::string kNewMachine = "fhmvmevent0000000001";

std::string audit_event(const std::string& id, const std::string& verb, const std::string& status,
                        const std::string& machine) {
  return R"({"event_id":")" + id + R"(","event_source":"compute","event_type":"yandex.cloud.audit.compute.)" + verb +
         R"(","event_time":"2026-10-20T12:00:00Z","event_status":")" + status +
         R"(","authentication":{"authenticated":true,"subject_type":"SERVICE_ACCOUNT","subject_id":"ajesa000000000000001"},
            "resource_metadata":{"path":[{"resource_type":"resource-manager.cloud","resource_id":")" +
         kYandexCloudId + R"("},{"resource_type":"resource-manager.folder","resource_id":")" + kYandexFolder +
         R"("}]},"details":{"instance_id":")" + machine + R"(","zone_id":"ru-central1-a"}})";
}

// The body of a trigger on the trail's log group. An operation's beginning comes along with its end.
std::string trigger(const std::string& batch, const std::string& verb, const std::string& machine) {
  std::string records;
  for (const std::string status : {"STARTED", "DONE"}) {
    records += (records.empty() ? "" : ",") +
               std::string(R"({"resource":{"type":"audit.trail","id":"cnptrail000000000001"},"level":"INFO",)") +
               R"("timestamp":"2026-10-20T12:00:01Z","message":"","json_payload":)" +
               audit_event(batch + "-" + status, verb, status, machine) + "}";
  }
  return R"({"messages":[{"event_metadata":{"event_id":")" + batch +
         R"(","event_type":"yandex.cloud.events.serverless.triggers.LoggingMessageBatch",)" +
         R"("created_at":{"seconds":1792497602,"nanos":5},"cloud_id":")" + kYandexCloudId + R"(","folder_id":")" +
         kYandexFolder + R"("},"details":{"messages":[)" + records + "]}}]}";
}

struct YandexWebhook : YandexDaemon {
  YandexWebhook() : YandexWebhook(free_port()) {}
  explicit YandexWebhook(std::uint16_t where)
      : YandexDaemon("webhooks: {listen: \"127.0.0.1:" + std::to_string(where) + "\"}\n"), port(where) {
    daemon.secret("hook", std::string(kSecret));
    connect({}, "inventory", {}, "webhook: {secret: hook}\n");
    daemon.start();
    if (!daemon.wait_outcome("yc", "inventory", "succeeded")) throw std::runtime_error(daemon.log());
  }

  void make_machine() {
    cloud.put("/compute/v1/disks", R"({"id":"fhmdiskevent00000001","folderId":")" + kYandexFolder +
                                       R"(","name":"event-boot","typeId":"network-ssd","zoneId":"ru-central1-a",
                                          "size":"21474836480","blockSize":"4096","status":"READY","instanceIds":[")" +
                                       kNewMachine + "\"]}");
    cloud.put(kMachines, R"({"id":")" + kNewMachine + R"(","folderId":")" + kYandexFolder +
                             R"(","name":"made-just-now","createdAt":"2026-10-20T12:00:00Z","zoneId":"ru-central1-a",
                                "platformId":"standard-v3","status":"RUNNING",
                                "resources":{"memory":"4294967296","cores":"2","coreFraction":"100"},
                                "bootDisk":{"mode":"READ_WRITE","diskId":"fhmdiskevent00000001"}})");
  }
  int post(const std::string& body, std::string_view id = {}) {
    return WebhookSender(port).post("/hooks/yc", signed_headers(kSecret, body, id), body).status;
  }
  std::string shown(const std::string& id) {
    return daemon.scalar(
        "SELECT coalesce(string_agg(resource_name || ' ' || status, ','), '') FROM infrazen.resources "
        "WHERE resource_id = '" +
        id + "'");
  }
  std::string runs(const std::string& trigger_is) {
    return daemon.scalar("SELECT count(*) FROM infrazen.runs WHERE triggered_by " + trigger_is);
  }
  bool settled() {
    return wait_until(
        [&] {
          return daemon.scalar("SELECT count(*) FROM infrazen.webhook_events WHERE state <> 'done'") == "0" &&
                 daemon.scalar("SELECT count(*) FROM infrazen.runs WHERE outcome = 'running'") == "0";
        },
        20s);
  }
  std::uint16_t port;
};

TEST_F(YandexWebhook, a_machine_of_which_an_audit_event_tells_is_there_without_a_listing_and_once) {
  const std::size_t listed = cloud.asked(kMachines);
  const std::string before = active();
  make_machine();
  const std::string body = trigger("ev-create", "CreateInstance", kNewMachine);
  EXPECT_EQ(post(body, "delivery-1"), 202);
  ASSERT_TRUE(wait_until([&] { return is_active(kNewMachine); }, 20s)) << daemon.log();
  ASSERT_TRUE(settled()) << daemon.log();
  EXPECT_EQ(shown(kNewMachine), "made-just-now running");
  EXPECT_EQ(active(), std::to_string(std::stoi(before) + 1)) << "what the event did not name is left as it is";
  EXPECT_EQ(runs("= 'webhook'"), "1");
  EXPECT_EQ(post(body, "delivery-1"), 200);
  EXPECT_EQ(post(trigger("ev-create", "UpdateInstance", kNewMachine), "delivery-1"), 200) << "the id counts";
  EXPECT_TRUE(settled());
  EXPECT_EQ(runs("= 'webhook'"), "1");
  EXPECT_EQ(cloud.asked(kMachines + "/" + kNewMachine), 1U);
  EXPECT_EQ(runs("<> 'webhook'"), "1");
  EXPECT_EQ(cloud.asked(kMachines), listed);
}

TEST_F(YandexWebhook, a_machine_that_is_gone_is_retired_and_one_that_only_stopped_is_not) {
  const std::string gone = "fhmvmnode00000000001";
  const std::string stopped = "fhmvmshop00000000001";
  const std::size_t listed = cloud.asked(kMachines);
  const std::string before = active();
  cloud.remove(kMachines, gone);
  cloud.change(kMachines, stopped, "status", "STOPPED");
  EXPECT_EQ(post(trigger("ev-stop", "StopInstance", stopped)), 202);
  EXPECT_EQ(post(trigger("ev-delete", "DeleteInstance", gone)), 202);
  EXPECT_EQ(post(trigger("ev-delete", "DeleteInstance", gone)), 200) << "an event without an id is known by its body";
  ASSERT_TRUE(wait_until([&] { return !is_active(gone); }, 20s)) << daemon.log();
  ASSERT_TRUE(settled()) << daemon.log();
  EXPECT_TRUE(is_active(stopped));
  EXPECT_EQ(daemon.scalar("SELECT raw_status FROM infrazen.resource_items WHERE external_id = '" + stopped + "'"),
            "STOPPED");
  EXPECT_EQ(active(), std::to_string(std::stoi(before) - 1));
  EXPECT_EQ(cloud.asked(kMachines), listed);
  EXPECT_EQ(runs("<> 'webhook'"), "1");
}

TEST_F(YandexWebhook, an_event_that_came_late_does_not_undo_what_is_so_now) {
  make_machine();
  EXPECT_EQ(post(trigger("ev-delete-late", "DeleteInstance", kNewMachine)), 202);
  ASSERT_TRUE(wait_until([&] { return is_active(kNewMachine); }, 20s)) << "the cloud has it: " << daemon.log();
  ASSERT_TRUE(settled()) << daemon.log();
  EXPECT_EQ(post("what is no event", "delivery-2"), 202) << "the connector reads it, not the listener";
  EXPECT_TRUE(wait_until(
      [&] {
        return daemon.scalar("SELECT state FROM infrazen.webhook_events WHERE event_id = 'delivery-2'") == "dead";
      },
      20s))
      << daemon.log();
  EXPECT_TRUE(is_active(kNewMachine));
}

}  // namespace
}  // namespace iz::test
