// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/resource_words.hpp"

#include <algorithm>
#include <array>

namespace iz::ingest {
namespace {

struct TypeRule {
  std::string_view words;  // all of them, in this order, somewhere in the raw type's words
  std::string_view type;
};

// The first rule that fits wins: the more special ones come first.
constexpr TypeRule kTypeRules[] = {
    // What is named after machines, networks and balancers and is none of them.
    {"instance_group", "instance_group"},
    {"reserved_instance_pool", "capacity_reservation"},
    {"snapshot_schedule", "snapshot_schedule"},
    {"private_endpoint", "private_endpoint"},
    {"target_group", "target_group"},
    {"node_group", "kubernetes_node_group"},
    {"nodegroup", "kubernetes_node_group"},
    {"kubernetes_node", "kubernetes_node"},
    {"k8s_node", "kubernetes_node"},
    {"mks_node", "kubernetes_node"},
    {"kubernetes", "kubernetes_cluster"},
    {"k8s", "kubernetes_cluster"},
    {"mks", "kubernetes_cluster"},
    {"postgresql", "database"},
    {"mysql", "database"},
    {"clickhouse", "database"},
    {"mongodb", "database"},
    {"redis", "database"},
    {"kafka", "message_queue"},
    {"rabbitmq", "message_queue"},
    {"queue", "message_queue"},
    {"opensearch", "database"},
    {"ydb", "database"},
    {"dbaas", "database"},
    {"mdb", "database"},
    {"database", "database"},
    {"datastore", "database"},
    {"container_registry", "container_registry"},
    {"craas", "container_registry"},
    {"registry", "container_registry"},
    {"security_group", "security_group"},
    {"load_balancer", "load_balancer"},
    {"loadbalancer", "load_balancer"},
    {"network_load_balancer", "load_balancer"},
    {"floating_ip", "ip_address"},
    {"floatingip", "ip_address"},
    {"public_ip", "ip_address"},
    {"ip_address", "ip_address"},
    {"address", "ip_address"},
    {"ip", "ip_address"},
    {"snapshot", "snapshot"},
    {"backup", "backup"},
    {"image", "image"},
    {"bucket", "bucket"},
    {"share", "file_share"},
    {"filesystem", "file_share"},
    {"volume", "disk"},
    {"disk", "disk"},
    {"subnet", "subnet"},
    {"router", "router"},
    {"gateway", "gateway"},
    {"port", "network_port"},
    {"network", "network"},
    {"vpc", "network"},
    {"dns", "dns_zone"},
    {"domain", "domain"},
    {"certificate", "certificate"},
    {"function", "function"},
    {"serverless_container", "serverless_container"},
    {"mailbox", "mailbox"},
    {"mail", "mailbox"},
    {"site", "site"},
    {"hosting", "hosting_account"},
    {"ftp", "ftp_account"},
    {"dedicated", "dedicated_server"},
    {"baremetal", "dedicated_server"},
    {"instance", "virtual_machine"},
    {"vm", "virtual_machine"},
    {"vps", "virtual_machine"},
    {"virtual_machine", "virtual_machine"},
    {"server", "virtual_machine"},
    {"service_account", "service_account"},
    {"folder", "folder"},
    {"project", "project"},
    {"cloud", "cloud"},
};

struct Word {
  std::string_view raw;
  std::string_view word;
};

constexpr Word kStates[] = {
    {"active", "running"},     {"up", "running"},           {"on", "running"},         {"started", "running"},
    {"available", "available"}, {"ready", "available"},     {"in_use", "in_use"},      {"attached", "in_use"},
    {"shutoff", "stopped"},    {"stopped", "stopped"},      {"off", "stopped"},        {"shut_down", "stopped"},
    {"terminated", "stopped"}, {"deallocated", "stopped"},  {"disabled", "disabled"},  {"blocked", "suspended"},
    {"build", "creating"},     {"provisioning", "creating"}, {"pending", "creating"},  {"starting", "creating"},
    {"deleted", "deleting"},   {"soft_deleted", "deleting"}, {"failed", "error"},
};

constexpr Word kServices[] = {
    {"virtual_machine", "Compute"},       {"dedicated_server", "Compute"},     {"function", "Compute"},
    {"serverless_container", "Compute"},  {"image", "Compute"},                {"kubernetes_cluster", "Containers"},
    {"kubernetes_node_group", "Containers"}, {"kubernetes_node", "Containers"}, {"container_registry", "Containers"},
    {"disk", "Storage"},                  {"snapshot", "Storage"},             {"backup", "Storage"},
    {"bucket", "Storage"},                {"file_share", "Storage"},           {"database", "Databases"},
    {"message_queue", "Integration"},     {"network", "Networking"},           {"subnet", "Networking"},
    {"router", "Networking"},             {"gateway", "Networking"},           {"network_port", "Networking"},
    {"ip_address", "Networking"},         {"load_balancer", "Networking"},     {"dns_zone", "Networking"},
    {"domain", "Web"},                    {"site", "Web"},                     {"hosting_account", "Web"},
    {"ftp_account", "Web"},               {"mailbox", "Web"},                  {"certificate", "Security"},
    {"security_group", "Security"},       {"service_account", "Identity"},
};

// Lower case; runs of anything but letters, digits and bytes above ASCII become one '_'; "camelCase" is two words.
std::string words_of(std::string_view raw) {
  std::string out;
  out.reserve(raw.size() + 4);
  bool previous_lower = false;
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    const bool upper = byte >= 'A' && byte <= 'Z';
    const bool lower = byte >= 'a' && byte <= 'z';
    if (!upper && !lower && !(byte >= '0' && byte <= '9') && byte < 0x80) {
      if (!out.empty() && out.back() != '_') out.push_back('_');
      previous_lower = false;
      continue;
    }
    if (upper && previous_lower) out.push_back('_');
    out.push_back(upper ? static_cast<char>(byte - 'A' + 'a') : c);
    previous_lower = lower;
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

bool has_words(std::string_view text, std::string_view words) {
  for (std::size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) {
    const std::size_t end = at + words.size();
    // A plural counts as the word: "buckets".
    const bool ends = end == text.size() || text[end] == '_' || (text.substr(end) == "s" || text.substr(end, 2) == "s_");
    if ((at == 0 || text[at - 1] == '_') && ends) return true;
  }
  return false;
}

}  // namespace

std::string normalise_type(std::string_view raw) {
  std::string words = words_of(raw);
  for (const TypeRule& rule : kTypeRules) {
    if (has_words(words, rule.words)) return std::string(rule.type);
  }
  return words.empty() ? std::string("other") : words;
}

std::string normalise_status(std::string_view raw) {
  std::string words = words_of(raw);
  const auto* known = std::ranges::find(kStates, std::string_view(words), &Word::raw);
  return known == std::end(kStates) ? words : std::string(known->word);
}

std::string_view service_of_type(std::string_view normalised) {
  const auto* known = std::ranges::find(kServices, normalised, &Word::raw);
  return known == std::end(kServices) ? std::string_view{} : known->word;
}

}  // namespace iz::ingest
