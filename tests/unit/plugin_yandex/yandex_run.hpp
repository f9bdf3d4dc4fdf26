// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <infrazen/testkit/host.hpp>

extern "C" const iz_module infrazen_module_v1;

namespace iz::yandex {

using infrazen::Kind;
using infrazen::testkit::Recording;
using infrazen::testkit::Row;

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_TRUE(in.good() || !text.str().empty()) << path;
  return text.str();
}

// The connector in this process, with an IAM token to be had, against answers that the test gives. What it gives no
// answer for is a 404, which is what an installation without that service says.
struct YandexRun {
  YandexRun() {
    host.setting("key_id", "key-1").setting("service_account_id", "sa-1").setting("discover_endpoints", "false");
    host.secret("key", "a private key");
    host.http().answer("POST", "https://iam.api.cloud.yandex.net/iam/v1/tokens",
                       {200, {}, R"({"iamToken":"t1.of-a-test","expiresAt":"2026-09-01T12:00:00Z"})"});
  }
  YandexRun& get(const std::string& host_name, const std::string& path, const std::string& body) {
    host.http().get("https://" + host_name + ".api.cloud.yandex.net" + path, body);
    return *this;
  }
  Recording run(const infrazen::testkit::Ask& ask) {
    Recording recording = host.sync(infrazen_module_v1, ask);
    EXPECT_EQ(recording.problems, std::vector<std::string>());
    return recording;
  }
  Recording inventory(std::string cursor = {}) { return run({.stream = "inventory", .cursor = std::move(cursor)}); }

  infrazen::testkit::Host host;
};

}  // namespace iz::yandex
