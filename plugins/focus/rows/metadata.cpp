// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/rows/metadata.hpp"

#include <algorithm>
#include <filesystem>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace iz::focus {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

const json::array* list_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

// Calls back for the object, or each object of the list.
template <class Visit>
void each_object(const json::value& value, Visit&& visit) {
  if (const json::object* object = value.if_object()) {
    visit(*object);
  } else if (const json::array* list = value.if_array()) {
    for (const json::value& element : *list) {
      if (const json::object* inner = element.if_object()) visit(*inner);
    }
  }
}

}  // namespace

void Metadata::add(std::string_view path, std::string_view text) {
  boost::system::error_code fault;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), fault);
  if (fault) return;
  each_object(value, [&](const json::object& object) {
    const std::string id(text_of(object, "SchemaId"));
    if (id.empty()) return;
    if (const auto version = parse_version(text_of(object, "FocusVersion"))) {
      Schema& schema = schemas_[id];
      schema.version = *version;
      if (const json::array* columns = list_of(object, "ColumnDefinition")) {
        for (const json::value& column : *columns) {
          if (const json::object* definition = column.if_object())
            schema.columns.emplace(text_of(*definition, "ColumnName"));
        }
      }
    }
    if (const json::array* locations = list_of(object, "data_location")) {
      for (const json::value& location : *locations) {
        const json::object* entry = location.if_object();
        const std::string_view file = entry == nullptr ? std::string_view() : text_of(*entry, "filepath");
        if (file.empty()) continue;
        const auto folder = std::filesystem::path(path).parent_path();
        deliveries_.push_back({id, (folder / file).lexically_normal().generic_string()});
      }
    }
  });
}

std::optional<Version> Metadata::version_of(std::string_view path, std::span<const std::string_view> columns) const {
  for (const Delivery& delivery : deliveries_) {
    if (delivery.path != path) continue;
    if (const auto schema = schemas_.find(delivery.schema_id); schema != schemas_.end()) return schema->second.version;
  }
  std::optional<Version> version;
  for (const auto& entry : schemas_) {
    const Schema& schema = entry.second;
    const bool same =
        schema.columns.size() == columns.size() &&
        std::ranges::all_of(columns, [&](std::string_view name) { return schema.columns.contains(name); });
    if (!same) continue;
    if (version && *version != schema.version) return std::nullopt;
    version = schema.version;
  }
  return version;
}

}  // namespace iz::focus
