// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <cstdio>
#include <exception>
#include <string_view>
#include <utility>

#include "e2e/bench.hpp"

int main(int argc, char** argv) {
  using namespace iz::bench;
  constexpr std::pair<std::string_view, void (*)()> benches[] = {
      {"metrics-bulk", metrics_bulk},
      {"metrics-5min", metrics_5min},
      {"metrics-disk-sealed", metrics_disk},
      {"inventory-unchanged", inventory_unchanged},
      {"inventory-changed", inventory_changed},
      {"focus-import", focus_import},  // and focus-import-disk
      {"focus-reimport", focus_reimport},
      {"focus-month-5m", focus_month},
      {"sync-latency", sync_latency},  // and host-rss-sync
      {"sync-budget", sync_budget},
      {"host-rss", host_rss_billing},  // over HTTP
      {"webhooks", webhooks},  // and webhooks-p99
      {"spawn", spawn},
      {"rss", rss},
      {"start", start},
  };
  try {
    for (const auto& [name, run] : benches) {
      bool wanted = argc < 2;
      for (int i = 1; i < argc; ++i) wanted = wanted || name == argv[i];
      if (wanted) run();
    }
    for (int i = 1; i < argc; ++i) {
      bool known = false;
      for (const auto& [name, run] : benches) known = known || name == argv[i];
      if (!known) std::fprintf(stderr, "infrazen-bench: no bench %s\n", argv[i]);
      if (!known) return 64;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "infrazen-bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
