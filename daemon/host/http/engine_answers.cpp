// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "host/http/engine.hpp"

// What becomes of a request after an attempt: another one, the next hop of a redirect, or its end.
namespace iz::host {
namespace {

using std::chrono::milliseconds;
using Next = HttpVerdict::Next;

constexpr unsigned kMostRedirects = 10;

}  // namespace

void HttpEngine::after_attempt(Job& job, AttemptResult result) {
  const HttpRequest& request = job.exchange->request;
  const auto now = Clock::now();
  HttpVerdict verdict = judge(request, result, std::chrono::system_clock::now());
  if (verdict.throttled) {
    parts_.budget.throttled(job.host, now, verdict.retry_after);
  } else if (result.code == CURLE_OK && result.reply.status < 400) {
    parts_.budget.succeeded(job.host, now);
  }
  if (verdict.next == Next::redirect) return follow(job, verdict, std::move(result.reply));
  ++job.attempts;
  if (verdict.next == Next::retry && !job.head_shown)
    return retry_or_finish(job, std::move(verdict), std::move(result.reply));
  finish(job, std::move(result.reply), std::move(verdict.outcome));
}

void HttpEngine::retry_or_finish(Job& job, HttpVerdict verdict, HttpReply reply) {
  const HttpRequest& request = job.exchange->request;
  const auto now = Clock::now();
  HttpOutcome outcome = std::move(verdict.outcome);
  if (verdict.retry_after) outcome.retry_after_ms = verdict.retry_after->count();
  const bool tries_left = !request.once() && job.attempts < parts_.retry.attempts;
  milliseconds wait = backoff(parts_.retry, job.attempts, random_);
  if (verdict.retry_after) wait = std::min<milliseconds>(wait, std::chrono::seconds(1)) + *verdict.retry_after;
  // The jitter on top of Retry-After is ours to give up; what the provider asks for is not.
  const auto needed = verdict.retry_after.value_or(wait);
  // A provider that says "much later" is told to the connector: its run yields its place and comes back then.
  const bool patient = needed <= milliseconds(parts_.options.patience_ms) || !verdict.throttled;
  const auto deadline = deadline_of(job, now);
  if (tries_left && patient && now + needed < deadline) {
    job.wake = now + (now + wait < deadline ? wait : needed);
    next_timer_ = std::min(next_timer_, *job.wake);
    job.last = std::move(outcome);
    job.last_reply = std::move(reply);
    return;
  }
  if (verdict.throttled) outcome.error_class = IZ_ERR_RATE_LIMITED;
  if (job.attempts > 1) outcome.message += fmt::format(" (after {} attempts)", job.attempts);
  finish(job, std::move(reply), std::move(outcome));
}

void HttpEngine::follow(Job& job, const HttpVerdict& verdict, HttpReply reply) {
  const HttpRequest& asked = job.exchange->request;
  SignedRequest& request = job.request;
  try {
    if (++job.redirects > kMostRedirects) throw HttpRefusal(IZ_ERR_PERMANENT, "more than 10 redirects");
    const Url target = resolve_url(request.url, verdict.location);
    check_allowed(parts_.options, target);
    if (request.url.secure() && !target.secure())
      throw HttpRefusal(IZ_ERR_PERMANENT, "it leads from https to plain http");
    const std::string method = redirected_method(reply.status, request.method);
    if (method != request.method) {
      request.body.clear();
      request.body_has_secret = false;
      std::erase_if(request.headers, [](const auto& field) { return field.first.starts_with("content-"); });
    }
    request.method = method;
    if (!request.url.same_origin(target)) request.leave_credentials_behind(parts_.secrets);
    request.url = request.sigv4.empty() ? target : with_canonical_query(target);
    queue(job, true);
  } catch (const InvalidUrl& why) {
    ++job.attempts;
    finish(job, std::move(reply),
           {IZ_ERR_PERMANENT, fmt::format("{}: the answer's redirect is refused: {}", asked.name(), why.what()), 0});
  } catch (const HttpRefusal& why) {
    ++job.attempts;
    finish(job, std::move(reply),
           {why.error_class, fmt::format("{}: the answer's redirect is refused: {}", asked.name(), why.what()), 0});
  }
}

void HttpEngine::finish(Job& job, HttpReply reply, HttpOutcome outcome) {
  const HttpRequest& request = job.exchange->request;
  if (job.attempt) ++job.attempts;
  stop_attempt(job);
  job.wake.reset();
  job.queue = nullptr;
  // What was streamed is shown to `finishing` only: the connector has it.
  if (job.head_shown) reply.body = std::move(job.streamed);
  parts_.finishing(request, reply, outcome);
  if (job.head_shown) reply.body.clear();
  outcome.message = parts_.secrets.mask(outcome.message);
  parts_.exchanges.finish(*job.exchange, std::move(reply), job.attempts, std::move(outcome));
  job.ended = true;
  ended_.push_back(job.exchange->handle);
}

}  // namespace iz::host
