// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/load_webhooks.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <optional>

#include "config/secrets.hpp"

namespace iz::config {
namespace {

using namespace std::chrono_literals;

// "127.0.0.1:8780", "[::1]:8780", "*:8780".
std::optional<ListenAddress> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  ListenAddress address;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || address.port == 0) return std::nullopt;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  address.host = host == "*" ? "0.0.0.0" : std::string(host);
  in_addr four{};
  in6_addr six{};
  if (!bracketed && ::inet_pton(AF_INET, address.host.c_str(), &four) == 1) {
    address.loopback = (ntohl(four.s_addr) >> 24U) == 127;
  } else if (bracketed && ::inet_pton(AF_INET6, address.host.c_str(), &six) == 1) {
    address.loopback = IN6_IS_ADDR_LOOPBACK(&six);
  } else {
    return std::nullopt;
  }
  return address;
}

void secret_name(MapReader& reader, std::string_view key, std::string& name) {
  if (name.empty() || is_secret_name(name)) return;
  reader.problem(key, "must be the NAME of a secret, never the secret itself");
  name.clear();
}

void header_name(MapReader& reader, std::string_view key, std::string& out) {
  reader.text(key, out);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (out.empty() || out.size() > 64 ||
      out.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos) {
    reader.problem(key, "must be the name of a header");
  }
}

// What a signature of HMAC-SHA256 looks like; senders have their own forms.
void read_signature(MapReader& reader, Webhook& webhook) {
  header_name(reader, "signature_header", webhook.signature_header);
  reader.text("signature_prefix", webhook.signature_prefix);
  reader.boolean("timestamp", webhook.timestamp);
  if (webhook.timestamp) {
    header_name(reader, "timestamp_header", webhook.timestamp_header);
    reader.duration("tolerance", webhook.tolerance, 1s, 24h);
    return;
  }
  for (const char* key : {"timestamp_header", "tolerance"}) {
    if (reader.any(key) != nullptr) reader.problem(key, "says how timestamps are judged, but timestamp: false says that there are none");
  }
}

void rate_number(MapReader& reader, std::string_view key, double& out) {
  std::optional<double> number;
  reader.number(key, number, 0.01, 100'000);
  out = number.value_or(out);
}

void read_form(MapReader& reader, Webhook& webhook) {
  std::string form;
  reader.choice("form", form, {"targets", "connector"});
  if (form == "targets") webhook.form = WebhookForm::targets;
  if (form == "connector") webhook.form = WebhookForm::connector;
  reader.text("stream", webhook.stream);
  if (!is_name(webhook.stream, "_", 31)) reader.problem("stream", "must be a stream such as inventory");
}

void read_secret_names(MapReader& reader, Webhook& webhook) {
  reader.texts("secret", webhook.secrets);
  for (auto& name : webhook.secrets) secret_name(reader, "secret", name);
  std::erase(webhook.secrets, "");
  if (webhook.scheme == WebhookScheme::connector) {
    if (!webhook.secrets.empty()) {
      reader.problem("secret", "belongs to the connector with scheme: connector: name it under the connection's secrets");
    }
  } else if (webhook.secrets.empty()) {
    reader.problem("secret", "is missing: name the secret that the sender knows too");
  }
}

}  // namespace

void read_webhooks(const Value& map, Webhooks& webhooks, Problems& problems) {
  MapReader reader(map, "webhooks", problems);
  std::vector<std::string> addresses;
  reader.texts("listen", addresses);
  if (const Value* tls = reader.map("tls")) {
    MapReader inner(*tls, "webhooks.tls", problems);
    inner.path("certificate", webhooks.certificate);
    inner.text("key_secret", webhooks.key_secret);
    secret_name(inner, "key_secret", webhooks.key_secret);
    if (webhooks.certificate.empty()) inner.problem("certificate", "is missing: the file with the certificate and its chain");
    if (webhooks.key_secret.empty()) inner.problem("key_secret", "is missing: the name of the secret with the certificate's key");
    inner.finish();
  }
  for (const auto& text : addresses) {
    const auto address = parse_address(text);
    if (!address) {
      reader.problem("listen", "must be addresses such as 127.0.0.1:8780 or [::]:8443, not '" + text + "'");
    } else if (!address->loopback && !webhooks.tls()) {
      reader.problem("listen", text + " can be reached by others: set webhooks.tls, or listen on 127.0.0.1 behind a proxy");
    } else {
      webhooks.listen.push_back(*address);
    }
  }
  reader.integer("max_clients", webhooks.max_clients, 1, 65'536);
  reader.size("max_body", webhooks.max_body, 1U << 10, 4U << 20);
  reader.size("max_header", webhooks.max_header, 1U << 10, 256U << 10);
  reader.duration("request_timeout", webhooks.request_timeout, 100ms, 5min);
  reader.duration("idle_timeout", webhooks.idle_timeout, 1s, 1h);
  reader.finish();
}

Webhook read_webhook(const Value& map, const std::string& name, Problems& problems) {
  Webhook webhook;
  MapReader reader(map, name, problems);
  std::string scheme = "hmac_sha256";
  reader.choice("scheme", scheme, {"hmac_sha256", "bearer", "connector"});
  if (scheme == "bearer") webhook.scheme = WebhookScheme::bearer;
  if (scheme == "connector") webhook.scheme = WebhookScheme::connector;
  read_secret_names(reader, webhook);
  read_signature(reader, webhook);
  header_name(reader, "id_header", webhook.id_header);
  reader.text("id_field", webhook.id_field);
  read_form(reader, webhook);
  reader.texts("content_types", webhook.content_types);
  rate_number(reader, "rate", webhook.rate);
  rate_number(reader, "burst", webhook.burst);
  if (webhook.burst < 1) reader.problem("burst", "must be at least 1");
  reader.integer("attempts", webhook.attempts, 1, 1000);
  reader.finish();
  return webhook;
}

}  // namespace iz::config
