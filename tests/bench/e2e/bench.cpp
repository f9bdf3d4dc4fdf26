// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "e2e/bench.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

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

double Daemon::timed_sync(const std::string& connection, const std::string& stream, const std::string& mode) {
  infrazend_.sync(connection, stream, mode, std::chrono::minutes(10));
  verify(infrazend_.wait_outcome(connection, stream, "succeeded", std::chrono::seconds(1)),
         connection + "/" + stream + " failed:\n" + infrazend_.log());
  return last_run_seconds(connection, stream);
}

double Daemon::status_mb(const char* key) {
  std::ifstream status("/proc/" + std::to_string(infrazend_.process().pid()) + "/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(key)) return std::stod(line.substr(line.find(':') + 1)) / 1024.0;
  }
  return 0;
}

}  // namespace iz::bench
