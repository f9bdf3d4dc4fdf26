// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/inventory/cloud_rows.hpp"

#include "beget/api/hosting_api.hpp"
#include "beget/api/values.hpp"
#include "beget/cloud/cloud_lists.hpp"
#include "beget/words.hpp"

namespace iz::beget {
namespace {

using infrazen::Resource;
using support::JsonValue;

std::string_view or_else(std::string_view text, std::string_view otherwise) {
  return text.empty() ? otherwise : text;
}

std::optional<std::string_view> some(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Resource resource_of(const Settings& settings, std::string_view type, std::string_view id, std::string_view name) {
  const ServiceWords words = service_words(type);
  Resource resource;
  resource.type = type;
  resource.external_id = id;
  resource.name = some(name);
  resource.account_id = settings.login;
  resource.service_name = words.name;
  resource.service_category = words.category;
  return resource;
}

// A day's price as the provider writes its digits. 0 and absent: charged by use, or not at all.
void set_price(Resource& resource, JsonValue priced) {
  if (const auto month = priced["price_month"].decimal())
    resource.extensions.set("price_month", infrazen::Amount(*month));
  const auto day = priced["price_day"].decimal();
  if (!day || day->sign() <= 0) return;
  resource.list_price = *day;
  resource.currency = kCurrency;
  resource.billing_period = "day";
  resource.pricing_model = "on_demand";
}

void set_created(Resource& resource, const Settings& settings, JsonValue text) {
  if (const auto created = parse_time(text.text(), settings.utc_offset)) resource.created_at = *created;
}

void set_text(Resource& resource, std::string_view column, JsonValue value) {
  if (!value.text().empty()) resource.extensions.set(column, value.text());
}

void set_bytes(Resource& resource, std::string_view column, std::optional<std::int64_t> bytes) {
  if (bytes) resource.extensions.set(column, infrazen::Whole(*bytes));
}

}  // namespace

void emit_vps(const Settings& settings, JsonValue row, ListedScope& scope) {
  const std::string_view id = row["id"].text();
  const JsonValue configuration = row["configuration"];
  Resource vps = resource_of(settings, kVps, id, or_else(row["display_name"].text(), row["slug"].text()));
  vps.region = some(or_else(row["region"].text(), configuration["region"].text()));
  vps.status = or_else(row["status"].text(), "UNKNOWN");
  vps.project_id = some(row["project_id"].text());
  set_created(vps, settings, row["date_create"]);
  set_price(vps, configuration);
  if (const auto cores = configuration["cpu_count"].decimal()) vps.cpu_cores = *cores;
  if (const auto memory = bytes_of(configuration["memory"], kMegabyte)) vps.memory_bytes = *memory;
  if (const auto disk = bytes_of(configuration["disk_size"], kMegabyte)) vps.storage_bytes = *disk;

  const JsonValue software = row["software"];
  Attributes attributes;
  attributes.text("description", row["description"])
      .text("technical_domain", row["technical_domain"])
      .text("software_domain", row["software_domain"])
      .text("software", software["display_name"])
      .text("software_version", software["version"])
      .text("software_status", software["status"])
      .text("snapshot_id", row["snapshot_id"])
      .text("image_id", row["image_id"])
      .texts("additional_ip_addresses", row["additional_ip_address"])
      .number("bandwidth_public", configuration["bandwidth_public"])
      .flag("custom_configuration", configuration["custom"])
      .flag("manage_enabled", row["manage_enabled"])
      .flag("beget_ssh_access_allowed", row["beget_ssh_access_allowed"]);
  for (const char* state :
       {"archived", "unarchiving", "rescue_mode", "migrating", "restoring", "unblocking", "host_unavailable"})
    attributes.flag(state, row[state]);
  vps.attributes = attributes.json();
  set_text(vps, "slug", row["slug"]);
  set_text(vps, "hostname", row["hostname"]);
  set_text(vps, "ip_address", row["ip_address"]);
  set_text(vps, "configuration_id", configuration["id"]);
  set_text(vps, "configuration_name", configuration["name"]);
  set_text(vps, "configuration_group", configuration["group"]);
  set_bytes(vps, "disk_used_bytes", bytes_of(row["disk_used"], kMegabyte));
  set_bytes(vps, "disk_free_bytes", bytes_of(row["disk_left"], kMegabyte));
  scope.push(vps);

  scope.relate(kVps, id, kProject, row["project_id"].text(), "member_of");
  for (const JsonValue joined : row["private_network"])
    scope.relate(kVps, id, kPrivateNetwork, joined.path("network.id").text(), "attached_to");
}

void emit_service(const Settings& settings, JsonValue row, ListedScope& scope) {
  const std::string_view id = row["id"].text();
  const std::string_view type = or_else(service_type(row), kCloudService);
  const JsonValue details = service_details(row);
  const JsonValue configuration = details["configuration"];
  Resource service = resource_of(settings, type, id, or_else(row["display_name"].text(), row["slug"].text()));
  service.region = some(row["region"].text());
  service.status = or_else(row["status"].text(), "UNKNOWN");
  service.project_id = some(row["project_id"].text());
  set_created(service, settings, row["created_at"]);
  set_price(service, row);
  if (const auto cores = configuration["cpu_count"].decimal()) service.cpu_cores = *cores;
  if (const auto memory = bytes_of(configuration["memory"], kMegabyte)) service.memory_bytes = *memory;
  if (const auto disk = bytes_of(configuration["disk_size"], kMegabyte)) service.storage_bytes = *disk;

  Attributes attributes;
  attributes.text("service_type", row["type"])
      .text("status_details", row["status_details"])
      .text("description", row["description"])
      .text("version", configuration["version"])
      .text("fqdn", details["fqdn"])
      .number("port", details["port"])
      .number("traffic", details["traffic"])
      .texts("resource_domains", details["resource_domain"])
      .flag("public", details["public"])
      .flag("ssl_enabled", details["ssl_enabled"])
      .flag("read_only", details["read_only"])
      .flag("manage_enabled", row["manage_enabled"]);
  for (const char* state : {"unblocking", "migrating", "restoring"}) attributes.flag(state, row[state]);
  service.attributes = attributes.json();
  set_text(service, "slug", row["slug"]);
  set_text(service, "hostname", details["host"]);
  set_text(service, "configuration_id", row["configuration_id"]);
  if (type == kBucket) {
    set_bytes(service, "disk_used_bytes", bytes_of(details["quota_used_size"], settings.size_unit));
  } else {
    set_bytes(service, "disk_used_bytes", bytes_of(details["disk_used"], 1));
    set_bytes(service, "disk_free_bytes", bytes_of(details["disk_left"], 1));
  }
  scope.push(service);

  scope.relate(type, id, kProject, row["project_id"].text(), "member_of");
  for (const JsonValue address : details.path("address_info.private"))
    scope.relate(type, id, kPrivateNetwork, address["network_id"].text(), "attached_to");
  if (type == kBucket) scope.relate(kCdn, details.path("attached_cdn.id").text(), kBucket, id, "uses");
}

void emit_snapshot(const Settings& settings, JsonValue row, ListedScope& scope) {
  if (row["status"].text() == "DELETED") return;
  const std::string_view id = row["id"].text();
  Resource snapshot = resource_of(settings, kSnapshot, id, row["description"].text());
  snapshot.region = some(row["region"].text());
  snapshot.status = or_else(row["status"].text(), "UNKNOWN");
  set_created(snapshot, settings, row["date_create"]);
  set_price(snapshot, row);
  if (const auto size = bytes_of(row["size"], settings.size_unit)) snapshot.storage_bytes = *size;
  Attributes attributes;
  attributes.text("vps_name", row["vps_name"]).text("vps_id", row["vps_id"]);
  snapshot.attributes = attributes.json();
  scope.push(snapshot);
  if (flag_of(row["vps_exists"])) scope.relate(kSnapshot, id, kVps, row["vps_id"].text(), "protects");
}

void emit_network(const Settings& settings, JsonValue row, ListedScope& scope) {
  for (const JsonValue address : row["additional_ip"]) {
    const std::string_view ip = address["ip"].text();
    Resource resource = resource_of(settings, kAdditionalIp, ip, ip);
    resource.region = some(address["region"].text());
    resource.status = address["vps_id"].text().empty() ? "AVAILABLE" : "IN_USE";
    if (settings.additional_ip_price.sign() > 0) {
      resource.list_price = settings.additional_ip_price;
      resource.currency = kCurrency;
      resource.billing_period = "day";
    }
    resource.extensions.set("ip_address", ip);
    scope.push(resource);
    scope.relate(kAdditionalIp, ip, kVps, address["vps_id"].text(), "attached_to");
  }
  for (const JsonValue network : row["private_network"]) {
    const std::string_view id = network["id"].text();
    Resource resource = resource_of(settings, kPrivateNetwork, id, network["subnet"].text());
    resource.region = some(network["region"].text());
    Attributes attributes;
    attributes.text("subnet", network["subnet"]).number("mask", network["mask"]);
    resource.attributes = attributes.json();
    scope.push(resource);
  }
}

void emit_project(const Settings& settings, JsonValue row, ListedScope& scope) {
  Resource project = resource_of(settings, kProject, row["id"].text(), row["name"].text());
  set_created(project, settings, row["created_at"]);
  Attributes attributes;
  attributes.text("description", row["description"]).flag("is_default", row["is_default"]);
  project.attributes = attributes.json();
  scope.push(project);
}

void emit_ssh_key(const Settings& settings, JsonValue row, ListedScope& scope) {
  const std::string_view id = row["id"].text();
  Resource key = resource_of(settings, kSshKey, id, row["name"].text());
  Attributes attributes;
  attributes.text("fingerprint", row["fingerprint"]);
  key.attributes = attributes.json();
  scope.push(key);
  for (const JsonValue vps : row["vps_id"]) scope.relate(kSshKey, id, kVps, vps.text(), "attached_to");
}

}  // namespace iz::beget
