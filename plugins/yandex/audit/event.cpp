// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/audit/event.hpp"

#include <algorithm>

#include "yandex/inventory/kind.hpp"
#include <infrazen/json.hpp>
#include <infrazen/time.hpp>

namespace iz::yandex {
namespace {

using support::JsonValue;

std::string camel(std::string_view snake) {
  std::string out;
  for (std::size_t i = 0; i < snake.size(); ++i) {
    if (snake[i] == '_' && i + 1 < snake.size() && snake[i + 1] >= 'a' && snake[i + 1] <= 'z') {
      out += static_cast<char>(snake[++i] - 'a' + 'A');
    } else {
      out += snake[i];
    }
  }
  return out;
}

struct Named {
  std::string_view member;
  std::string_view type;
  std::string_view source{};  // where the word means something else in another service
};
constexpr Named kNamed[] = {
    {"instance_id", "compute.instance"},
    {"disk_id", "compute.disk"},
    {"snapshot_id", "compute.snapshot"},
    {"image_id", "compute.image", "compute"},
    {"instance_group_id", "compute.instance_group"},
    {"filesystem_id", "compute.filesystem"},
    {"gpu_cluster_id", "compute.gpu_cluster"},
    {"host_group_id", "compute.host_group"},
    {"snapshot_schedule_id", "compute.snapshot_schedule"},
    {"reserved_instance_pool_id", "compute.reserved_instance_pool"},
    {"network_id", "vpc.network", "vpc"},
    {"network_id", "vpc.network", "network"},
    {"subnet_id", "vpc.subnet"},
    {"address_id", "vpc.address"},
    {"gateway_id", "vpc.gateway"},
    {"security_group_id", "vpc.security_group"},
    {"private_endpoint_id", "vpc.private_endpoint"},
    {"network_load_balancer_id", "load_balancer.network_load_balancer"},
    {"target_group_id", "load_balancer.target_group", "loadbalancer"},
    {"load_balancer_id", "alb.load_balancer", "apploadbalancer"},
    {"node_group_id", "k8s.node_group"},
    {"bucket_id", "storage.bucket"},
    {"registry_id", "cr.registry", "containerregistry"},
    {"function_id", "serverless.function"},
    {"container_id", "serverless.container"},
    {"api_gateway_id", "serverless.apigateway"},
    {"trigger_id", "serverless.trigger"},
    {"database_id", "ydb.database", "ydb"},
    {"dns_zone_id", "dns.zone"},
    {"key_id", "kms.key", "kms"},
    {"secret_id", "lockbox.secret"},
    {"certificate_id", "certificate_manager.certificate"},
    {"log_group_id", "logging.log_group", "logging"},
    {"trail_id", "audittrails.trail"},
};

// "cluster_id" means what the event's source says: "mdb.postgresql" and "managed-postgresql" are the same engine.
std::string cluster_type(std::string_view source, std::string_view event_type) {
  for (const std::string_view text : {source, event_type}) {
    if (text.find("k8s") != std::string_view::npos || text.find("kubernetes") != std::string_view::npos)
      return "k8s.cluster";
  }
  for (const ResourceKind* kind : all_kinds()) {
    if (!kind->type.ends_with(".cluster")) continue;
    std::string_view engine = kind->type.substr(0, kind->type.size() - std::string_view(".cluster").size());
    if (engine.starts_with("mdb.")) engine.remove_prefix(4);
    if (source.find(engine) != std::string_view::npos || event_type.find(engine) != std::string_view::npos)
      return std::string(kind->type);
  }
  return {};
}

std::vector<EventResource> resources_of(const AuditEvent& event) {
  std::vector<EventResource> found;
  const JsonValue details = member(event.value, "details");
  const auto add = [&](std::string_view type, std::string_view id) {
    EventResource one{std::string(type), std::string(id)};
    if (!type.empty() && !id.empty() && std::ranges::find(found, one) == found.end()) found.push_back(std::move(one));
  };
  for (const Named& named : kNamed) {
    if (!named.source.empty() && named.source != event.source) continue;
    add(named.type, member(details, named.member).text());
  }
  add(cluster_type(event.source, event.type), member(details, "cluster_id").text());
  return found;
}

// Metadata of machines and of templates of machines: keys, passwords, whatever people put there.
bool may_hold_secrets(std::string_view name) {
  return name == "metadata" || name == "user_data" || name == "userData" || name == "user-data";
}

// A detail as JSON, however deep in it what may hold secrets lies: a group's template has machines' metadata inside.
std::string without_secrets(JsonValue detail) {
  if (detail.is_array()) {
    infrazen::JsonArray kept;
    for (const JsonValue element : detail) kept.raw(without_secrets(element));
    return kept.str();
  }
  if (!detail.is_object()) return detail.dump();
  infrazen::JsonObject kept;
  for (const auto& [name, inner] : detail.members()) {
    if (!may_hold_secrets(name)) kept.raw(name, without_secrets(inner));
  }
  return kept.str();
}

std::string_view verb_of(std::string_view type) {
  return type.substr(type.rfind('.') == std::string_view::npos ? 0 : type.rfind('.') + 1);
}

std::string_view level_of(std::string_view status) {
  return status == "ERROR" ? "error" : status == "CANCELLED" ? "warning" : "info";
}

}  // namespace

JsonValue member(JsonValue value, std::string_view path) {
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    const JsonValue snake = value[name];
    value = snake.exists() ? snake : value[camel(name)];
  }
  return value;
}

