// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// How fast an inventory comes over a provider's API: the real connector for Yandex Cloud against a fake of it that
// answers after 20 ms, and refuses what is above its limit.
#include <mutex>
#include <set>
#include <sstream>

#include "e2e/bench.hpp"
#include "e2e/yandex_connection.hpp"
#include "fakes/http/rate_gate.hpp"
#include "fakes/http/server.hpp"
#include "fakes/yandex/cloud.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"

namespace iz::bench {
namespace {

using std::chrono::milliseconds;

constexpr int kFolders = 40;
constexpr int kDisksOfAFolder = 500;
constexpr int kDisks = kFolders * kDisksOfAFolder;
constexpr milliseconds kLatency{20};

std::string id(const char* prefix, int number) {
  const std::string digits = std::to_string(number);
  return prefix + std::string(20 - std::string_view(prefix).size() - digits.size(), '0') + digits;
}

void furnish_disks(test::YandexCloud& cloud) {
  cloud.put("/resource-manager/v1/clouds",
            R"({"id":"b1gcloud000000000001","name":"bench","createdAt":"2026-01-01T00:00:00Z"})");
  for (int folder = 0; folder < kFolders; ++folder) {
    const std::string folder_id = id("b1g", folder);
    cloud.put("/resource-manager/v1/folders",
              R"({"id":")" + folder_id + R"(","cloudId":"b1gcloud000000000001","name":"folder-)" +
                  std::to_string(folder) + R"(","status":"ACTIVE","createdAt":"2026-01-01T00:00:00Z"})");
  }
}

// The pages of disks are made beforehand: what is measured is the daemon, not how fast the fake filters and prints
// JSON.
class Provider {
 public:
  explicit Provider(std::size_t per_second) : gate_(per_second) {
    furnish_disks(cloud_);
    server_.handle_others([this, api = cloud_.handler()](const test::ReceivedRequest& request) {
      auto refused = gate_.refuse();
      if (refused) return *refused;
      if (request.path == "/compute/v1/disks") return disks(request);
      test::Reply reply = api(request);
      reply.delay = kLatency;
      return reply;
    });
    for (int folder = 0; folder < kFolders; ++folder) {
      for (int page = 0; page < kDisksOfAFolder / 100; ++page) pages_.push_back(page_of(folder, page));
    }
  }

  [[nodiscard]] test::YandexCloud& cloud() { return cloud_; }
  [[nodiscard]] const test::HttpServer& server() const { return server_; }
  [[nodiscard]] const test::RateGate& gate() const { return gate_; }
  // Targets and the bearer token of the listing's calls so far.
  [[nodiscard]] std::vector<std::string> targets() const {
    const std::lock_guard lock(mutex_);
    return {targets_.begin(), targets_.end()};
  }
  [[nodiscard]] std::string authorization() const {
    const std::lock_guard lock(mutex_);
    return authorization_;
  }

 private:
  static std::string page_of(int folder, int page) {
    std::string text = R"({"disks":[)";
    for (int disk = page * 100; disk < (page + 1) * 100; ++disk) {
      const int number = folder * kDisksOfAFolder + disk;
      text += (disk % 100 == 0 ? "" : ",") + std::string(R"({"id":")") + id("fhm", number) + R"(","folderId":")" +
              id("b1g", folder) + R"(","createdAt":"2026-03-01T07:00:00Z","name":"disk-)" + std::to_string(number) +
              R"(","description":"made for a bench","labels":{"team":"team-)" + std::to_string(number % 17) +
              R"(","env":"prod"},"typeId":"network-ssd","zoneId":"ru-central1-a","size":")" +
              std::to_string((10 + number % 90) * 1073741824LL) +
              R"(","blockSize":"4096","status":"READY","instanceIds":["fhmvmbench0000000001"]})";
    }
    text += "]";
    if ((page + 1) * 100 < kDisksOfAFolder) text += R"(,"nextPageToken":"p)" + std::to_string(page + 1) + '"';
    return text + "}";
  }
  static int number_behind(const std::string& query, const std::string& key, int otherwise) {
    const auto at = query.find(key);
    return at == std::string::npos ? otherwise : std::stoi(query.substr(at + key.size()));
  }
  test::Reply disks(const test::ReceivedRequest& request) {
    const int folder = number_behind(request.query, "folderId=b1g", -1);
    const int page = number_behind(request.query, "pageToken=p", 0);
    verify(folder >= 0 && folder < kFolders && number_behind(request.query, "pageSize=", 0) == 100,
           "an unexpected call: " + request.target);
    {
      const std::lock_guard lock(mutex_);
      targets_.insert(request.target);
      authorization_ = request.header("authorization");
    }
    return {.body = pages_.at(static_cast<std::size_t>(folder * (kDisksOfAFolder / 100) + page)),
            .headers = {{"Content-Type", "application/json"}},
            .delay = kLatency};
  }

  test::YandexCloud cloud_;
  test::RateGate gate_;
  std::vector<std::string> pages_;
  mutable std::mutex mutex_;
  std::set<std::string> targets_;
  std::string authorization_;
  test::HttpServer server_;
};

