// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/status_api.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>

#include "serve/metrics_text.hpp"
#include "serve/status_json.hpp"

namespace iz::serve {
namespace {

constexpr std::uint32_t kMaxRows = 1000;

Response ok(std::string body, unsigned status = 200) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Response refused(const Refusal& refusal) {
  Response response = error_response(refusal.status, refusal.message);
  if (refusal.status == 503) response.headers.emplace_back("Retry-After", "5");
  return response;
}

// A handler that takes these parameters and no others: one that is misspelt must not silently mean "all".
Handler with(std::initializer_list<std::string_view> known, Handler handler) {
  return [names = std::vector<std::string_view>(known), handler = std::move(handler)](const Request& request,
                                                                                      Respond respond) {
    for (const auto& [name, value] : request.query) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      std::string all;
      for (const auto& one : names) all += (all.empty() ? "" : ", ") + std::string(one);
      return respond(error_response(
          400, "unknown parameter '" + name + "'" + (all.empty() ? "; there are none here" : "; known are: " + all)));
    }
    handler(request, std::move(respond));
  };
}

std::string actor_of(const Caller& caller) {
  return caller.user + " (uid " + std::to_string(caller.uid) + ")";
}

// Turns an outcome into an answer, the value by `body`.
template <typename T, typename Body>
Done<T> answering(Respond respond, Body body, unsigned status = 200) {
  return [respond = std::move(respond), body = std::move(body), status](Outcome<T> outcome) {
    if (const auto* refusal = std::get_if<Refusal>(&outcome)) return respond(refused(*refusal));
    respond(ok(body(std::get<T>(outcome)), status));
  };
}

// False with an answer given when `limit` is not a number in range.
bool read_history(const Request& request, HistoryQuery& query, const Respond& respond) {
  query.connection = request.parameter("connection");
  query.stream = request.parameter("stream");
  query.run_id = request.parameter("run");
  const std::string_view limit = request.parameter("limit");
  if (limit.empty()) return true;
  const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), query.limit);
  if (error == std::errc() && end == limit.data() + limit.size() && query.limit >= 1 && query.limit <= kMaxRows) {
    return true;
  }
  respond(error_response(400, "limit must be a whole number from 1 to 1000"));
  return false;
}

void add_reads(Router& router, DaemonView& view) {
  router.get("/healthz", with({}, [&view](const Request&, const Respond& respond) {
               const DaemonStatus status = view.status();
               respond(ok("{\"state\":\"" + status.state + "\",\"live\":" + (status.live ? "true" : "false") + "}\n",
                          status.live ? 200 : 503));
             }));
  router.get("/metrics", with({}, [&view](const Request&, const Respond& respond) {
               Response response = ok(metrics_text(view.status()));
               response.content_type = "text/plain; version=0.0.4; charset=utf-8";
               respond(std::move(response));
             }));
  router.get("/v1/status",
             with({}, [&view](const Request&, const Respond& respond) { respond(ok(status_json(view.status()))); }));
  router.get("/v1/connections", with({}, [&view](const Request&, const Respond& respond) {
               respond(ok(connections_json(view.status())));
             }));
  router.get("/v1/connections/{id}", with({}, [&view](const Request& request, const Respond& respond) {
               const std::string& id = request.captures.find("id")->second;
               const DaemonStatus status = view.status();
               for (const auto& connection : status.connections) {
                 if (connection.id == id) return respond(ok(connection_json(connection)));
               }
               respond(error_response(404, "there is no connection '" + id + "'; GET /v1/connections lists them"));
             }));
  router.get("/v1/connections/{id}/test", with({"watch"}, [&view](const Request& request, const Respond& respond) {
               const auto report = view.test_so_far(std::string(request.parameter("watch")));
               respond(report ? ok(test_json(*report)) : error_response(404, "no test of that name is under way"));
             }));
  router.get("/v1/plugins",
             with({}, [&view](const Request&, const Respond& respond) { respond(ok(plugins_json(view.plugins()))); }));
  router.get("/v1/runs", with({"connection", "stream", "limit"}, [&view](const Request& request, Respond respond) {
               HistoryQuery query;
               if (!read_history(request, query, respond)) return;
               view.runs(query, answering<std::vector<RunRow>>(std::move(respond), &runs_json));
             }));
  router.get("/v1/back-fills",
             with({"connection", "stream", "limit"}, [&view](const Request& request, Respond respond) {
               HistoryQuery query;
               if (!read_history(request, query, respond)) return;
               view.back_fills(query, answering<std::vector<BackFillRow>>(std::move(respond), &back_fills_json));
             }));
  router.get("/v1/findings",
             with({"connection", "stream", "run", "limit"}, [&view](const Request& request, Respond respond) {
               HistoryQuery query;
               if (!read_history(request, query, respond)) return;
               view.findings(query, answering<std::vector<FindingRow>>(std::move(respond), &findings_json));
             }));
  router.get("/v1/webhooks", with({"connection", "state", "limit"}, [&view](const Request& request, Respond respond) {
               HistoryQuery query;
               query.state = request.parameter("state");
               if (!query.state.empty() && query.state != "pending" && query.state != "done" && query.state != "dead") {
                 return respond(error_response(400, "state must be pending, done or dead"));
               }
               if (!read_history(request, query, respond)) return;
               view.webhooks(query, answering<std::vector<WebhookRow>>(std::move(respond), &webhooks_json));
             }));
}

