// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/time.hpp>

namespace iz::beget {

// The cursor of the stream `metrics`: of each statistic of each thing, the instant of the last point that was stored.
// They run apart: one statistic lags behind another, and one machine could not be asked.
class MetricsCursor {
 public:
  explicit MetricsCursor(std::string_view cursor);  // throws infrazen::Error (internal) for what is none
  [[nodiscard]] std::string text() const;

  [[nodiscard]] std::optional<infrazen::Micros> find(const std::string& thing, const std::string& statistic) const;
  void set(const std::string& thing, const std::string& statistic, infrazen::Micros last);
  // Adds to `things` those that are known and begin with one of the prefixes.
  void remember(std::set<std::string>& things, const std::vector<std::string>& prefixes) const;
  // Forgets the things that are gone.
  void keep_only(const std::set<std::string>& things);

 private:
  std::map<std::string, std::map<std::string, infrazen::Micros>> last_;
};

}  // namespace iz::beget
