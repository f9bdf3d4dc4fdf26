// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/settings.hpp"

#include <algorithm>
#include <array>

#include "beget/api/secrets.hpp"
#include <infrazen/days.hpp>

namespace iz::beget {
namespace {

constexpr std::array<std::string_view, 6> kStatistics{"cpu", "memory", "disk", "disk-usage", "network", "load-average"};

[[noreturn]] void wrong(const char* setting, const std::string& what) {
  throw infrazen::Error(infrazen::ErrorClass::config, "setting '" + std::string(setting) + "': " + what);
}

std::chrono::minutes read_offset(std::string_view text) {
  const auto offset = infrazen::parse_utc_offset(text);
  if (!offset) wrong("utc_offset", "write it as +03:00");
  return *offset;
}

std::int64_t read_size_unit(std::string_view text) {
  return text == "kilobytes" ? std::int64_t{1} << 10 : text == "megabytes" ? std::int64_t{1} << 20 : 1;
}

TrueUp read_true_up(std::string_view text) {
  return text == "report" ? TrueUp::report : text == "off" ? TrueUp::off : TrueUp::adjust;
}

}  // namespace

Settings read_settings(const infrazen::Host& host) {
  const infrazen::Config config = host.config();
  Settings settings;
  settings.login = config.text("login");
  if (settings.login.empty()) wrong("login", "it is empty");
  settings.cloud_login = config.text("cloud_login");
  if (settings.cloud_login.empty()) settings.cloud_login = settings.login;
  settings.base_url = config.text("base_url");
  while (settings.base_url.ends_with('/')) settings.base_url.pop_back();
  settings.hosting = host.secrets().has(kHostingSecret);
  settings.cloud = host.secrets().has(kCloudSecret);
  if (!settings.hosting && !settings.cloud) {
    throw infrazen::Error(infrazen::ErrorClass::config, "the connection has no secret: add '" +
                                                            std::string(kHostingSecret) + "' for the hosting, '" +
                                                            std::string(kCloudSecret) + "' for the cloud, or both");
  }
  settings.page_size = static_cast<std::size_t>(config.integer("page_size"));
  settings.hosting_pause = config.duration("hosting_pause");
  settings.utc_offset = read_offset(config.text("utc_offset"));
  const std::string_view basis = config.text("amount_basis");
  settings.amount_basis = basis == "unknown" ? std::string_view() : basis;
  settings.charge_stopped = config.boolean("charge_stopped");
  settings.charge_archived = config.boolean("charge_archived");
  settings.charge_suspended = config.boolean("charge_suspended");
  settings.additional_ip_price = config.number("additional_ip_price");
  settings.plan_prepaid = config.text("year_plan") == "prepaid";
  settings.accrue_domains = config.boolean("accrue_domains");
  settings.true_up = read_true_up(config.text("true_up"));
  settings.mailboxes = config.boolean("mailboxes");
  settings.size_unit = read_size_unit(config.text("size_unit"));
  settings.statistics = config.list("statistics");
  for (const std::string& name : settings.statistics) {
    if (std::ranges::find(kStatistics, name) == kStatistics.end()) {
      wrong("statistics",
            "there is no '" + name + "': it lists some of cpu, memory, disk, disk-usage, network, load-average");
    }
  }
  settings.disk_usage_unit = config.text("disk_usage_unit");
  settings.disk_unit = config.text("disk_unit");
  settings.network_unit = config.text("network_unit");
  return settings;
}

}  // namespace iz::beget
