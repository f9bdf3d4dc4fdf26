// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/clouds/matrix.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <regex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/wait_until.hpp"
#include "integration/clouds/expectations.hpp"
#include <infrazen/abi/base.h>

namespace iz::test {
namespace {

using Rows = std::multiset<std::string>;
using Contents = std::map<std::string, Rows>;  // by table

std::string text_of(const PgRow& row) {
  std::string text;
  for (const auto& cell : row) text += (text.empty() ? "" : " | ") + cell.value_or("∅");
  return text;
}

// What of `wanted` is not in `got`, and with `exactly` the other way, too; "" = nothing. Three rows say enough.
std::string difference(const Contents& wanted, const Contents& got, bool exactly) {
  std::string out;
  const auto missing = [&](const Contents& from, const Contents& in, std::string_view word) {
    for (const auto& [table, rows] : from) {
      std::vector<std::string> lost;
      const Rows& there = in.at(table);
      std::ranges::set_difference(rows, there, std::back_inserter(lost));
      if (lost.empty()) continue;
      out += "\n  " + table + ": " + std::to_string(lost.size()) + ' ' + std::string(word);
      for (std::size_t i = 0; i < std::min<std::size_t>(lost.size(), 3); ++i) out += "\n    " + lost[i];
    }
  };
  missing(wanted, got, "missing");
  if (exactly) missing(got, wanted, "too many");
  return out;
}

struct RunEnd {
  std::string outcome;
  int error_class = 0;
  std::string message;
  bool ok() const { return outcome == "succeeded"; }
};

std::uint64_t seed() {
  const char* given = std::getenv("IZ_FAULT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20'261'129;
}

// Of the connection and the tenant for a fault.
std::string id_of(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name;
}

std::string configuration() {
  std::string yaml = "limits: {backoff: {min: 12h, max: 24h}, concurrent_runs: 4, per_connection: 1}\ntenants: [oracle";
  for (const Expectation& one : expectations()) yaml += ", " + id_of(one.fault.name);
  return yaml + "]\n";
}

// One fake, one connection and one tenant.
class Estate {
 public:
  Estate(const Cloud& cloud, Infrazend& daemon, const std::string& name)
      : cloud_(cloud), daemon_(daemon), id_(id_of(name)) {
    CloudFake fake = cloud.start(url());
    provider_ = std::make_unique<FaultyCloud>(std::move(fake.handler), std::move(fake.habits));
    server_.handle_others([this](const ReceivedRequest& request) { return (*provider_)(request); });
    configure();
  }

  FaultyCloud& provider() { return *provider_; }
  std::string url() const { return server_.url("", "localhost"); }
  const std::string& id() const { return id_; }

  // Waits for the runs that the daemon begins by itself.
  std::vector<RunEnd> first_runs() {
    std::vector<RunEnd> ends;
    for (const std::string& stream : cloud_.streams) {
      if (!wait_until([&] { return ended(stream) > 0; }, std::chrono::seconds(30), std::chrono::milliseconds(20)))
        throw std::runtime_error("no run of " + stream + " ended:\n" + daemon_.log());
      ends.push_back(last_run(stream));
    }
    return ends;
  }
  std::vector<RunEnd> sync() {
    std::vector<RunEnd> ends;
    for (const std::string& stream : cloud_.streams) {
      daemon_.sync(id_, stream, "incremental", std::chrono::seconds(90));
      ends.push_back(last_run(stream));
    }
    return ends;
  }

  // What the provider's 429 said is held against the account until its time has come.
  void forgive() { (void)daemon_.query("DELETE FROM infrazen.rate_budget WHERE account LIKE '%" + id_ + "%'"); }

  Contents contents() const {
    const std::string tenant = daemon_.scalar("SELECT tenant_id FROM infrazen.tenants WHERE name = '" + id_ + "'");
    Contents out;
    for (const CloudTable& table : cloud_.tables) {
      std::string sql = table.sql;
      for (auto at = sql.find("$1"); at != std::string::npos; at = sql.find("$1", at)) sql.replace(at, 2, tenant);
      Rows& rows = out[table.name];
      for (const PgRow& row : daemon_.query(sql)) rows.insert(text_of(row));
    }
    return out;
  }

 private:
  void configure() {
    std::string yaml = "connector: " + cloud_.connector + "\ntenant: " + id_ +
                       "\nallow_plain_loopback: true\nsettings: " + cloud_.settings(url()) + "\nstreams: {";
    for (const std::string& stream : cloud_.streams) yaml += stream + ": {interval: 300d}, ";
    for (const std::string& stream : cloud_.streams_off) yaml += stream + ": false, ";
    yaml += "}\n";
    if (!cloud_.secrets.empty()) {
      yaml += "secrets: {";
      for (const auto& [name, value] : cloud_.secrets) {
        yaml += name + ": " + id_ + '.' + name + ", ";
        daemon_.secret(id_ + '.' + name, value);
      }
      yaml += "}\n";
    }
    daemon_.connection(id_, yaml);
  }
  std::string runs_of(const std::string& stream) const {
    return " FROM infrazen.runs r JOIN infrazen.streams s USING (stream_id) JOIN infrazen.connections c"
           " ON c.connection_id = s.connection_id WHERE c.name = '" +
           id_ + "' AND s.stream = '" + stream + "' AND r.ended_at IS NOT NULL";
  }
  int ended(const std::string& stream) const { return std::stoi(daemon_.scalar("SELECT count(*)" + runs_of(stream))); }
  RunEnd last_run(const std::string& stream) const {
    const PgRows rows = daemon_.query("SELECT r.outcome, r.error_class, r.message" + runs_of(stream) +
                                      " ORDER BY r.run_id DESC LIMIT 1");
    return {rows.at(0).at(0).value_or(""), std::stoi(rows.at(0).at(1).value_or("0")), rows.at(0).at(2).value_or("")};
  }

  const Cloud& cloud_;
  Infrazend& daemon_;
  std::string id_;
  HttpServer server_;
  std::unique_ptr<FaultyCloud> provider_;
};

// One fault's way through the matrix.
class Scenario {
 public:
  Scenario(const Cloud& cloud, Infrazend& daemon, const Expectation& expected)
      : cloud_(cloud), expected_(expected), estate_(cloud, daemon, expected.fault.name) {}

  [[nodiscard]] bool has_meaning() { return estate_.provider().can_have(kind()); }
  [[nodiscard]] FaultKind kind() const { return expected_.fault.kind; }
  [[nodiscard]] const std::string& id() const { return estate_.id(); }
  // Before the daemon begins.
  void arm(FaultPlan& plan, std::size_t requests) {
    placed_ = plan.place(expected_.fault, expected_.fault.kind == FaultKind::key_revoked ? 1 : requests);
    estate_.provider().arm(placed_);
  }

  void run(const Contents& oracle, std::size_t requests_later, FaultPlan plan) {
    judge("first sync", estate_.first_runs(), oracle, true);
    end();
    recover("after the first sync", oracle);
    if (requests_later == 0) return;
    arm(plan, requests_later);
    judge("later sync", estate_.sync(), oracle, false);
    end();
    recover("after the later sync", oracle);
  }

  const std::vector<std::string>& problems() const { return problems_; }
  void problem(std::string words) {
    problems_.push_back(expected_.fault.name + " (at request " + std::to_string(placed_.first) + ", " +
                        estate_.provider().victim() + "): " + std::move(words));
  }

 private:
  void end() {
    estate_.provider().end();
    estate_.forgive();
  }

  void judge(const std::string& when, const std::vector<RunEnd>& ends, const Contents& oracle, bool first) {
    if (estate_.provider().struck() == 0) problem(when + ": the fault never struck");
    const bool all_well = std::ranges::all_of(ends, &RunEnd::ok);
    const Contents now = estate_.contents();
    const bool changes = expected_.fault.kind == FaultKind::rows_change;
    if (all_well && !(first && expected_.may_lack_a_part)) {
      if (const auto wrong = difference(oracle, now, !changes); !wrong.empty())
        problem(when + ": the run went well, and its rows are not those of the provider:" + wrong);
    } else if (!first) {
      if (const auto wrong = difference(oracle, now, !changes); !wrong.empty())
        problem(when + ": what was there before is not the same:" + wrong);
    }
    for (std::size_t i = 0; i < ends.size(); ++i) judge_end(when + " of " + cloud_.streams[i], ends[i]);
  }

  void judge_end(const std::string& what, const RunEnd& end) {
    for (const auto& [name, secret] : cloud_.secrets) {
      if (end.message.find(secret) != std::string::npos) problem(what + " says secret " + name);
    }
    if (end.ok()) return;
    const std::string told = "class " + std::to_string(end.error_class) + ", \"" + end.message + '"';
    if (expected_.must_succeed) return problem(what + " failed: " + told);
    if (!expected_.classes.contains(end.error_class)) problem(what + " has another class: " + told);
    if (!std::regex_search(end.message, std::regex(expected_.words, std::regex::icase)))
      problem(what + " does not say what is wrong (" + expected_.words + "): " + told);
  }

  void recover(const std::string& when, const Contents& oracle) {
    for (const RunEnd& end : estate_.sync()) {
      if (!end.ok()) problem(when + " a sync without fault failed: " + end.message);
    }
    if (const auto wrong = difference(oracle, estate_.contents(), true); !wrong.empty())
      problem(when + " the tables are not those of a cloud without faults:" + wrong);
  }

  const Cloud& cloud_;
  const Expectation& expected_;
  Estate estate_;
  Fault placed_;
  std::vector<std::string> problems_;
};

std::map<FaultKind, std::size_t> strikable(const FaultyCloud& provider) {
  std::map<FaultKind, std::size_t> out;
  for (const Expectation& one : expectations()) out[one.fault.kind] = provider.strikable(one.fault.kind);
  return out;
}

}  // namespace

void survive_every_fault(const Cloud& cloud) {
  Infrazend daemon(shared_cluster(), {cloud.connector}, configuration());
  // A cloud that never has a fault. Its second sync is what later ones ask.
  Estate oracle(cloud, daemon, "oracle");
  daemon.start();
  for (const RunEnd& end : oracle.first_runs()) ASSERT_TRUE(end.ok()) << end.message << '\n' << daemon.log();
  const auto requests = strikable(oracle.provider());
  const Contents wanted = oracle.contents();
  for (const auto& [table, rows] : wanted) ASSERT_FALSE(rows.empty()) << table << " is empty: nothing would be seen";
  for (const RunEnd& end : oracle.sync()) ASSERT_TRUE(end.ok()) << end.message;
  ASSERT_EQ(difference(wanted, oracle.contents(), true), "") << "the fake gives something else each time";
  auto requests_later = strikable(oracle.provider());
  for (auto& [kind, count] : requests_later) count -= requests.at(kind);

  FaultPlan plan(seed());
  std::vector<std::unique_ptr<Scenario>> scenarios;
  for (const Expectation& expected : expectations()) {
    if (cloud.without.contains(expected.fault.name)) continue;
    auto scenario = std::make_unique<Scenario>(cloud, daemon, expected);
    if (!scenario->has_meaning() || requests.at(expected.fault.kind) == 0) {
      daemon.remove_connection(scenario->id());
      continue;
    }
    scenario->arm(plan, requests.at(expected.fault.kind));
    scenarios.push_back(std::move(scenario));
  }
  daemon.process().signal(SIGHUP);

  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < scenarios.size(); i = next++) {
      try {
        scenarios[i]->run(wanted, requests_later.at(scenarios[i]->kind()), FaultPlan(seed() + i));
      } catch (const std::exception& error) {
        scenarios[i]->problem(error.what());
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  }
  for (const auto& scenario : scenarios) {
    for (const std::string& problem : scenario->problems()) ADD_FAILURE() << cloud.name << ": " << problem;
  }
  for (const auto& [name, secret] : cloud.secrets) EXPECT_EQ(daemon.log().find(secret), std::string::npos) << name;
  std::cout << cloud.name << ": " << scenarios.size() << " faults, seed " << seed() << " (IZ_FAULT_SEED)\n";
}

}  // namespace iz::test
