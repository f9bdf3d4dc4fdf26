// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "crash/sync/estate.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "harness/paths.hpp"
#include "harness/wait_until.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kStreams = 10;
constexpr int kJobs = 5;

constexpr const char* kSettings = R"(limits:
  concurrent_runs: 3
  spool_memory: 64KiB
  quarantine: {crashes: 100, within: 1m}
retention: {metrics: forever, logs: forever, resource_changes: forever, runs: forever, findings: forever}
)";

// Over the end of a month and its settlement three days later: invoices, restated charges, a day of metrics a step.
std::string now_of(int step) {
  const int day = 28 + step;
  return day <= 30 ? fmt::format("2025-09-{:02}T06:00:00Z", day) : fmt::format("2025-10-{:02}T06:00:00Z", day - 30);
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Processes of connector-host whose parent we have become because theirs is gone.
std::vector<pid_t> orphans() {
  std::vector<pid_t> list;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = read_text(entry.path() / "stat");
    const std::size_t open = stat.find('(');
    const std::size_t close = stat.rfind(')');
    if (open == std::string::npos || close == std::string::npos) continue;
    if (!stat.substr(open + 1).starts_with("infrazen-connec")) continue;
    std::istringstream rest(stat.substr(close + 1));
    char state = 0;
    pid_t parent = 0;
    rest >> state >> parent;
    if (parent != ::getpid()) continue;
    const pid_t pid = std::stoi(name);
    if (state == 'Z') {
      ::waitpid(pid, nullptr, 0);
    } else {
      list.push_back(pid);
    }
  }
  return list;
}

}  // namespace

Estate::Estate(PgCluster& cluster) : daemon_(cluster, {"simulator", "focus"}, kSettings) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  daemon_.options().program = kInfrazendFaults;
}

void Estate::turn_to(int step, std::uint64_t seed) {
  daemon_.connection("estate", "connector: simulator\nsettings:\n"
                               "  {seed: 5, resources: 30, accounts: 2, folders: 2, regions: 2, growth: 0.6, churn: 0.4,\n"
                               "   since: \"2025-08-01\", now: \"" +
                                   now_of(step) +
                                   "\", history_days: 3, metrics_days: 1, point_interval: 1h,\n"
                                   "   series_per_resource: 2, logs_per_day: 2}\n");
  daemon_.connection("lake", "connector: focus\nsettings: {path: \"" + bills_.path().string() + "\"}\n");
  write_bills(step);
  (void)daemon_.query(fmt::format(R"(
    UPDATE infrazen.streams SET next_due = now() - interval '1 second';
    UPDATE infrazen.jobs SET next_due = now() - interval '1 second';
    INSERT INTO infrazen.rollup_dirty (tenant_id, part_id, billing_month, charge_day)
    SELECT tenant_id, part_id, billing_month, charge_day FROM infrazen.cost_daily
    GROUP BY 1, 2, 3, 4 ORDER BY md5(charge_day::text || part_id || {}) LIMIT 8 ON CONFLICT DO NOTHING)",
                                  seed % 1'000'000));
}

// One bill is delivered anew each step: some charges gone, some twice, some with another amount; one row cannot be read.
// Another bill comes with each step, and stays as it is.
void Estate::write_bills(int step) {
  std::istringstream sample(read_text(kSourceDir / "plugins/focus/testdata/v1_2.csv"));
  std::string header;
  std::getline(sample, header);
  std::vector<std::string> rows;
  for (std::string line; std::getline(sample, line);) rows.push_back(line);
  std::string restated = header + '\n';
  std::string added = header + '\n';
  for (int i = 0; i < 120; ++i) {
    std::string row = rows[static_cast<std::size_t>(i) % rows.size()];
    // Column 2 is BilledCost; the samples of an account and a day differ in nothing else that matters here.
    const std::size_t begin = row.find(',') + 1;
    const int cents = 100 + i + ((i + step) % 5 == 0 ? step : 0);
    row.replace(begin, row.find(',', begin) - begin, fmt::format("{}.{:02}", cents / 100, cents % 100));
    if ((i + step) % 7 == 0) continue;
    restated += row + '\n';
    if ((i + step) % 11 == 0) restated += row + '\n';
    if (i == step) {
      std::string unreadable = row;
      unreadable.replace(begin, unreadable.find(',', begin) - begin, "much");
      restated += unreadable + '\n';
    }
    if (i % 10 == step) added += row + '\n';
  }
  (void)bills_.write("restated.csv", restated);
  (void)bills_.write(fmt::format("step-{}.csv", step), added);
}

bool Estate::done() const {
  return daemon_.scalar(fmt::format(
             "SELECT (SELECT count(*) FROM infrazen.streams WHERE next_due > now() AND lease_owner IS NULL) = {}"
             " AND (SELECT count(*) FROM infrazen.jobs WHERE next_due > now()) = {}",
             kStreams, kJobs)) == "t";
}

StartEnd Estate::start(const std::string& faults, std::optional<std::chrono::microseconds> kill_after) {
  auto& env = daemon_.options().env;
  env.clear();
  if (!faults.empty()) env["IZ_FAULTS"] = faults;
  const auto log = daemon_.folder() / "hits.log";
  std::filesystem::remove(log);
  env["IZ_FAULT_LOG"] = log.string();
  if (!mutant_.empty()) env["IZ_MUTANT"] = mutant_;

  const auto began = Clock::now();
  daemon_.spawn();
  const struct Counted {  // however the start ends
    Estate& estate;
    ~Counted() { estate.count_hits(); }
  } counted{*this};
  StartEnd end;
  if (kill_after) {
    std::this_thread::sleep_until(began + *kill_after);
    daemon_.kill9();
    end.killed = true;
    end.point = "any moment";
    return end;
  }
  const bool over = wait_until([this] { return !daemon_.running() || done(); }, 60s, 25ms);
  end.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
  if (!over) {
    throw std::runtime_error("after a minute the daemon still was not done:\n" + daemon_.log() + "\n" +
                             daemon_.get("/v1/status").body);
  }
  // What it does last may be a fault point behind the last thing we can see.
  const ExitStatus status = daemon_.running() ? daemon_.stop() : daemon_.process().wait();
  // Where nothing is left to do SIGTERM may come before there is a handler for it.
  if (status.ok() || status.signal == SIGTERM) return end;
  if (status.signal != SIGKILL) throw std::runtime_error("infrazend " + status.describe() + ":\n" + daemon_.log());
  end.killed = true;
  std::istringstream points(read_text(log));
  for (std::string point; std::getline(points, point);) {
    if (faults.find(point + ':') != std::string::npos || faults.starts_with('*')) end.point = point;
  }
  if (faults.empty() || end.point.empty()) throw std::runtime_error("the daemon died by itself:\n" + daemon_.log());
  return end;
}

void Estate::count_hits() {
  std::istringstream points(read_text(daemon_.folder() / "hits.log"));
  for (std::string point; std::getline(points, point);) ++hits_[point];
}

std::string Estate::litter() const {
  std::string found;
  if (!wait_until([] { return orphans().empty(); }, 2s)) found += "a connector-host outlived its daemon; ";
  if (!std::filesystem::is_empty(daemon_.folder() / "spool")) found += "spool_dir is not empty; ";
  const auto sessions = [this] {
    return daemon_.scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'infrazen'");
  };
  if (!wait_until([&] { return sessions() == "0"; }, 5s)) found += sessions() + " sessions of the database are left; ";
  return found;
}

}  // namespace iz::test
