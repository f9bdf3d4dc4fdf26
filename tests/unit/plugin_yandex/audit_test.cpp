// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/shared_data.hpp"
#include "yandex/audit/posted.hpp"
#include "yandex/audit/trail_files.hpp"
#include "yandex_run.hpp"

namespace iz::yandex {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kStop =
    R"({"event_id":"e-1","event_source":"compute","event_type":"yandex.cloud.audit.compute.StopInstance",
        "event_time":"2026-09-01T09:00:00.5Z","event_status":"DONE","authentication":{"subject_id":"u-1","subject_name":"anna"},
        "request_metadata":{"remote_address":"192.0.2.1"},"details":{"instance_id":"vm-1","metadata":{"user-data":"hunter2"}}})";

std::vector<std::string> names(const Posted& posted) {
  std::vector<std::string> out;
  for (const auto& resource : posted.resources) out.push_back(resource.type + " " + resource.id);
  return out;
}

std::string status(std::string text, const std::string& word) {
  return text.replace(text.find("DONE"), 4, word);
}

TEST(AuditEvent, becomes_a_log_line_of_the_resource_without_the_machines_metadata) {
  const support::JsonDocument document(kStop, "test");
  const auto event = read_event(document.root());
  ASSERT_TRUE(event);
  const infrazen::LogEntry entry = log_entry(*event);
  EXPECT_EQ(entry.resource_type.text(), "compute.instance");
  EXPECT_EQ(entry.external_id.text(), "vm-1");
  EXPECT_EQ(entry.timestamp.text(), "2026-09-01T09:00:00.500000Z");
  EXPECT_EQ(entry.message.text(), "yandex.cloud.audit.compute.StopInstance DONE by anna");
  EXPECT_EQ(entry.event_id.text(), "e-1");
  EXPECT_THAT(std::string(entry.metadata.text()), Not(HasSubstr("hunter2")));
}

TEST(AuditEvent, metadata_deep_in_a_template_is_left_out_too) {
  const support::JsonDocument document(
      R"({"event_id":"e-3","event_source":"compute","event_type":"yandex.cloud.audit.compute.CreateInstanceGroup",
          "event_time":"2026-09-01T09:00:00Z","event_status":"DONE","details":{"instance_group_id":"g-1","size":1.50,
          "templates":[{"instance_template":{"platform_id":"standard-v3","metadata":{"user-data":"hunter2"}}}]}})",
      "test");
  const infrazen::LogEntry entry = log_entry(read_event(document.root()).value());
  const std::string kept(entry.metadata.text());
  EXPECT_THAT(kept, Not(HasSubstr("hunter2")));
  EXPECT_THAT(kept, HasSubstr(R"("templates":[{"instance_template":{"platform_id":"standard-v3"}}])"));
  EXPECT_THAT(kept, HasSubstr(R"("size":1.50)"));
}

TEST(AuditEvent, is_read_alike_in_camel_case) {
  const support::JsonDocument document(
      R"({"eventId":"e-2","eventSource":"mdb.postgresql","eventType":"yandex.cloud.audit.mdb.postgresql.UpdateCluster",
          "eventTime":"2026-09-01T09:00:00Z","eventStatus":"DONE","details":{"clusterId":"c9q1"}})",
      "test");
  const auto event = read_event(document.root());
  ASSERT_TRUE(event);
  EXPECT_EQ(event->status, "DONE");
  EXPECT_THAT(event->resources, ElementsAre(EventResource{"mdb.postgresql.cluster", "c9q1"}));
}

TEST(AuditEvent, a_cluster_is_that_of_the_events_service) {
  const auto type_of = [](const std::string& source, const std::string& type) {
    const support::JsonDocument document(R"({"event_id":"e","event_source":")" + source + R"(","event_type":")" + type +
                                             R"(","details":{"cluster_id":"c"}})",
                                         "test");
    const auto event = read_event(document.root());
    return event && !event->resources.empty() ? event->resources.front().type : std::string();
  };
  EXPECT_EQ(type_of("k8s", "yandex.cloud.audit.k8s.CreateCluster"), "k8s.cluster");
  EXPECT_EQ(type_of("mdb.kafka", "yandex.cloud.audit.mdb.kafka.DeleteCluster"), "mdb.kafka.cluster");
  EXPECT_EQ(type_of("managed-redis", "yandex.cloud.audit.mdb.redis.CreateCluster"), "mdb.redis.cluster");
  EXPECT_EQ(type_of("tomorrow", "yandex.cloud.audit.tomorrow.CreateCluster"), "");
}

TEST(PostedEvents, what_is_done_or_begins_is_looked_up_and_what_failed_or_reads_is_not) {
  EXPECT_THAT(names(read_posted(kStop)), ElementsAre("compute.instance vm-1"));
  EXPECT_THAT(names(read_posted(status(kStop, "STARTED"))), ElementsAre("compute.instance vm-1"));
  EXPECT_THAT(names(read_posted(status(kStop, "ERROR"))), ElementsAre());
  EXPECT_THAT(names(read_posted(status(kStop, "CANCELLED"))), ElementsAre());
  std::string read = kStop;
  read.replace(read.find("StopInstance"), 12, "ListInstance");
  EXPECT_THAT(names(read_posted(read)), ElementsAre());
  EXPECT_THAT(names(read_posted("[" + std::string(kStop) + "," + kStop + "]")), ElementsAre("compute.instance vm-1"));
}

