// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "records/manifest.hpp"
#include "records/manifest_reader.hpp"

namespace iz::records {
namespace {

namespace json = boost::json;

std::string outside_limits(const ManifestSetting& setting, double value) {
  if (setting.min && value < *setting.min) return fmt::format("must be at least {}", *setting.min);
  if (setting.max && value > *setting.max) return fmt::format("must be at most {}", *setting.max);
  return {};
}

bool all_strings(const json::value& list) {
  return std::ranges::all_of(list.get_array(), [](const json::value& item) { return item.is_string(); });
}

}  // namespace

std::string detail::default_fault(const ManifestSetting& setting, const json::value& value) {
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

}  // namespace iz::records
