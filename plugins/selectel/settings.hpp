// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <infrazen/host.hpp>

namespace iz::selectel {

// The connection's settings; README.md explains them.
struct Settings {
  bool vendor = true;  // Selectel's own services exist beside OpenStack's
  std::string provider_name;
  std::string account;
  bool has_user = false;
  bool has_api_key = false;

  std::string auth_url, user, user_domain, interface;
  std::vector<std::string> projects, regions, without;
  std::int64_t page_size = 500;
  std::string spot_tag;
  std::chrono::microseconds overlap{0};

  std::string api_url, registry_url;
  std::chrono::minutes billing_offset{0};  // of the bill's wall clock from UTC
  std::vector<std::string> provider_keys;
  std::string locale;
  std::optional<std::chrono::sys_days> costs_since;  // a billing day
  std::chrono::hours costs_window{0}, costs_chunk{0};
  std::chrono::days report_after{0};
  bool report = true;
  bool prediction_in_hours = false;
  std::chrono::hours documents_window{0};

  std::chrono::seconds granularity{0};
  std::chrono::microseconds metrics_lag{0}, metrics_overlap{0}, metrics_since{0};
  std::string cpu_metric;
};

// Throws infrazen::Error (config) that names the setting.
[[nodiscard]] Settings read_settings(const infrazen::Host& host);

}  // namespace iz::selectel