bool AuditEvent::changes_something() const {
  if (status == "ERROR" || status == "CANCELLED" || status == "RUNNING") return false;
  const std::string_view verb = verb_of(type);
  return std::ranges::none_of(std::initializer_list<std::string_view>{"Get", "List", "Read", "Describe"},
                              [&](std::string_view reading) { return verb.starts_with(reading); });
}

std::optional<AuditEvent> read_event(JsonValue value) {
  AuditEvent event{member(value, "event_id").text(),
                   member(value, "event_type").text(),
                   member(value, "event_source").text(),
                   member(value, "event_time").text(),
                   member(value, "event_status").text(),
                   value,
                   {}};
  if (event.id.empty() || event.type.find(".audit.") == std::string_view::npos) return std::nullopt;
  event.resources = resources_of(event);
  return event;
}

infrazen::LogEntry log_entry(const AuditEvent& event) {
  infrazen::LogEntry entry;
  if (!event.resources.empty()) {
    entry.resource_type = event.resources.front().type;
    entry.external_id = event.resources.front().id;
  }
  if (const auto at = infrazen::parse_instant(event.time)) entry.timestamp = *at;
  entry.log_type = "audit";
  entry.level = level_of(event.status);
  entry.source = event.source;
  entry.event_id = event.id;
  const std::string_view who = member(event.value, "authentication.subject_name").text();
  std::string message(event.type);
  if (!event.status.empty()) message += ' ' + std::string(event.status);
  if (!who.empty()) message += " by " + std::string(who);
  if (const std::string_view why = member(event.value, "error.message").text(); !why.empty())
    message += ": " + std::string(why);
  entry.message = std::move(message);

  infrazen::JsonObject metadata;
  const auto keep = [&](std::string_view name, std::string_view path) {
    const std::string_view text = member(event.value, path).text();
    if (!text.empty()) metadata.text(name, text);
  };
  keep("status", "event_status");
  keep("subject_type", "authentication.subject_type");
  keep("subject_id", "authentication.subject_id");
  keep("subject_name", "authentication.subject_name");
  keep("remote_address", "request_metadata.remote_address");
  keep("user_agent", "request_metadata.user_agent");
  keep("request_id", "request_metadata.request_id");
  infrazen::JsonObject place;
  for (const JsonValue step : member(event.value, "resource_metadata.path"))
    place.text(member(step, "resource_type").text(), member(step, "resource_id").text());
  if (!place.empty()) metadata.raw("path", place.str());
  infrazen::JsonObject details;
  for (const auto& [name, detail] : member(event.value, "details").members()) {
    if (!may_hold_secrets(name)) details.raw(name, without_secrets(detail));
  }
  if (!details.empty()) metadata.raw("details", details.str());
  entry.metadata = metadata;
  return entry;
}

}  // namespace iz::yandex
