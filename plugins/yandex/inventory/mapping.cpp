// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/mapping.hpp"

#include <algorithm>

namespace iz::yandex {
namespace {

using infrazen::Resource;
using infrazen::Text;
using infrazen::Whole;

Text text_or_null(std::string_view text) {
  return text.empty() ? Text() : Text(text);
}

std::optional<std::int64_t> integer_at(JsonValue value, std::string_view path) {
  return path.empty() ? std::nullopt : value.path(path).integer();
}

// Labels; buckets have a list of {key, value} under "tags" instead.
infrazen::Json tags_of(JsonValue value) {
  infrazen::JsonObject tags;
  if (const JsonValue labels = value["labels"]; labels.exists()) {
    for (const auto& [name, label] : labels.members()) tags.text(name, label.text());
  } else {
    for (const JsonValue tag : value["tags"]) {
      if (tag.is_object()) tags.text(tag["key"].text(), tag["value"].text());
    }
  }
  return tags.empty() ? infrazen::Json() : infrazen::Json(tags);
}

infrazen::Json array_of(JsonValue value, std::string_view paths) {
  infrazen::JsonArray array;
  bool any = false;
  each_word(paths, [&](std::string_view path) {
    each_at(value, path, [&](JsonValue one) {
      if (one.text().empty()) return;
      array.text(one.text());
      any = true;
    });
  });
  return any ? infrazen::Json(array) : infrazen::Json();
}

void set_common(const Element& element, Resource& resource) {
  const JsonValue value = element.value;
  std::string_view zone = value["zoneId"].text();
  if (zone.empty()) zone = value.path("externalIpv4Address.zoneId").text();
  const std::string_view region = value["regionId"].text();
  resource.name = text_or_null(value["name"].text());
  resource.zone = text_or_null(zone);
  resource.region = text_or_null(region.empty() ? region_of_zone(zone) : region);
  resource.status = text_or_null(value["status"].text());
  if (const auto created = infrazen::parse_instant(value["createdAt"].text())) resource.created_at = *created;
  resource.tags = tags_of(value);
}

void set_sizes(const Element& element, Resource& resource) {
  const ResourceKind& kind = element.kind;
  const JsonValue value = element.value;
  if (const auto cores = integer_at(value, kind.cores)) set_cores(resource, *cores);
  if (const auto memory = integer_at(value, kind.memory)) set_memory(resource, *memory);
  if (const auto storage = integer_at(value, kind.storage)) set_storage(resource, *storage);
  const auto set_text = [&](std::string_view column, std::string_view path) {
    if (!path.empty() && !value.path(path).text().empty()) resource.extensions.set(column, value.path(path).text());
  };
  set_text("disk_type", kind.disk_type);
  set_text("instance_type", kind.instance_type);
  set_text("storage_class", kind.storage_class);
  if (!kind.platform.empty() && !value.path(kind.platform).text().empty())
    resource.extensions.set("platform", platform_name(value.path(kind.platform).text()));
  resource.extensions.set("ip_addresses", array_of(value, kind.addresses));
  resource.extensions.set("security_groups", array_of(value, kind.security_groups));
}

void set_attributes(const Element& element, infrazen::JsonObject& attributes) {
  const auto keep = [&](std::string_view path) {
    const JsonValue value = element.value.path(path);
    if (!value.exists() || value.is_null()) return;
    if ((value.is_object() || value.is_array()) && value.size() == 0) return;
    if (value.is_string() && value.text().empty()) return;
    attributes.raw(path, value.dump());
  };
  keep("description");
  each_word(element.kind.attributes, keep);
}

}  // namespace

void each_word(std::string_view words, const std::function<void(std::string_view)>& visit) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (end > 0) visit(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

void each_at(JsonValue value, std::string_view path, const std::function<void(JsonValue)>& visit) {
  const std::size_t at = path.find("[]");
  if (at == std::string_view::npos) {
    if (const JsonValue found = path.empty() ? value : value.path(path); found.exists()) visit(found);
    return;
  }
  std::string_view rest = path.substr(at + 2);
  if (rest.starts_with('.')) rest.remove_prefix(1);
  for (const JsonValue element : value.path(path.substr(0, at))) each_at(element, rest, visit);
}

std::int64_t to_gib(std::int64_t bytes) {
  constexpr std::int64_t kGib = std::int64_t{1} << 30;
  return bytes / kGib + (bytes % kGib > 0 ? 1 : 0);
}

void set_cores(Resource& resource, std::int64_t cores) {
  resource.cpu_cores = cores;
  resource.extensions.set("cpu_cores", Whole(cores));
}

void set_memory(Resource& resource, std::int64_t bytes) {
  resource.memory_bytes = bytes;
  resource.extensions.set("memory_gb", Whole(to_gib(bytes)));
}

void set_storage(Resource& resource, std::int64_t bytes) {
  resource.storage_bytes = bytes;
  resource.extensions.set("disk_size_gb", Whole(to_gib(bytes)));
}

std::string_view region_of_zone(std::string_view zone) {
  const std::size_t dash = zone.rfind('-');
  return dash == std::string_view::npos ? zone : zone.substr(0, dash);
}

std::string_view platform_name(std::string_view platform_id) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"standard-v1", "Intel Broadwell"},
      {"standard-v2", "Intel Cascade Lake"},
      {"standard-v3", "Intel Ice Lake"},
      {"standard-v3-t4", "Intel Ice Lake with NVIDIA T4"},
      {"highfreq-v3", "Intel Ice Lake, high frequency"},
  };
  for (const auto& [id, name] : kNames) {
    if (id == platform_id) return name;
  }
  return platform_id;
}

void set_place(Resource& resource, const Folder& folder) {
  resource.account_id = folder.cloud_id;
  resource.project_id = folder.id;
  resource.extensions.set("folder_id", folder.id);
  resource.extensions.set("cloud_id", folder.cloud_id);
  if (!folder.organization_id.empty()) resource.extensions.set("organization_id", folder.organization_id);
}

Resource inner_resource(const Element& element, std::string_view type, std::string_view id) {
  Resource resource;
  resource.type = type;
  resource.external_id = id;
  resource.service_name = element.kind.name;
  resource.service_category = element.kind.category;
  set_place(resource, element.folder);
  resource.parent_type = element.kind.type;
  resource.parent_id = element.value["id"].text();
  return resource;
}

Mapped map_element(const Element& element) {
  const ResourceKind& kind = element.kind;
  Mapped mapped;
  Resource& resource = mapped.resource;
  const std::string_view id = element.value["id"].text();
  resource.type = kind.type;
  resource.external_id = id;
  resource.service_name = kind.name;
  resource.service_category = kind.category;
  set_place(resource, element.folder);
  set_common(element, resource);
  set_sizes(element, resource);
  set_attributes(element, mapped.attributes);
  for (const Link& link : kind.links) {
    each_at(element.value, link.path, [&](JsonValue other) {
      const auto join = [&](std::string_view other_id) {
        link.reversed ? mapped.relate(link.type, other_id, kind.type, id, link.relation)
                      : mapped.relate(kind.type, id, link.type, other_id, link.relation);
      };
      for (const JsonValue one : other) join(one.text());
      if (!other.is_array()) join(other.text());
    });
  }
  if (kind.finish != nullptr) kind.finish(element, mapped);
  if (!mapped.attributes.empty()) resource.attributes = mapped.attributes;
  return mapped;
}

}  // namespace iz::yandex
