// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

// What the configuration says of the webhook listener, and of one connection's webhook.
namespace iz::config {

struct ListenAddress {
  std::string host;  // a numeric address
  std::uint16_t port = 0;
  bool loopback = false;
  bool operator==(const ListenAddress&) const = default;
};

// `webhooks:` of infrazen.yaml.
struct Webhooks {
  std::vector<ListenAddress> listen;  // besides what systemd passes
  std::filesystem::path certificate;  // PEM, with its chain; empty = plain HTTP, on loopback only
  std::string key_secret;             // name of the secret that holds its key
  unsigned max_clients = 512;
  std::uint64_t max_body = 1U << 20;
  std::uint32_t max_header = 16U << 10;
  std::chrono::milliseconds request_timeout{std::chrono::seconds(10)};
  std::chrono::milliseconds idle_timeout{std::chrono::seconds(60)};
  bool operator==(const Webhooks&) const = default;
  [[nodiscard]] bool tls() const noexcept { return !certificate.empty(); }
};

enum class WebhookScheme : std::uint8_t { hmac_sha256, bearer, connector };
enum class WebhookForm : std::uint8_t { by_manifest, targets, connector };

// `webhook:` of a connection: who may post to /hooks/<id>, and what becomes of it.
struct Webhook {
  WebhookScheme scheme = WebhookScheme::hmac_sha256;
  std::vector<std::string> secrets;  // names; several while one is being changed: any of them counts
  std::string signature_header = "x-infrazen-signature";  // these in lower case
  std::string signature_prefix = "v1=";
  bool timestamp = true;  // false: this sender signs the body alone, and replays are told by the event's id only
  std::string timestamp_header = "x-infrazen-timestamp";
  std::chrono::seconds tolerance{300};  // how old, or early, a timestamp may be
  std::string id_header = "x-infrazen-delivery";
  std::string id_field;  // dotted path into a JSON body; looked at before the header
  WebhookForm form = WebhookForm::by_manifest;
  std::string stream = "inventory";  // of targets that name none
  std::vector<std::string> content_types = {"application/json"};
  double rate = 100;  // events a second that are taken on average
  double burst = 1000;
  unsigned attempts = 10;  // then an event that fails is dead
  bool operator==(const Webhook&) const = default;
};

}  // namespace iz::config
