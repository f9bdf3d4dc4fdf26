// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/settings.hpp"

#include <string_view>

#include <infrazen/days.hpp>

namespace iz::selectel {
namespace {

using infrazen::Config;
using infrazen::Error;
using infrazen::ErrorClass;

[[noreturn]] void wrong(const std::string& setting, const std::string& what) {
  throw Error(ErrorClass::config, "setting '" + setting + "' " + what);
}

std::string url_of(const Config& config, std::string_view name) {
  std::string url(config.text(name));
  while (url.ends_with('/')) url.pop_back();
  if (!url.starts_with("https://") && !url.starts_with("http://")) wrong(std::string(name), "is no address: https://…");
  return url;
}

std::chrono::minutes offset_of(std::string_view text) {
  const auto offset = infrazen::parse_utc_offset(text);
  if (!offset) wrong("billing_offset", "is no offset from UTC such as +03:00: '" + std::string(text) + "'");
  return *offset;
}

std::optional<std::chrono::sys_days> day_of(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto day = infrazen::parse_day(text);
  if (!day) wrong("costs_since", "is no day such as 2026-01-31: '" + std::string(text) + "'");
  return day;
}

template <class Unit>
Unit rounded_up(const Config& config, std::string_view name) {
  return std::chrono::ceil<Unit>(config.duration(name));
}

void read_money(Settings& settings, const Config& config) {
  settings.billing_offset = offset_of(config.text("billing_offset"));
  settings.provider_keys = config.list("provider_keys");
  settings.locale = config.text("locale");
  settings.costs_since = day_of(config.text_or("costs_since", ""));
  settings.costs_window = rounded_up<std::chrono::hours>(config, "costs_window");
  settings.costs_chunk = rounded_up<std::chrono::hours>(config, "costs_chunk");
  settings.report = config.boolean("report");
  settings.report_after = rounded_up<std::chrono::days>(config, "report_after");
  settings.prediction_in_hours = config.text("prediction_unit") == "hours";
  settings.documents_window = rounded_up<std::chrono::hours>(config, "documents_window");
  if (settings.provider_keys.empty()) wrong("provider_keys", "names no service: the bill would be empty");
  if (24 % settings.costs_chunk.count() != 0)
    wrong("costs_chunk", "does not divide a day: 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h");
}

}  // namespace

Settings read_settings(const infrazen::Host& host) {
  const Config config = host.config();
  Settings settings;
  settings.vendor = config.text("vendor") == "selectel";
  settings.provider_name = config.text("provider_name");
  settings.account = config.text("account");
  settings.user = config.text_or("user", "");
  settings.has_user = !settings.user.empty();
  settings.has_api_key = host.secrets().has("api_key");
  if (settings.has_user && !host.secrets().has("password")) {
    wrong("user", "is given, and the secret 'password' is not: name one under 'secrets'");
  }
  if (!settings.has_user && !(settings.vendor && settings.has_api_key)) {
    wrong("user", settings.vendor ? "is missing, and there is no secret 'api_key' either: one of the two is needed"
                                  : "is missing: without it there is no token");
  }
  settings.auth_url = url_of(config, "auth_url");
  settings.user_domain = config.text_or("user_domain", "");
  if (settings.user_domain.empty()) settings.user_domain = settings.account;
  settings.interface = config.text("interface");
  settings.projects = config.list("projects");
  settings.regions = config.list("regions");
  settings.without = config.list("without");
  settings.page_size = config.integer("page_size");
  settings.spot_tag = config.text("spot_tag");
  settings.overlap = config.duration("overlap");
  settings.api_url = url_of(config, "api_url");
  settings.registry_url = url_of(config, "registry_url");
  read_money(settings, config);
  settings.granularity = rounded_up<std::chrono::seconds>(config, "granularity");
  settings.metrics_lag = config.duration("metrics_lag");
  settings.metrics_overlap = config.duration("metrics_overlap");
  settings.metrics_since = config.duration("metrics_since");
  settings.cpu_metric = config.text("cpu_metric");
  return settings;
}

}  // namespace iz::selectel