TEST(PostedEvents, a_body_that_is_no_json_is_not_tried_again) {
  try {
    (void)read_posted("<html>");
    FAIL();
  } catch (const infrazen::Error& error) {
    EXPECT_EQ(error.error_class(), infrazen::ErrorClass::permanent);
  }
  EXPECT_THAT(names(read_posted(R"({"messages":[{"billing_account_id":"dn2","amount":10}]})")), ElementsAre());
}

TEST(PostedEvents, bodies_of_triggers_are_understood) {
  IZ_REQUIRE_SHARED("providers/samples/yandex");
  const auto sample = [](const std::string& name) {
    return file_text(test::shared_data("providers/samples/yandex/" + name));
  };
  EXPECT_THAT(names(read_posted(sample("function_trigger_audit_logging.json"))),
              testing::Contains("compute.instance epd848ojnoc4pvm0do3s"));
  EXPECT_THAT(names(read_posted(sample("function_trigger_message_queue.json"))),
              ElementsAre("compute.instance fhmi63m6ft2n5an8svpr"));
  EXPECT_THAT(names(read_posted(sample("ymq_message_body_eventrouter.json"))),
              ElementsAre("compute.instance fhmi63m6ft2n5an8svpr"));
  const Posted files = read_posted(sample("function_trigger_object_storage.json"));
  ASSERT_EQ(files.files.size(), 2U);
  EXPECT_EQ(files.files.front().bucket, "romashka-backups");
  EXPECT_THAT(names(read_posted(sample("budget_trigger_message.json"))), ElementsAre());
}

TEST(PostedEvents, a_deleted_machine_is_retired_and_another_is_read_as_it_is_now) {
  YandexRun cloud;
  const std::string folder = R"({"id":"f-1","cloudId":"c-1","name":"one","status":"ACTIVE"})";
  cloud.get("resource-manager", "/resource-manager/v1/folders/f-1", folder);
  cloud.get("resource-manager", "/resource-manager/v1/clouds/c-1", R"({"id":"c-1","name":"c","organizationId":"o-1"})");
  cloud.get(
      "compute", "/compute/v1/instances/vm-1",
      R"({"id":"vm-1","folderId":"f-1","name":"web","status":"STOPPED","bootDisk":{"diskId":"d-1"},"resources":{"cores":"2","memory":"1073741824"}})");
  cloud.get("compute", "/compute/v1/disks/d-1",
            R"({"id":"d-1","folderId":"f-1","size":"10737418240","typeId":"network-ssd"})");
  cloud.host.http().answer("GET", "https://compute.api.cloud.yandex.net/compute/v1/instances/vm-2",
                           {404, {}, R"({"code":5,"message":"Instance vm-2 not found"})"});
  std::string deleted = kStop;
  deleted.replace(deleted.find("e-1"), 3, "e-9").replace(deleted.find("vm-1"), 4, "vm-2");
  const Recording run = cloud.host.handle(
      infrazen_module_v1, {.body = "[" + std::string(kStop) + "," + deleted + "]", .stream = "inventory"});
  EXPECT_EQ(run.message, "");
  EXPECT_EQ(run.problems, std::vector<std::string>());
  ASSERT_EQ(run.of(Kind::resource).size(), 1U);
  const Row row = run.of(Kind::resource).front();
  EXPECT_EQ(row["external_id"], "vm-1");
  EXPECT_EQ(row["status"], "STOPPED");
  EXPECT_EQ(row["account_id"], "c-1");
  EXPECT_EQ(row["disk_size_gb"], "10");
  EXPECT_EQ(row.scope, "");
  ASSERT_EQ(run.of(Kind::retirement).size(), 1U);
  EXPECT_EQ(run.of(Kind::retirement).front()["external_id"], "vm-2");
}

TEST(PostedEvents, a_404_that_is_not_the_providers_word_about_the_machine_retires_nothing) {
  for (const char* body : {"<html>404 Not Found</html>", "", R"({"code":5,"message":"Not Found","details":[]})",
                           R"({"message":"no route for vm-1"})"}) {
    YandexRun cloud;
    cloud.host.http().answer("GET", "https://compute.api.cloud.yandex.net/compute/v1/instances/vm-1", {404, {}, body});
    const Recording run = cloud.host.handle(infrazen_module_v1, {.body = kStop, .stream = "inventory"});
    EXPECT_EQ(run.message, "") << body;
    EXPECT_TRUE(run.of(Kind::retirement).empty()) << body;
  }
}

TEST(TrailFiles, every_event_of_a_file_is_given) {
  IZ_REQUIRE_SHARED("providers/samples/yandex");
  const std::string text = file_text(test::shared_data("providers/samples/yandex/audit_events_bucket_file.json"));
  support::MemorySource file(text);
  std::vector<std::string> ids;
  each_event_of(file, "sample", [&](const AuditEvent& event) { ids.emplace_back(event.id); });
  EXPECT_THAT(
      ids, ElementsAre("cnava0ihhscn9725leal", "cnae9oenbtjjhtb736ke", "cna4gk0nv0lsab0k05jn", "cnacdlsjh0hbttfu19qu"));
}

}  // namespace
}  // namespace iz::yandex
