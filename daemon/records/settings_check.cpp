// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <numeric>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "records/manifest.hpp"
#include "records/manifest_reader.hpp"

namespace iz::records {
namespace {

namespace json = boost::json;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string unknown_setting(const Manifest& manifest, std::string_view name) {
  std::string text = fmt::format("{}: connector {} has no such setting", name, manifest.id);
  const auto nearest = std::ranges::min_element(manifest.settings, {},
                                                [&](const auto& setting) { return distance(setting.name, name); });
  if (nearest != manifest.settings.end() && distance(nearest->name, name) <= 3) {
    text += fmt::format("; did you mean \"{}\"?", nearest->name);
  }
  return text;
}

std::string outside_limits(const ManifestSetting& setting, double value) {
  if (setting.min && value < *setting.min) return fmt::format("must be at least {}", *setting.min);
  if (setting.max && value > *setting.max) return fmt::format("must be at most {}", *setting.max);
  return {};
}

bool all_strings(const json::value& list) {
  return std::ranges::all_of(list.get_array(), [](const json::value& item) { return item.is_string(); });
}

}  // namespace

std::string detail::value_fault(const ManifestSetting& setting, const json::value& value) {
  const auto* text = value.if_string();
  switch (setting.type) {
    case SettingType::path:
      if (text == nullptr || !text->starts_with('/')) return "must be an absolute path";
      return {};
    case SettingType::string: return text == nullptr ? "must be a string" : "";
    case SettingType::integer:
      if (!value.is_int64() && !value.is_uint64()) return "must be a whole number";
      return outside_limits(setting, value.to_number<double>());
    case SettingType::number:
      return value.is_number() ? outside_limits(setting, value.to_number<double>()) : "must be a number";
    case SettingType::boolean: return value.is_bool() ? "" : "must be true or false";
    case SettingType::duration: {
      const auto duration = text == nullptr ? std::nullopt : parse_duration(std::string_view(*text));
      if (!duration) return "must be a duration like 30s, 15m, 1h, 1d";
      return outside_limits(setting, static_cast<double>(duration->count()));
    }
    case SettingType::list: return value.is_array() && all_strings(value) ? "" : "must be a list of strings";
    case SettingType::map: return value.is_object() ? "" : "must be a map";
    case SettingType::enumeration:
      if (text != nullptr && std::ranges::find(setting.values, std::string_view(*text)) != setting.values.end())
        return {};
      return fmt::format("must be one of {}", fmt::join(setting.values, ", "));
  }
  return {};
}

CompletedSettings complete_settings(const Manifest& manifest, std::string_view settings_json) {
  CompletedSettings result;
  json::error_code error;
  json::value root = json::parse(settings_json.empty() ? "{}" : settings_json, error);
  if (error || !root.is_object()) {
    result.problems.emplace_back("the settings are not a JSON object");
    return result;
  }
  json::object& settings = root.get_object();
  for (const auto& member : settings) {
    const std::string_view name = member.key();
    const ManifestSetting* setting = manifest.find_setting(name);
    if (setting == nullptr) {
      result.problems.push_back(unknown_setting(manifest, name));
    } else if (const std::string what = detail::value_fault(*setting, member.value()); !what.empty()) {
      result.problems.push_back(fmt::format("{}: {}", name, what));
    }
  }
  for (const auto& setting : manifest.settings) {
    if (settings.contains(setting.name)) continue;
    if (setting.required) {
      result.problems.push_back(fmt::format("{}: is missing{}{}", setting.name, setting.description.empty() ? "" : ": ",
                                            setting.description));
    } else if (!setting.default_json.empty()) {
      settings[setting.name] = json::parse(setting.default_json);
    }
  }
  result.json = json::serialize(settings);
  return result;
}

}  // namespace iz::records
