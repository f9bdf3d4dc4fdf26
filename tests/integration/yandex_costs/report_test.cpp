// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <optional>

#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "fakes/s3/storage.hpp"
#include "fakes/yandex/cloud.hpp"
#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"
#include <infrazen/time.hpp>

// What was imported is held against the provider's usage report, over a real HTTP/2 server that answers as gRPC does:
// a framed message, and the status in the trailers. Messages are encoded here by hand.
namespace iz::test {
namespace {

std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  return out + static_cast<char>(value);
}
std::string member(char field, const std::string& bytes) {
  return static_cast<char>(field << 3 | 2) + varint(bytes.size()) + bytes;
}

struct Reported {
  std::string service, name, expense;
  std::chrono::sys_days day;
};
std::string report(const std::vector<Reported>& services) {
  std::string message;
  for (const Reported& one : services) {
    const auto seconds = static_cast<std::uint64_t>(std::chrono::seconds(one.day.time_since_epoch()).count());
    const std::string period = member(3, member(1, one.expense)) + member(4, "\x08" + varint(seconds));
    message += member(5, member(4, member(1, one.service) + member(2, one.name)) + member(5, period));
  }
  std::string out(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(message.size() >> shift & 0xFF);
  return out + message;
}

class UsageReports : public ::testing::Test {
 protected:
  static constexpr const char* kNghttpd = "/usr/sbin/nghttpd";
  static constexpr const char* kFile =
      "yandex.cloud.billing.usage_records.v1.ConsumptionCoreService/GetServiceUsageReport";

  void start_reports(const std::string& status, const std::string& body) {
    std::filesystem::create_directories((folder_.path() / kFile).parent_path());
    folder_.write(kFile, body);
    {
      const HttpServer reserved;  // a port that is free for the next moment
      port_ = reserved.port();
    }
    reports_.emplace(std::vector<std::string>{kNghttpd, "--no-tls", "--address=127.0.0.1",
                                              "--htdocs=" + folder_.path().string(), "--trailer=grpc-status: " + status,
                                              std::to_string(port_)});
  }
  void start_daemon() {
    server_.on("/iam/v1/tokens", {.body = R"({"iamToken":"t1.test","expiresAt":"2999-01-01T00:00:00Z"})"});
    server_.handle_others([this](const ReceivedRequest& request) { return bucket_.answer(request); });
    daemon_.secret("s3", std::string(S3Storage::kKeyId) + ":" + std::string(S3Storage::kSecret));
    daemon_.secret("key", YandexCloud::private_key_pem());
    daemon_.connection("romb",
                       "connector: yandex\nallow_plain_loopback: true\nsecrets: {static_key: s3, key: key}\n"
                       "settings: {key_id: k, service_account_id: s, discover_endpoints: false, endpoints: {\"*\": \"" +
                           server_.url("", "localhost") +
                           "\", usage-reports: \"http://localhost:" + std::to_string(port_) +
                           "\"}, billing_bucket: billing, reconcile_every: 1s}\n"
                           "streams: {inventory: false, metrics: false, logs: false, prices: false, balance: "
                           "false, costs: {interval: 300d}}\n");
    daemon_.start();
  }
  // A day that has been closed for a while, in this month unless it has only begun.
  static std::chrono::sys_days closed_day() {
    return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now() + std::chrono::hours(3)) -
           std::chrono::days(2);
  }
  static std::string text(std::chrono::sys_days day) {
    char buffer[infrazen::kDateChars];
    return {buffer, infrazen::write_date(buffer, std::chrono::year_month_day(day))};
  }
  void put_export() {
    bucket_.objects["day.csv"] =
        "billing_account_id,date,currency,cost,credit,misc_credit,service_id,service_name,sku_id,sku_name,folder_id,"
        "pricing_quantity,pricing_unit\n"
        "acc-1," +
        text(closed_day()) +
        ",RUB,10,-1,-1,svc-1,Compute Cloud,sku-1,RAM,f-1,1,hour\n"
        "acc-1," +
        text(closed_day()) + ",RUB,5,0,0,svc-2,Object Storage,sku-2,Storage,f-1,1,hour\n";
  }
  PgRows findings() const { return daemon_.query("SELECT rule, value, message FROM infrazen.findings ORDER BY 1, 2"); }

  HttpServer server_;
  S3Storage bucket_{"billing"};
  TempDir folder_;
  std::uint16_t port_ = 0;
  std::optional<Process> reports_;
  Infrazend daemon_{shared_cluster(), {"yandex"}};
};

TEST_F(UsageReports, a_service_whose_report_differs_is_a_finding_and_no_charge) {
  if (!std::filesystem::exists(kNghttpd)) GTEST_SKIP() << "no " << kNghttpd << ": install nghttp2-server";
  put_export();
  start_reports("0", report({{"svc-1", "Compute Cloud", "9", closed_day()},
                             {"svc-2", "Object Storage", "7.5", closed_day()},
                             {"svc-2", "Object Storage", "100", closed_day() - std::chrono::days(1)}}));
  start_daemon();
  ASSERT_TRUE(daemon_.wait_outcome("romb", "costs", "succeeded", std::chrono::seconds(30))) << daemon_.log();
  const PgRows found = findings();
  ASSERT_EQ(found.size(), 1U) << "of the day that was imported, one service differs";
  EXPECT_EQ(found[0][0], "report_differs");
  EXPECT_EQ(found[0][1], "svc-2");
  EXPECT_EQ(daemon_.scalar("SELECT trim_scale(sum(\"BilledCost\"))::text FROM infrazen.focus_charges"), "14");
  // One report a minute is given: the next run asks for none.
  daemon_.sync("romb", "costs");
  EXPECT_EQ(findings().size(), 1U);
}

TEST_F(UsageReports, a_missing_permission_is_said_and_the_bill_is_there) {
  if (!std::filesystem::exists(kNghttpd)) GTEST_SKIP() << "no " << kNghttpd << ": install nghttp2-server";
  put_export();
  start_reports("7", "");
  start_daemon();
  ASSERT_TRUE(daemon_.wait_outcome("romb", "costs", "failed", std::chrono::seconds(30))) << daemon_.log();
  EXPECT_NE(
      daemon_.scalar("SELECT message FROM infrazen.runs ORDER BY run_id LIMIT 1").find("billing.accounts.getReport"),
      std::string::npos);
  EXPECT_EQ(daemon_.scalar("SELECT trim_scale(sum(\"BilledCost\"))::text FROM infrazen.focus_charges"), "14");
}

}  // namespace
}  // namespace iz::test
