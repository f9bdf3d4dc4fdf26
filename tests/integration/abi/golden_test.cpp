// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include "integration/supervision/supervised_run.hpp"
#include <infrazen/abi/module.h>

// Connectors that were built when a release of the ABI was frozen, in today's connector-host. Only the binaries count:
// what they were built from is for reading.
namespace iz::test {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

std::vector<std::string> releases() {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(kSourceDir / "sdk/abi")) {
    if (entry.is_directory()) found.push_back(entry.path().filename().string());
  }
  return found;
}

class Golden : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
#if !defined(__x86_64__)
    GTEST_SKIP() << "the binary is for x86-64";
#endif
    const auto binary = kSourceDir / "tests/integration/abi" / GetParam() / "golden.so";
    ASSERT_TRUE(fs::exists(binary)) << "a frozen release has a golden connector: tests/integration/abi/build-golden";
    fs::copy_file(binary, dir_ / "golden.so");
    fs::create_directory(dir_ / "granted");
    std::ofstream(dir_ / "granted/a.txt") << "alpha";
    fs::create_directory(dir_ / "answers");
    std::ofstream(dir_ / "answers/1.http") << "POST https://api.golden.example/v1/things?page=1\n\nHTTP/1.1 "
                                              "200\nx-answer: yes\n\n{\"token\":\"kept-by-host\"}";
    spec_ = spec_of("golden");
    spec_.plugin = dir_ / "golden.so";
    spec_.stream = "inventory";
    spec_.cursor = "page-1";
    spec_.settings_json = R"({"greeting":"hello","path":")" + (dir_ / "granted").string() + "\"}";
    spec_.files = {{"path", dir_ / "granted"}};
    spec_.secrets = {{"key", "a-key-of-the-test", true}};
    spec_.http.allowed_hosts = {"api.golden.example"};
    spec_.http.replay_from = dir_ / "answers";
  }

  supervise::RunOutcome run() {
    supervise::Supervisor supervisor([](const std::function<void()>& task) { task(); });
    return supervisor.execute(spec_, sink_, observer_);
  }

  TempDir dir_;
  supervise::RunSpec spec_;
  RecordingSink sink_;
  RecordingObserver observer_;
};

TEST_P(Golden, describes_itself) {
  supervise::Supervisor supervisor([](const std::function<void()>& task) { task(); });
  EXPECT_EQ(supervisor.describe(kConnectorHost, spec_.plugin).title, "Golden");
}

TEST_P(Golden, finds_every_service_as_it_was_and_its_records_become_durable) {
  spec_.targets = {{"thing", "t-1"}, {"", "t-9"}};
  spec_.mode = IZ_SYNC_TARGETED;
  const auto outcome = run();
  ASSERT_TRUE(outcome.ok()) << outcome.message;
  EXPECT_THAT(observer_.lines, IsSupersetOf(std::vector<std::string>{"stream: inventory",
                                                                     "cursor: page-1",
                                                                     "mode: 2",
                                                                     "targets: 2",
                                                                     "last target: t-9",
                                                                     "setting: hello",
                                                                     "settings: " + spec_.settings_json,
                                                                     "connection: test-connection",
                                                                     "has secret: 1",
                                                                     "signature: 32",
                                                                     "revealed: 17",
                                                                     "file: a.txt",
                                                                     "file size: 5",
                                                                     "file content: alpha",
                                                                     "checkpoint: null",
                                                                     "cancelled: 0",
                                                                     "cancel descriptor: 1",
                                                                     "clock: 1",
                                                                     "unknown service: 1",
                                                                     "http handle: 1",
                                                                     "http status: 200",
                                                                     "http complete: 1",
                                                                     "http body: {\"token\":\"***\"}",
                                                                     "http header: yes",
                                                                     "http parallel: 1"}));
  // HMAC-SHA256 of "data" under the test's key begins so; by openssl dgst.
  EXPECT_THAT(observer_.lines, Contains("signature begins: 236"));
  EXPECT_THAT(sink_.calls, ElementsAre("open all", "batch 1", "segments 1", "close all"));
  EXPECT_THAT(sink_.first_cells, ElementsAre("thing"));
  EXPECT_EQ(sink_.rows_committed, 1U);
  EXPECT_EQ(sink_.points_committed, 3U);
  EXPECT_THAT(sink_.cursors, ElementsAre("page-2"));
  EXPECT_THAT(sink_.findings, ElementsAre("a finding of a golden connector"));
  EXPECT_EQ(sink_.checkpoint, "golden");
  EXPECT_EQ(observer_.progress, 1U);
}

TEST_P(Golden, is_given_its_checkpoint_and_cursor_back) {
  spec_.checkpoint = "golden";
  spec_.has_checkpoint = true;
  spec_.cursor = "page-2";
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(observer_.lines, IsSupersetOf(std::vector<std::string>{"checkpoint: golden", "cursor: page-2"}));
}

TEST_P(Golden, is_checked) {
  spec_.action = wire::Action::check;
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(observer_.lines, Contains("0 golden: is what it was"));
}

TEST_P(Golden, handles_what_is_posted) {
  spec_.action = wire::Action::webhook_handle;
  spec_.webhooks = {{.method = "POST",
                     .path = "/hooks/golden",
                     .query = "",
                     .has_query = false,
                     .headers = {{"content-type", "text/plain"}},
                     .body = "ding",
                     .received_us = 1,
                     .event_id = "e-1",
                     .attempt = 1}};
  const auto outcome = run();
  ASSERT_TRUE(outcome.ok()) << outcome.message;
  EXPECT_THAT(observer_.lines,
              IsSupersetOf(std::vector<std::string>{"event: e-1", "event body: ding", "event header: 1"}));
  EXPECT_EQ(sink_.rows_committed, 1U);
}

// The event's id by the connector's own check.
TEST_P(Golden, authenticates_what_is_posted) {
  class Admissions : public RecordingObserver {
   public:
    void on_admission(std::uint32_t index, std::uint32_t error_class, std::string_view id, std::string_view) override {
      admitted.push_back(std::to_string(index) + " " + std::to_string(error_class) + " " + std::string(id));
    }
    std::vector<std::string> admitted;
  } observer;
  spec_.action = wire::Action::webhook_check;
  spec_.webhooks.resize(2);
  spec_.webhooks[0].method = spec_.webhooks[1].method = "POST";
  spec_.webhooks[0].path = spec_.webhooks[1].path = "/hooks/golden";
  spec_.webhooks[0].body = "ding";
  supervise::Supervisor supervisor([](const std::function<void()>& task) { task(); });
  ASSERT_TRUE(supervisor.execute(spec_, sink_, observer).ok());
  EXPECT_THAT(observer.admitted, ElementsAre("0 0 event-4", "1 " + std::to_string(IZ_ERR_AUTH) + " "));
}

INSTANTIATE_TEST_SUITE_P(releases, Golden, ::testing::ValuesIn(releases()), [](const auto& one) {
  std::string name = one.param;
  std::ranges::replace_if(
      name, [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
});

}  // namespace
}  // namespace iz::test
