// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// A connector that is rung up. The body of an event says what to do, one word per line:
//   up ID      a server, as part of the connector's own targeted sync     gone ID    a retirement
//   log TEXT   a log entry without an id: what is handled twice is there twice
//   fail CLASS handle() throws that class, rate_limited for five minutes
//   crash      the process dies      scope, mark    what is not allowed      sleep MS   waits
// Its own check wants the header X-Doorbell: HMAC-SHA256 of the body with the secret `key`, in hexadecimal digits, and
// takes X-Doorbell-Id for the event's id; a body that begins with "cannot say" fails with the class transient; one that
// begins with "ask" has it ask the provider at the setting `url` first. A back-fill it calls cancelled.
#include <charconv>
#include <csignal>
#include <string>
#include <string_view>

#include <infrazen/connector.hpp>

namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Kind;
using infrazen::Sync;
using infrazen::WebhookEvent;
using infrazen::WebhookRequest;

std::string hex(const std::vector<std::uint8_t>& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

ErrorClass class_of(std::string_view name) {
  if (name == "transient") return ErrorClass::transient;
  if (name == "config") return ErrorClass::config;
  if (name == "cancelled") return ErrorClass::cancelled;
  if (name == "rate_limited") return ErrorClass::rate_limited;
  return ErrorClass::permanent;
}

class Doorbell : public infrazen::Connector, public infrazen::Webhook {
 public:
  void sync(Sync& sync) override {
    if (sync.window()) throw Error(ErrorClass::cancelled, "the doorbell cancels what nobody cancelled");
    for (const auto& target : sync.targets()) {
      if (target.external_id.starts_with("broken")) throw Error(ErrorClass::transient, "server broken cannot be read");
      sync.push(infrazen::Resource{
          .type = "server", .external_id = target.external_id, .name = target.external_id, .account_id = "home"});
    }
    if (sync.targeted()) sync.log().info("synced " + std::to_string(sync.targets().size()) + " targets");
    sync.mark("synced");
  }

  std::string admit(infrazen::Host& host, const WebhookRequest& request) override {
    if (request.body().starts_with("cannot say")) throw Error(ErrorClass::transient, "the doorbell's wire is cut");
    if (request.body().starts_with("ask")) host.http().get(std::string(host.config().text("url")));
    const auto expected = hex(host.secrets().sign("key", IZ_SIGN_HMAC_SHA256, request.body()));
    if (!infrazen::equal_in_constant_time(request.header("x-doorbell"), expected)) {
      throw Error(ErrorClass::auth, "X-Doorbell does not fit the body");
    }
    return std::string(request.header("x-doorbell-id"));
  }

  void handle(WebhookEvent& event) override {
    event.log().info("event " + std::string(event.id()) + ", attempt " + std::to_string(event.attempt()) + ", kind " +
                     std::string(event.header("x-kind")));
    std::string_view rest = event.body();
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      const auto blank = line.find(' ');
      act(event, line.substr(0, blank), blank == std::string_view::npos ? "" : line.substr(blank + 1));
    }
  }

 private:
  void act(WebhookEvent& event, std::string_view verb, std::string_view what) {
    if (verb == "up") event.sync_targets(*this, {{"server", what}});
    if (verb == "gone") event.push(infrazen::Retirement{.type = "server", .external_id = what});
    if (verb == "log") {
      event.push(infrazen::LogEntry{.timestamp = event.clock().now(), .log_type = "audit", .message = what});
    }
    if (verb == "fail") {
      const std::chrono::minutes later(what == "rate_limited" ? 5 : 0);
      throw Error(class_of(what), "the doorbell failed as it was told", later);
    }
    if (verb == "crash") std::raise(SIGKILL);
    if (verb == "scope") static_cast<void>(event.scope(Kind::resource, "s"));
    if (verb == "mark") event.sink().mark("m");
    if (verb == "sleep") {
      int milliseconds = 0;
      std::from_chars(what.data(), what.data() + what.size(), milliseconds);
      event.clock().sleep(std::chrono::milliseconds(milliseconds));
    }
  }
};

}  // namespace

INFRAZEN_MODULE(Doorbell, "doorbell", "1.0.0", R"json({
  "manifest": 1, "id": "doorbell", "version": "1.0.0", "title": "Doorbell",
  "settings": {"url": {"type": "string"}}, "hosts": ["localhost", "127.0.0.1"],
  "secrets": {"key": {"required": false}},
  "streams": {"inventory": {"interval": "1h", "kinds": ["resource", "retirement", "log"]},
              "logs": {"interval": "1h", "back_fill": true, "kinds": ["log"]}},
  "webhook": {"stream": "inventory", "checks": true, "headers": ["x-kind"]}
})json")
