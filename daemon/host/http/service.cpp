// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/http/service.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "host/error.hpp"
#include "host/rates/shared_budget.hpp"
#include "host/request/auth.hpp"
#include "host/request/json.hpp"

namespace iz::host {
namespace {

template <class Step>
std::int32_t guarded(iz_error* error, Step&& step) {
  try {
    return step();
  } catch (const HttpRefusal& fault) {
    return fail(error, fault.error_class, fault.what());
  } catch (const std::bad_alloc&) {
    return fail(error, IZ_ERR_INTERNAL, "infrazen.http/1: no memory");
  } catch (const std::exception& fault) {
    return fail(error, IZ_ERR_INTERNAL, fmt::format("infrazen.http/1: {}", fault.what()));
  }
}

// infrazend keeps the account's budget for all its runs, unless there is none to ask.
std::unique_ptr<RateBudget> budget_of(RunContext& run) {
  if (!run.start.http.shared_rates) return nullptr;
  DaemonLink& link = run.link;
  auto budget = std::make_unique<SharedRateBudget>(SharedRateBudget::Seams{
      [&link](const wire::RateAsk& ask) { link.send_message(wire::FrameType::rate_ask, ask); },
      [&link](const wire::RateThrottled& report) { link.send_message(wire::FrameType::rate_throttled, report); },
      [&link] { link.on_rate_grant({}); }});
  link.on_rate_grant([shared = budget.get()](const wire::RateGrant& grant) { shared->granted(grant); });
  return budget;
}

// Somebody sits before `infrazen connection test` and wants to know, not to be patient.
RetryPolicy policy_of(const RunContext& run) {
  if (run.start.action != wire::Action::check) return {};
  RetryPolicy policy;
  policy.attempts = 2;
  policy.cap = std::chrono::milliseconds(500);
  policy.connect_timeout = std::chrono::seconds(5);
  return policy;
}

}  // namespace

HttpService::HttpService(RunContext& run)
    : HttpService(Seams{run.start.http, run.secrets, run.link.cancel_fd(), [&run] { return run.link.cancelled(); },
                        [&run] { run.link.note_activity(); }, policy_of(run), budget_of(run), run.start.rehearsal,
                        [&run](wire::Seen what, std::string_view detail) { run.link.observed(what, detail); }}) {}

HttpService::HttpService(Seams seams) : seams_(std::move(seams)) {
  if (!seams_.budget) {
    seams_.budget = std::make_unique<LocalRateBudget>(seams_.options.rate_limits);
  }
  table_.struct_size = sizeof table_;
  table_.parallel = HttpEngine::parallel(seams_.options);
  table_.context = this;
  table_.start = [](void* context, const iz_http_request* request, std::uint64_t* handle, iz_error* error) {
    return static_cast<HttpService*>(context)->start(request, handle, error);
  };
  table_.wait_any = [](void* context, std::uint64_t* handle, iz_error* error) {
    return static_cast<HttpService*>(context)->wait_any(handle, error);
  };
  table_.read = [](void* context, std::uint64_t handle, iz_http_response* response, iz_error* error) {
    return static_cast<HttpService*>(context)->read(handle, response, error);
  };
  table_.release = [](void* context, std::uint64_t handle) { static_cast<HttpService*>(context)->release(handle); };
}

void HttpService::begin() {
  const std::lock_guard lock(beginning_);
  if (engine_ || replay_ || faults_) return;
  if (!seams_.options.replay_from.empty()) {
    replay_ = std::make_unique<HttpReplay>(seams_.options.replay_from, seams_.secrets);
  }
  if (seams_.rehearsal.observe) {
    faults_ = std::make_unique<HttpFaults>(seams_.rehearsal.http_fault, seams_.rehearsal.fault_from);
  }
  if (replay_ || faults_) return;
  if (!seams_.options.record_into.empty()) {
    recorder_ = std::make_unique<HttpRecorder>(seams_.options.record_into, seams_.secrets);
  }
  engine_ = std::make_unique<HttpEngine>(HttpEngine::Parts{
      seams_.options, seams_.secrets, exchanges_, *seams_.budget, seams_.retry, seams_.cancel_fd, seams_.cancelled,
      seams_.note_activity, [this](const HttpRequest& request, HttpReply& reply, HttpOutcome& outcome) {
        finishing(request, reply, outcome);
      }});
}

std::int32_t HttpService::start(const iz_http_request* request, std::uint64_t* handle, iz_error* error) {
  seams_.note_activity();
  return guarded(error, [&]() -> std::int32_t {
    if (request == nullptr || handle == nullptr)
      return fail(error, IZ_ERR_INTERNAL, "infrazen.http/1: start without a request or a place for its handle");
    *handle = 0;
    if (seams_.cancelled()) return fail(error, IZ_ERR_CANCELLED, "the run was cancelled");
    HttpRequest copy = copy_request(*request);
    begin();
    auto exchange = exchanges_.open(std::move(copy));
    *handle = exchange->handle;
    if (faults_) {
      rehearse(*exchange);
    } else if (replay_) {
      replay(*exchange);
    } else {
      engine_->submit(std::move(exchange));
    }
    return IZ_OK;
  });
}

// As the network would: what may not be sent is refused, and then the answer is a recorded or a faulty one.
void HttpService::rehearse(HttpExchange& exchange) {
  const HttpRequest& request = exchange.request;
  const std::string what = seams_.secrets.mask(request.method + ' ' + request.url.text);
  try {
    HttpEngine::check_allowed(seams_.options, request.url);
    (void)sign_request(request, seams_.secrets);
  } catch (const HttpRefusal& why) {
    seams_.observed(wire::Seen::request_refused, fmt::format("{}: {}", what, why.what()));
    return exchanges_.finish(exchange, {}, 0, {why.error_class, fmt::format("{}: {}", request.name(), why.what()), 0});
  }
  // Two requests with one address differ by their bodies.
  const std::string body =
      request.body.empty() ? "" : fmt::format(" body {:016x}", std::hash<std::string>{}(request.body));
  seams_.observed(wire::Seen::request, what + body);
  auto answer = faults_->answer(request, replay_ ? replay_->answer(request) : std::nullopt);
  if (!answer.never) give(exchange, std::move(answer.reply));
}

void HttpService::replay(HttpExchange& exchange) {
  give(exchange, replay_->answer(exchange.request));
}

void HttpService::give(HttpExchange& exchange, std::optional<HttpReply> reply) {
  const HttpRequest& request = exchange.request;
  if (!reply) {
    const std::string what = seams_.secrets.mask(request.method + ' ' + request.url.text);
    exchanges_.finish(
        exchange, {}, 0,
        {IZ_ERR_PERMANENT,
         fmt::format("{}{}: no recording{} answers it", what,
                     request.body.empty() ? "" : fmt::format(" with its body of {} bytes", request.body.size()),
                     replay_ ? " in " + seams_.options.replay_from.string() : ""),
         0});
    return;
  }
  AttemptResult result;
  result.reply = *reply;
  HttpVerdict verdict = judge(request, result, std::chrono::system_clock::now());
  if (verdict.retry_after) verdict.outcome.retry_after_ms = verdict.retry_after->count();
  finishing(request, *reply, verdict.outcome);
  exchanges_.finish(exchange, std::move(*reply), 1, std::move(verdict.outcome));
}

void HttpService::finishing(const HttpRequest& request, HttpReply& reply, HttpOutcome& outcome) {
  try {
    if (!request.keep_token.empty() && outcome.error_class == IZ_OK && reply.status < 300)
      keep_token(request, reply, outcome);
    if (recorder_ && reply.status != 0) recorder_->write(request, reply);
  } catch (const HttpRefusal& fault) {
    outcome = {fault.error_class, fault.what(), 0};
  } catch (const std::exception& fault) {
    outcome = {IZ_ERR_INTERNAL, fmt::format("infrazen.http/1: {}", fault.what()), 0};
  }
}

void HttpService::keep_token(const HttpRequest& request, HttpReply& reply, HttpOutcome& outcome) {
  constexpr std::string_view kMask = "***";
  std::string token;
  if (request.keep_token.front() == '/') {
    if (const auto found = find_json_string(reply.body, request.keep_token)) {
      token = found->value;
      reply.body.replace(found->begin, found->end - found->begin, kMask);
    }
  } else {
    for (auto& [name, value] : reply.headers) {
      if (name == lower_case(request.keep_token)) token = std::exchange(value, std::string(kMask));
    }
  }
  if (token.empty()) {
    outcome = {IZ_ERR_PERMANENT, fmt::format("{}: the answer holds no token at {}", request.name(), request.keep_token),
               0};
    return;
  }
  seams_.secrets.keep_token(request.keep_token_as, std::move(token));
  reply.body = seams_.secrets.mask(reply.body);  // where the provider repeats it
}

std::int32_t HttpService::wait_any(std::uint64_t* handle, iz_error* error) {
  return guarded(error, [&]() -> std::int32_t {
    if (handle == nullptr)
      return fail(error, IZ_ERR_INTERNAL, "infrazen.http/1: wait_any without a place for the handle");
    *handle = 0;
    HttpOutcome outcome;
    std::uint32_t status = 0;
    const auto exchange = exchanges_.wait_any(outcome, status, [this] {
      seams_.note_activity();
      return !seams_.cancelled();
    });
    if (exchange) *handle = exchange->handle;
    if (outcome.error_class == IZ_OK) return IZ_OK;
    return fail(error, outcome.error_class, outcome.message, outcome.retry_after_ms, status);
  });
}

std::int32_t HttpService::read(std::uint64_t handle, iz_http_response* response, iz_error* error) {
  seams_.note_activity();
  return guarded(error, [&]() -> std::int32_t {
    if (response == nullptr || response->struct_size < sizeof(std::uint32_t)) {
      return fail(error, IZ_ERR_INTERNAL, "infrazen.http/1: read without a place for the response");
    }
    std::shared_ptr<HttpExchange> resumed;
    if (!exchanges_.read(handle, *response, resumed)) {
      return fail(error, IZ_ERR_INTERNAL,
                  fmt::format("infrazen.http/1: there is no request {}, was it released?", handle));
    }
    if (resumed && engine_) engine_->resume(std::move(resumed));
    return IZ_OK;
  });
}

void HttpService::release(std::uint64_t handle) {
  if (auto exchange = exchanges_.release(handle); exchange && engine_) engine_->abort(std::move(exchange));
}

}  // namespace iz::host
