// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/mappers/mapped.hpp"

#include <set>

#include "support/openstack/times.hpp"
#include <infrazen/json.hpp>

namespace iz::openstack {
namespace {

using support::JsonValue;

constexpr std::string_view kOwners[] = {"project_id",
                                        "tenant_id",
                                        "os-vol-tenant-attr:tenant_id",
                                        "os-extended-snapshot-attributes:project_id",
                                        "os-backup-project-attr:project_id",
                                        "owner"};

// "metadata" holds pairs, "tags" words; a word is a tag without a value.
infrazen::Json tags_of(const JsonValue& row) {
  infrazen::JsonObject tags;
  std::set<std::string_view> names;
  for (const auto& [name, value] : row["metadata"].members()) {
    if (value.text().data() != nullptr && names.insert(name).second) tags.text(name, value.text());
  }
  for (const JsonValue tag : row["tags"]) {
    if (!tag.text().empty() && names.insert(tag.text()).second) tags.text(tag.text(), "");
  }
  return tags.empty() ? infrazen::Json() : infrazen::Json(tags);
}

infrazen::Instant instant_of(const JsonValue& row, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto at = parse_time(row[name].text())) return *at;
  }
  return {};
}

}  // namespace

void Mapped::relate(std::string_view relation, std::string_view to_type, std::string_view to_id) {
  if (to_id.empty()) return;
  relations.push_back({.from_type = resource.type.text(),
                       .from_id = resource.external_id.text(),
                       .to_type = to_type,
                       .to_id = to_id,
                       .relation = relation});
}

std::string_view owner_of(const JsonValue& row) {
  for (const std::string_view name : kOwners) {
    if (const std::string_view owner = row[name].text(); !owner.empty()) return owner;
  }
  return {};
}

infrazen::Text text_of(const JsonValue& value) {
  return value.text().empty() ? infrazen::Text() : infrazen::Text(value.text());
}

infrazen::Whole gib_of_mib(std::int64_t mib) {
  return (mib + 1023) / 1024;
}

infrazen::Json attributes(const JsonValue& row, std::initializer_list<std::string_view> names) {
  infrazen::JsonObject kept;
  for (const std::string_view name : names) {
    const JsonValue value = row[name];
    const bool says_nothing = !value.exists() || value.is_null() || (value.is_string() && value.text().empty());
    if (!says_nothing) kept.raw(name, value.dump());
  }
  return kept.empty() ? infrazen::Json() : infrazen::Json(kept);
}

Mapped mapped(std::string_view type, const JsonValue& row, const Place& place) {
  Mapped out;
  infrazen::Resource& resource = out.resource;
  const std::string_view owner = owner_of(row);
  resource.type = type;
  resource.external_id = row["id"].text();
  resource.name = text_of(row["name"]);
  resource.account_id = place.account;
  if (!place.region.empty()) resource.region = place.region;
  resource.project_id = owner.empty() ? std::string_view(place.project_id) : owner;
  resource.status = text_of(row["status"]);
  resource.created_at = instant_of(row, {"created_at", "created", "createdAt"});
  resource.tags = tags_of(row);
  resource.extensions.set("project_id", resource.project_id);
  return out;
}

}  // namespace iz::openstack
