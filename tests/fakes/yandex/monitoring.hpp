// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fakes/http/server.hpp"

namespace iz::test {

// One series of Monitoring: labels and measurements, any distance apart.
struct YandexSeries {
  std::string folder;
  std::string name;                           // "cpu_usage"
  std::map<std::string, std::string> labels;  // with "service"
  std::map<std::int64_t, double> points;      // by Unix seconds
  bool whole = false;                         // IGAUGE: int64Values
};

// The Monitoring service: POST /monitoring/v2/data/read, which puts measurements on the grid that is asked for, and GET
// /monitoring/v2/metrics, which lists series. Stateful, thread-safe. Refused as the service does: no folder or one that
// is denied, a query, a window or a downsampling that is none, more than 500 series, and more than 10 000 points of
// one.
class YandexMonitoring {
 public:
  struct Read {
    std::string folder, name, from, to;
    bool operator==(const Read&) const = default;
  };

  // Adds points to the series of the same folder, name and labels, or makes it.
  void put(const YandexSeries& series);
  // 403 for the folder.
  void deny(const std::string& folder);
  void allow_all();
  // 400 for whatever asks about it, alone or among others: "" = nothing is refused.
  void refuse(const std::string& owner);
  // Series that one read may give; the service's own limit by default.
  void most_series(std::size_t count);
  // 429 for so many reads from here on.
  void throttle(std::size_t reads);
  // Called before each read is answered.
  void before_read(std::function<void(const Read&)> call);
  // Reads that were answered with 200, in their order.
  [[nodiscard]] std::vector<Read> reads() const;
  void forget_reads();

  // nullopt for what is not Monitoring's.
  std::optional<Reply> answer(const ReceivedRequest& request);

 private:
  Reply read(const ReceivedRequest& request, const std::string& folder);
  Reply list(const ReceivedRequest& request, const std::string& folder) const;

  mutable std::mutex mutex_;
  std::vector<YandexSeries> series_;
  std::set<std::string> denied_;
  std::string refused_;
  std::size_t most_series_ = 500;
  std::size_t throttled_ = 0;
  std::function<void(const Read&)> before_read_;
  std::vector<Read> reads_;
};

}  // namespace iz::test