// The number in the path; nullopt with an answer given when it is none.
std::optional<std::uint64_t> read_number(const Request& request, const char* what, const Respond& respond) {
  const std::string& text = request.captures.find("id")->second;
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error == std::errc() && end == text.data() + text.size() && id <= INT64_MAX) return id;
  respond(error_response(400, what));
  return std::nullopt;
}

using SettleWebhook = void (DaemonView::*)(std::uint64_t id, Done<WebhookRow> done);

void settle_webhook(DaemonView& view, SettleWebhook how, unsigned status, const Request& request, Respond respond) {
  const auto id = read_number(request, "the id of an event is a number; GET /v1/webhooks lists them", respond);
  if (id) (view.*how)(*id, answering<WebhookRow>(std::move(respond), &webhook_json, status));
}

void add_writes(Router& router, DaemonView& view) {
  router.post("/v1/connections/{id}/sync", with({"stream", "mode"}, [&view](const Request& request, Respond respond) {
                SyncRequest sync{.connection = request.captures.find("id")->second,
                                 .stream = std::string(request.parameter("stream"))};
                if (!request.parameter("mode").empty()) sync.mode = request.parameter("mode");
                if (sync.mode != "incremental" && sync.mode != "full") {
                  return respond(error_response(400, "mode must be incremental or full"));
                }
                view.sync(sync, actor_of(request.caller),
                          answering<std::vector<std::string>>(std::move(respond), &streams_json, 202));
              }));
  router.post("/v1/connections/{id}/back-fill",
              with({"stream", "since", "until"}, [&view](const Request& request, Respond respond) {
                view.back_fill({.connection = request.captures.find("id")->second,
                                .stream = std::string(request.parameter("stream")),
                                .since = std::string(request.parameter("since")),
                                .until = std::string(request.parameter("until"))},
                               actor_of(request.caller),
                               answering<BackFillAnswer>(std::move(respond), &back_fill_answer_json, 202));
              }));
  router.post("/v1/back-fills/{id}/withdraw", with({}, [&view](const Request& request, Respond respond) {
                const auto id =
                    read_number(request, "the id of a back-fill is a number; GET /v1/back-fills lists them", respond);
                if (!id) return;
                view.withdraw_back_fill(*id, actor_of(request.caller),
                                        answering<BackFillRow>(std::move(respond), &back_fill_json));
              }));
  const auto done = [](std::monostate) { return std::string("{}\n"); };
  router.post("/v1/connections/{id}/pause", with({}, [&view, done](const Request& request, Respond respond) {
                view.pause(request.captures.find("id")->second, actor_of(request.caller),
                           answering<std::monostate>(std::move(respond), done));
              }));
  router.post("/v1/connections/{id}/resume", with({}, [&view, done](const Request& request, Respond respond) {
                view.resume(request.captures.find("id")->second, actor_of(request.caller),
                            answering<std::monostate>(std::move(respond), done));
              }));
  router.post("/v1/connections/{id}/test", with({"watch"}, [&view](const Request& request, Respond respond) {
                const std::string& id = request.captures.find("id")->second;
                const std::string watch(request.parameter("watch"));
                auto answer = answering<TestReport>(std::move(respond), &test_json);
                if (watch.empty()) {
                  view.test(id, std::move(answer));
                } else {
                  view.watched_test(id, watch, std::move(answer));
                }
              }));
  router.post("/v1/webhooks/{id}/retry", with({}, [&view](const Request& request, Respond respond) {
                settle_webhook(view, &DaemonView::retry_webhook, 202, request, std::move(respond));
              }));
  router.post("/v1/webhooks/{id}/discard", with({}, [&view](const Request& request, Respond respond) {
                settle_webhook(view, &DaemonView::discard_webhook, 200, request, std::move(respond));
              }));
  router.post("/v1/reload", with({}, [&view](const Request& request, const Respond& respond) {
                view.reload(actor_of(request.caller), [respond](const Outcome<ReloadReport>& outcome) {
                  if (const auto* refusal = std::get_if<Refusal>(&outcome)) return respond(refused(*refusal));
                  const auto& report = std::get<ReloadReport>(outcome);
                  respond(ok(reload_json(report), !report.problems.empty() ? 422 : report.waits.empty() ? 200 : 202));
                });
              }));
}

}  // namespace

void add_status_api(Router& router, DaemonView& view) {
  add_reads(router, view);
  add_writes(router, view);
}

std::function<void(const Request&, const Response&)> audit_to(DaemonView& view) {
  return [&view](const Request& request, const Response& response) {
    if (request.method != Method::post) return;
    AuditEntry entry;
    entry.actor = actor_of(request.caller);
    entry.action = "POST " + request.path;
    constexpr std::string_view kConnections = "/v1/connections/";
    if (request.path.starts_with(kConnections)) {
      const std::string_view rest = std::string_view(request.path).substr(kConnections.size());
      entry.subject = rest.substr(0, rest.find('/'));
    }
    entry.status = response.status;
    entry.refused = response.status == 403;
    view.audit(entry);
  };
}

}  // namespace iz::serve