void connect(Daemon& daemon, Provider& provider, int per_second) {
  connect_yandex(daemon, provider.cloud(), provider.server().url(""), "inventory",
                 "kinds: [compute.disk], page_size: 100",
                 "rate_limit: {per_second: " + std::to_string(per_second) + "}\n");
}

void verify_disks(Daemon& daemon) {
  const std::string disks = daemon->scalar(
      "SELECT count(*) FROM infrazen.resource_items WHERE retired_at IS NULL AND external_id LIKE 'fhm%' AND "
      "external_id <> 'fhmvmbench0000000001'");
  verify(disks == std::to_string(kDisks), "disks: " + disks);
}

// The same calls by curl, one after another over one connection.
double curl_seconds(const Provider& provider) {
  const test::TempDir folder("infrazen-bench-");
  std::ostringstream config;
  const auto targets = provider.targets();
  for (const std::string& target : targets)
    config << "url = \"" << provider.server().url(target) << "\"\noutput = \"/dev/null\"\n";
  config << "header = \"Authorization: " << provider.authorization() << "\"\nwrite-out = \"%{http_code}\\n\"\nsilent\n";
  const auto file = folder.write("calls", config.str());
  test::ProcessResult result;
  const double seconds = seconds_of([&] {
    result = test::run({"curl", "--config", file}, {}, std::chrono::minutes(2));
  });
  std::string all;
  for (std::size_t i = 0; i < targets.size(); ++i) all += "200\n";
  verify(result.status.ok() && result.out == all, "curl: " + result.err + result.out);
  return seconds;
}

}  // namespace

// The calls are one for a token, some for clouds and folders, and 200 for the disks; what did not change is not
// written.
void sync_latency() {
  Figure time{"sync-latency", "s", {}, {}};
  Figure first{"sync-latency-first", "s", {}, {}};
  Figure memory{"host-rss-sync", "MB", {}, {}};
  Provider provider(500);
  for (int run = 0; run < kRuns; ++run) {
    Daemon daemon({"yandex"});
    connect(daemon, provider, 500);
    daemon->start();
    first.values.push_back(daemon.timed_run("yc", "inventory"));
    verify_disks(daemon);
    time.values.push_back(daemon.timed_sync("yc", "inventory", "full"));
    verify_disks(daemon);
    memory.values.push_back(daemon.host_mb());
    daemon->stop();
    const double reference = curl_seconds(provider);
    time.references.push_back(reference);
    first.references.push_back(reference);
  }
  verify(provider.gate().throttled() == 0, "calls were throttled");
  print(time);
  print(first);
  print(memory);
}

// From the first call to the last: what is done with the resources afterwards takes nothing from the provider's budget.
// A run of all the calls at ten a second takes some twenty seconds; three of them are a minute.
void sync_budget() {
  constexpr int kPerSecond = 10;
  Figure speed{"sync-budget", "calls/s", {}, {}};
  Figure throttled{"sync-budget-throttled", "calls", {}, {}};
  for (int run = 0; run < 3; ++run) {
    Provider provider(kPerSecond);
    Daemon daemon({"yandex"});
    connect(daemon, provider, kPerSecond);
    daemon->start();
    (void)daemon.timed_run("yc", "inventory");
    verify_disks(daemon);
    speed.values.push_back(provider.gate().used() * kPerSecond);
    speed.references.push_back(kPerSecond);
    throttled.values.push_back(static_cast<double>(provider.gate().throttled()));
  }
  print(speed);
  print(throttled);
}

}  // namespace iz::bench
