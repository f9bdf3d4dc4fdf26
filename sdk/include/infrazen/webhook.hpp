// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <infrazen/abi/webhook.h>
#include <infrazen/sync.hpp>

// What the provider posts to /hooks/<connection>:
//
//   class Acme : public infrazen::Connector, public infrazen::Webhook {
//     void sync(infrazen::Sync& sync) override { … }
//     void handle(infrazen::WebhookEvent& event) override { event.sync_targets(*this, {{"server",
//     id_in(event.body())}}); }
//   };
//
// INFRAZEN_MODULE exports infrazen.webhook/1 for a connector that derives from Webhook; its manifest has the key
// "webhook".
namespace infrazen {

// One request as it came. Views live until the call it was given to returns.
class WebhookRequest {
 public:
  explicit WebhookRequest(const iz_webhook_request& raw) : raw_(&raw) {}
  [[nodiscard]] std::string_view method() const { return from_abi(raw_->method); }
  [[nodiscard]] std::string_view path() const { return from_abi(raw_->path); }
  [[nodiscard]] std::string_view query() const { return from_abi(raw_->query); }
  [[nodiscard]] std::string_view body() const { return from_abi(raw_->body); }
  [[nodiscard]] Micros received() const { return Micros(std::chrono::microseconds(raw_->received_us)); }
  // By name in lower case; "" if there is none. An event has content-type and what the manifest's webhook.headers
  // names.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    const auto* at = reinterpret_cast<const char*>(raw_->headers);
    for (std::uint32_t i = 0; i < raw_->header_count; ++i, at += raw_->header_stride) {
      const auto& header = *reinterpret_cast<const iz_http_header*>(at);
      if (from_abi(header.name) == name) return from_abi(header.value);
    }
    return {};
  }

 private:
  const iz_webhook_request* raw_;
};

// One event of the inbox, and the way for records out. push() and report() as in a targeted sync; when handle() returns
// everything pushed becomes durable together with the note that the event is done. There are no scopes, and mark() only
// hands over what is buffered: the mark is the host's.
class WebhookEvent : public Sync {
 public:
  WebhookEvent(const iz_host& host, const iz_webhook_event& raw)
      : WebhookEvent(host, raw, std::make_unique<iz_sync_request>(request_for(raw.stream))) {}

  [[nodiscard]] std::string_view id() const { return from_abi(raw_->event_id); }
  // 1 for the first time.
  [[nodiscard]] std::uint32_t attempt() const { return raw_->attempt; }
  [[nodiscard]] const WebhookRequest& request() const { return posted_; }
  [[nodiscard]] std::string_view body() const { return posted_.body(); }
  [[nodiscard]] std::string_view header(std::string_view name) const { return posted_.header(name); }

  // Runs the connector's own targeted sync of the event's stream for these resources, as part of this event.
  // `connector` is anything with sync(Sync&).
  template <class Syncing>
  void sync_targets(Syncing& connector, const std::vector<Target>& targets) {
    std::vector<iz_target> raw;
    for (const Target& target : targets) {
      raw.push_back(
          {target.resource_type.empty() ? iz_str{} : to_abi(target.resource_type), to_abi(target.external_id)});
    }
    iz_sync_request request = request_for(raw_->stream);
    request.targets = raw.data();
    request.target_count = static_cast<std::uint32_t>(raw.size());
    Sync sync(host_, request, Marks::by_the_host);
    connector.sync(sync);
    sync.flush();
  }

 private:
  WebhookEvent(const iz_host& host, const iz_webhook_event& raw, std::unique_ptr<iz_sync_request> request)
      : Sync(host, *request, Marks::by_the_host),
        host_(host),
        raw_(&raw),
        posted_(*raw.request),
        asked_(std::move(request)) {}
  static iz_sync_request request_for(iz_str stream) {
    iz_sync_request request{};
    request.struct_size = sizeof request;
    request.mode = IZ_SYNC_TARGETED;
    request.stream = stream;
    request.cursor = to_abi("");
    request.target_stride = sizeof(iz_target);
    return request;
  }

  const iz_host& host_;
  const iz_webhook_event* raw_;
  WebhookRequest posted_;
  std::unique_ptr<iz_sync_request> asked_;  // what Sync looks at
};

// Derive from it beside Connector. What is thrown becomes the event's error.
class Webhook {
 public:
  virtual ~Webhook() = default;

  // The connector's own authentication (manifest: webhook.checks, operator: scheme: connector). Returns the event's id,
  // "" to leave it to the daemon. Throws an Error of class auth to refuse; any other means "cannot say now".
  virtual std::string admit(Host& host, const WebhookRequest& request) {
    static_cast<void>(host);
    static_cast<void>(request);
    throw Error(ErrorClass::config, "this connector has no check of its own for webhooks: take another scheme");
  }
  // An event that means nothing to the connector is a success: return.
  virtual void handle(WebhookEvent& event) = 0;

 protected:
  Webhook() = default;
  Webhook(const Webhook&) = default;
  Webhook& operator=(const Webhook&) = default;
};

// Whether two texts are the same, in a time that depends on their lengths only: for signatures and tokens.
[[nodiscard]] inline bool equal_in_constant_time(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    difference = static_cast<unsigned char>(
        difference | (static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(other[i])));
  }
  return difference == 0;
}

namespace detail {

// The table behind `Instance`, the same self as iz_connector's. Instance::connector derives from Webhook.
template <class Instance>
struct WebhookExports {
  static Webhook& of(Instance& instance) { return static_cast<typename Instance::Class&>(*instance.connector); }

  static std::int32_t check(void* self, const iz_webhook_request* request, iz_webhook_identity* identity,
                            iz_error* error) {
    return guarded(error, [&] {
      auto& instance = *static_cast<Instance*>(self);
      const std::string id = of(instance).admit(instance.bridge, WebhookRequest(*request));
      if (id.size() >= sizeof identity->event_id) {
        throw Error(ErrorClass::internal, "the connector's id of the event has more than 255 bytes");
      }
      if (identity->struct_size >= sizeof *identity) {
        std::memcpy(identity->event_id, id.data(), id.size());
        identity->event_id[id.size()] = '\0';
      }
    });
  }
  static std::int32_t handle(void* self, const iz_webhook_event* event, iz_error* error) {
    return guarded(error, [&] {
      auto& instance = *static_cast<Instance*>(self);
      WebhookEvent bridged(instance.host, *event);
      of(instance).handle(bridged);
      bridged.flush();
    });
  }
  static constexpr iz_webhook_1 table{sizeof(iz_webhook_1), 0, check, handle};
};

}  // namespace detail
}  // namespace infrazen
