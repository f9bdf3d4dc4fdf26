// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/hooks/hook_endpoint.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "records/utf8.hpp"
#include "serve/hooks/hook_body.hpp"
#include "serve/hooks/signature.hpp"
#include <infrazen/abi/webhook.h>

namespace iz::app {
namespace {

namespace json = boost::json;
using serve::Request;
using serve::Respond;
using serve::Response;

constexpr std::string_view kPath = "/hooks/";
constexpr std::chrono::seconds kSayAgain{60};
constexpr std::chrono::seconds kOperatorsTime{60};  // somebody has to put something right first
// Of which nobody has the other half: what an unknown connection is verified with.
constexpr std::string_view kNobodysSecret = "this is the secret of no connection";
constexpr std::string_view kUnknown = "(unknown)";

Response later(unsigned status, std::string_view message, std::chrono::seconds wait) {
  Response response = serve::error_response(status, message);
  response.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return response;
}

Response unauthorized() {
  return serve::error_response(401, "the connection is not known, or the request is not authenticated for it");
}

Response taken(unsigned status, std::string_view event_id) {
  Response response;
  response.status = status;
  response.body = json::serialize(json::object{{"event", json::string_view(event_id.data(), event_id.size())},
                                               {"duplicate", status == 200}}) +
                  "\n";
  return response;
}

std::optional<std::string_view> timestamp_of(const config::Webhook& rules, const Request& request) {
  if (rules.scheme != config::WebhookScheme::hmac_sha256 || !rules.timestamp) return std::nullopt;
  return request.header(rules.timestamp_header);
}

serve::Verified verify(const config::Webhook& rules, std::span<const std::string_view> secrets,
                       const Request& request) {
  if (rules.scheme == config::WebhookScheme::bearer) {
    return serve::verify_bearer(request.header("authorization"), secrets);
  }
  const serve::SignedRequest posted{request.header(rules.signature_header), rules.signature_prefix,
                                    timestamp_of(rules, request), request.body};
  return serve::verify_hmac(posted, secrets, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
                            rules.tolerance);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

// "application/json; charset=utf-8" is application/json.
bool is_of_type(std::string_view header, const std::vector<std::string>& types) {
  std::string_view type = header.substr(0, header.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return std::ranges::any_of(types, [&](const std::string& wanted) { return lower(type) == lower(wanted); });
}

bool is_event_id(std::string_view id) {
  return !id.empty() && id.size() < IZ_WEBHOOK_EVENT_ID_SIZE && records::is_utf8(id);
}

std::string name_event(const config::Webhook& rules, const Request& request, std::string from_connector) {
  if (!from_connector.empty()) return from_connector;
  if (!rules.id_field.empty()) {
    if (auto field = serve::field_of(request.body, rules.id_field)) return *field;
  }
  if (const auto header = request.header(rules.id_header); !header.empty()) return std::string(header);
  // What is so can be so again: the same body signed at another second tells of something else.
  const auto timestamp = timestamp_of(rules, request);
  const std::string at = timestamp ? std::string(*timestamp) + "." : std::string();
  return "sha256:" + serve::sha256_hex(at + request.body);
}

// What handle() may see of the headers: credentials stay out of the database.
std::string kept_headers(const Hook& hook, const Request& request) {
  json::array kept;
  for (const auto& [name, value] : request.headers) {
    const bool wanted = name == "content-type" || (hook.form == store::EventForm::connector &&
                                                   std::ranges::find(hook.manifest->webhook->headers, name) !=
                                                       hook.manifest->webhook->headers.end());
    if (wanted && records::is_utf8(value)) kept.push_back(json::array{name, value});
  }
  return json::serialize(kept);
}

}  // namespace

void HookEndpoint::answer(Request request, const Respond& respond) {
  if (!request.path.starts_with(kPath) || request.path.size() == kPath.size()) {
    return respond(serve::error_response(404, "webhooks are posted to /hooks/<connection>"));
  }
  if (request.method != serve::Method::post) {
    Response response = serve::error_response(405, "webhooks are posted");
    response.headers.emplace_back("Allow", "POST");
    return respond(std::move(response));
  }
  if (!book_) return respond(later(503, "the daemon is not ready yet", std::chrono::seconds(5)));
  if (Hook* hook = book_->find(std::string_view(request.path).substr(kPath.size()))) {
    return answer_known(*hook, std::move(request), respond);
  }
  // The same work as for a connection that is there.
  const std::string_view nobody[] = {kNobodysSecret};
  (void)verify({}, nobody, request);
  refuse(std::string(kUnknown), "there is no connection with a webhook of that name", request, respond);
}

void HookEndpoint::answer_known(Hook& hook, Request request, const Respond& respond) {
  if (!hook.problem.empty()) return cannot_serve(hook, respond);
  if (hook.rules.scheme == config::WebhookScheme::connector) return ask_connector(hook, std::move(request), respond);
  std::vector<std::string_view> secrets;
  for (const auto& secret : hook.secrets) secrets.push_back(secret.view());
  const serve::Verified verdict = verify(hook.rules, secrets, request);
  if (verdict != serve::Verified::accepted) {
    ++hook.counters->refused;
    return refuse(hook.connection, serve::why(verdict), request, respond);
  }
  if (!hook.bucket.take(std::chrono::steady_clock::now())) {
    ++hook.counters->limited;
    return respond(later(429, "more events than webhook.rate and webhook.burst allow", hook.bucket.wait()));
  }
  accept(hook, std::move(request), {}, respond);
}

// Our fault and not the sender's, who keeps the event. Why stands in the journal and the status since it is so.
void HookEndpoint::cannot_serve(Hook& hook, const Respond& respond) {
  ++hook.counters->unavailable;
  respond(later(503, "this webhook cannot be served now; send it again", kOperatorsTime));
}

void HookEndpoint::ask_connector(Hook& hook, Request request, const Respond& respond) {
  if (hook.counters->quarantined) return cannot_serve(hook, respond);
  // In front of the check, which costs a process.
  if (!hook.bucket.take(std::chrono::steady_clock::now())) {
    ++hook.counters->limited;
    return respond(later(429, "more requests than webhook.rate and webhook.burst allow", hook.bucket.wait()));
  }
  supervise::WebhookRequest posted;
  posted.method = "POST";
  posted.path = request.path;
  posted.query = request.raw_query.value_or("");
  posted.has_query = request.raw_query.has_value();
  for (const auto& [name, value] : request.headers) posted.headers.push_back({name, value});
  posted.body = request.body;
  posted.received_us =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  auto done = [this, name = hook.connection, request = std::move(request),
               respond](HookChecks::Verdict verdict) mutable {
    boost::asio::post(parts_.io, [this, name = std::move(name), request = std::move(request), respond,
                                  verdict = std::move(verdict)]() mutable {
      Hook* known = book_->find(name);  // a reload may have come meanwhile
      if (known == nullptr) return respond(unauthorized());
      checked(*known, std::move(request), std::move(verdict), respond);
    });
  };
  parts_.checks.check(hook.connection, hook.settings, hook.manifest, std::move(posted), std::move(done));
}

void HookEndpoint::checked(Hook& hook, Request request, HookChecks::Verdict verdict, const Respond& respond) {
  using Kind = HookChecks::Verdict::Kind;
  if (!hook.problem.empty()) return cannot_serve(hook, respond);
  if (verdict.misconfigured) {
    if (hook.counters->set_problem(verdict.reason)) {
      parts_.log.event(journal::messages::webhook_misconfigured,
                       {{"connection", hook.connection}, {"reason", verdict.reason}});
    }
    return cannot_serve(hook, respond);
  }
  hook.counters->set_problem({});
  if (verdict.kind == Kind::accepted) return accept(hook, std::move(request), std::move(verdict.event_id), respond);
  if (verdict.kind == Kind::refused) {
    ++hook.counters->refused;
    return refuse(hook.connection, verdict.reason, request, respond);
  }
  ++hook.counters->unavailable;
  if (const std::uint64_t count = failed_checks_[hook.connection].one_more()) {
    parts_.log.event(journal::messages::webhook_check_failed,
                     {{"connection", hook.connection}, {"reason", verdict.reason}, {"count", std::to_string(count)}});
  }
  respond(later(503, "the request cannot be authenticated now", std::chrono::seconds(10)));
}

void HookEndpoint::accept(Hook& hook, Request request, std::string event_id, const Respond& respond) {
  const auto malformed = [&](unsigned status, std::string_view what) {
    ++hook.counters->malformed;
    respond(serve::error_response(status, what));
  };
  if (!is_of_type(request.header("content-type"), hook.rules.content_types)) {
    return malformed(415, "the content type is none of webhook.content_types");
  }
  store::NewEvent event;
  event.stream = hook.rules.stream;
  if (hook.form == store::EventForm::targets) {
    try {
      const serve::TargetsBody body = serve::parse_targets(request.body);
      if (!body.stream.empty()) event.stream = body.stream;
    } catch (const serve::BadBody& bad) {
      return malformed(400, bad.what());
    }
    if (!hook.streams.contains(event.stream)) return malformed(422, "this connection has no stream " + event.stream);
  }
  event.event_id = name_event(hook.rules, request, std::move(event_id));
  if (!is_event_id(event.event_id)) return malformed(400, "the event's id must be UTF-8 of 1 to 255 bytes without NUL");
  event.tenant_id = hook.tenant_id;
  event.connection_id = hook.connection_id;
  event.form = hook.form;
  event.received = wall_now();
  event.path = request.path;
  event.query = request.raw_query;
  if (event.query && !records::is_utf8(*event.query)) event.query.reset();
  event.headers_json = kept_headers(hook, request);
  event.body = std::move(request.body);
  const std::string id = event.event_id;
  const std::string stream = event.stream;
  parts_.writer.put(
      std::move(event), [ring = parts_.ring, &log = parts_.log, name = hook.connection, stream, id,
                         counters = hook.counters, respond](InboxWriter::Outcome outcome, std::string_view reason) {
        switch (outcome) {
          case InboxWriter::Outcome::stored:
            ++counters->accepted;
            ring(name, stream);
            return respond(taken(202, id));
          case InboxWriter::Outcome::duplicate: ++counters->duplicates; return respond(taken(200, id));
          case InboxWriter::Outcome::unavailable:
            ++counters->unavailable;
            return respond(later(503, "the event cannot be kept now; send it again", std::chrono::seconds(5)));
          case InboxWriter::Outcome::refused:
            ++counters->unavailable;
            log.line(journal::Severity::error, "an event that was posted cannot be kept: " + std::string(reason),
                     {{"connection", name}});
            return respond(serve::error_response(500, "the event cannot be kept; the daemon's journal says why"));
        }
      });
}

void HookEndpoint::refuse(const std::string& connection, std::string_view reason, const Request& request,
                          const Respond& respond) {
  if (const std::uint64_t count = refusals_[connection].one_more()) {
    parts_.log.event(journal::messages::webhook_refused, {{"connection", connection},
                                                          {"reason", std::string(reason)},
                                                          {"peer", request.peer},
                                                          {"count", std::to_string(count)}});
  }
  respond(unauthorized());
}

std::uint64_t HookEndpoint::Said::one_more() {
  ++since;
  const auto now = std::chrono::steady_clock::now();
  if (last != std::chrono::steady_clock::time_point{} && now - last < kSayAgain) return 0;
  last = now;
  return std::exchange(since, 0);
}

}  // namespace iz::app
