// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "e2e/bench.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "harness/wait_until.hpp"

namespace iz::bench {

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

void print(const Figure& figure) {
  const double value = median(figure.values);
  std::printf(R"({"name":"%s","value":%.6g,"unit":"%s")", figure.name.c_str(), value, figure.unit.c_str());
  if (!figure.references.empty()) {
    const double reference = median(figure.references);
    std::printf(R"(,"reference":%.6g,"ratio":%.4g)", reference, value / reference);
  }
  std::printf(R"(,"runs":[)");
  for (std::size_t i = 0; i < figure.values.size(); ++i) std::printf("%s%.6g", i == 0 ? "" : ",", figure.values[i]);
  std::printf("]}\n");
  std::fflush(stdout);
}

double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void verify(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "infrazen-bench: wrong result: %s\n", what.c_str());
  std::exit(1);
}

test::PgCluster& cluster() {
  static test::PgCluster cluster([] {
    test::PgOptions options;
    options.fsync = true;
    options.settings = {{"shared_buffers", "256MB"},
                        {"max_wal_size", "4GB"},
                        {"checkpoint_timeout", "30min"},
                        {"autovacuum", "off"},
                        {"jit", "off"}};
    return options;
  }());
  return cluster;
}

Daemon::Daemon(std::vector<std::string> plugins, const std::string& extra)
    : infrazend_(cluster(), std::move(plugins), extra) {}

double Daemon::last_run_seconds(const std::string& connection, const std::string& stream) {
  return std::stod(infrazend_.scalar(
      "SELECT extract(epoch FROM r.ended_at - r.started_at) FROM infrazen.runs r JOIN infrazen.streams s USING "
      "(stream_id)"
      " JOIN infrazen.connections c ON c.connection_id = s.connection_id WHERE c.name = '" +
      connection + "' AND s.stream = '" + stream + "' AND r.outcome = 'succeeded' ORDER BY r.run_id DESC LIMIT 1"));
}

std::string Daemon::ended_runs(const std::string& connection, const std::string& stream) {
  return infrazend_.scalar(
      "SELECT count(*) FROM infrazen.runs r JOIN infrazen.streams s USING (stream_id) JOIN infrazen.connections c"
      " ON c.connection_id = s.connection_id WHERE c.name = '" +
      connection + "' AND s.stream = '" + stream + "' AND r.ended_at IS NOT NULL");
}

double Daemon::timed_run(const std::string& connection, const std::string& stream, const std::string& before) {
  // Every question is a connection and a server process of its own: asked without a pause they take a core away from
  // what is measured.
  constexpr std::chrono::milliseconds kPause(100);
  const bool ended = test::wait_until([&] { return ended_runs(connection, stream) != before; },
                                      std::chrono::minutes(10), kPause);
  verify(ended && infrazend_.wait_outcome(connection, stream, "succeeded", std::chrono::seconds(1)),
         connection + "/" + stream + " failed:\n" + infrazend_.log());
  return last_run_seconds(connection, stream);
}

double Daemon::timed_sync(const std::string& connection, const std::string& stream, const std::string& mode) {
  const std::string before = ended_runs(connection, stream);
  const std::string target = "/v1/connections/" + connection + "/sync?stream=" + stream + "&mode=" + mode;
  verify(test::wait_until([&] { return infrazend_.post(target).status < 300; }), "sync refused: " + target);
  return timed_run(connection, stream, before);
}

void Daemon::analyze() { (void)infrazend_.query("VACUUM ANALYZE"); }

double Daemon::status_mb(const char* key) {
  std::ifstream status("/proc/" + std::to_string(infrazend_.process().pid()) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(key)) return std::stod(line.substr(line.find(':') + 1)) / 1024.0;
  }
  return 0;
}

double Daemon::host_mb() {
  return std::stod(infrazend_.scalar("SELECT max(max_rss_kb) FROM infrazen.runs")) / 1024.0;
}

}  // namespace iz::bench
