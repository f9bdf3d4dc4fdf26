// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include "harness/paths.hpp"
#include "harness/read_text.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/decimal.hpp>
#include <infrazen/testkit/host.hpp>

// Runs the connector in process, against answers in memory.
namespace iz::beget::test {

using infrazen::Decimal;
using infrazen::Kind;
using infrazen::testkit::Recording;
using infrazen::testkit::Row;
using iz::test::read_text;
using std::chrono::sys_days;

inline const std::filesystem::path kFolder = iz::test::kSourceDir / "plugins/beget";
inline const std::string kApi = "https://api.beget.com";

inline infrazen::Micros at(int month, int day, int hour = 12) {
  return infrazen::Micros(sys_days(std::chrono::year(2026) / month / day)) + std::chrono::hours(hour - 3);
}

// A connection: settings at their defaults, cursors that live from run to run.
class Connection {
 public:
  Connection() {
    host_.setting("login", "demo")
        .setting("cloud_login", "")
        .setting("base_url", kApi)
        .setting("utc_offset", "+03:00")
        .json_setting("charge_stopped", "true")
        .json_setting("charge_archived", "false")
        .json_setting("charge_suspended", "false")
        .json_setting("additional_ip_price", "0")
        .setting("year_plan", "prepaid")
        .json_setting("accrue_domains", "true")
        .setting("true_up", "adjust")
        .setting("amount_basis", "gross")
        .json_setting("mailboxes", "true")
        .setting("hosting_pause", "1s")
        .json_setting("page_size", "100")
        .json_setting("statistics", R"(["cpu","memory","disk","disk-usage","network","load-average"])")
        .setting("size_unit", "bytes")
        .setting("disk_usage_unit", "unknown")
        .setting("disk_unit", "unknown")
        .setting("network_unit", "unknown")
        .secret("api_password", "hosting-secret")
        .secret("cloud_password", "cloud-secret")
        .clock(at(3, 1));
  }
  infrazen::testkit::Host& host() { return host_; }

  void answer(std::string_view method, const std::string& path, std::string body, std::uint32_t status = 200) {
    host_.http().answer(method, kApi + path, {status, {}, std::move(body)});
  }
  void get(const std::string& path, std::string body) { answer("GET", path, std::move(body)); }
  void hosting(const std::string& method, std::string body) { answer("POST", "/api/" + method, std::move(body)); }

  Recording run(const std::string& stream, std::uint32_t mode = IZ_SYNC_INCREMENTAL,
                std::vector<std::pair<std::string, std::string>> targets = {}) {
    Recording recording = host_.sync(infrazen_module_v1, {.stream = stream,
                                                          .mode = mode,
                                                          .cursor = cursors_[stream],
                                                          .since = {},
                                                          .until = {},
                                                          .targets = std::move(targets)});
    if (!recording.cursors.empty() && mode != IZ_SYNC_TARGETED) cursors_[stream] = recording.cursors.back();
    return recording;
  }
  Recording window(const std::string& stream, infrazen::Micros since, infrazen::Micros until) {
    return host_.sync(infrazen_module_v1,
                      {.stream = stream, .cursor = cursors_[stream], .since = since, .until = until});
  }
  std::string& cursor(const std::string& stream) { return cursors_[stream]; }

 private:
  infrazen::testkit::Host host_;
  std::map<std::string, std::string> cursors_;
};

inline Decimal sum(const std::vector<Row>& rows, std::string_view field) {
  Decimal total;
  for (const Row& row : rows) total += *Decimal::parse(row[field]);
  return total;
}

inline std::vector<std::string> rules_of(const Recording& run) {
  std::vector<std::string> rules;
  for (const auto& finding : run.findings) rules.push_back(finding.rule);
  return rules;
}

}  // namespace iz::beget::test
