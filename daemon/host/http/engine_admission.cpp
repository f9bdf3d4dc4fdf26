// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "host/http/engine.hpp"

// When a request goes: each host has a queue, which its budget lets through.
namespace iz::host {

using std::chrono::milliseconds;

void HttpEngine::queue(Job& job, bool first) {
  job.host = budget_host_of(job.request.url);
  HostQueue& queue = queues_[job.host];
  first ? queue.waiting.push_front(job.exchange->handle) : queue.waiting.push_back(job.exchange->handle);
  job.queue = &queue;
  job.held_before = queue.held_until(Clock::now());
  queue.fresh = true;
  again_ = true;
}

// The hosts in turn, one request each, until there is no room or none may go.
void HttpEngine::admit(Clock::time_point now) {
  budget_ready_.reset();
  again_ = false;
  std::size_t refused = 0;
  while (running_ < parallel_ && refused < queues_.size()) {
    auto next = queues_.upper_bound(served_last_);
    if (next == queues_.end()) next = queues_.begin();
    served_last_ = next->first;
    refused = admit_one(next->first, next->second, now) ? 0 : refused + 1;
  }
}

bool HttpEngine::admit_one(const std::string& host, HostQueue& queue, Clock::time_point now) {
  while (!queue.waiting.empty()) {
    const auto found = jobs_.find(queue.waiting.front());
    if (found == jobs_.end() || found->second.ended || found->second.queue != &queue) {
      queue.waiting.pop_front();
      continue;
    }
    Job& job = found->second;
    const auto ready = parts_.budget.ready_at(host, now, queue.waiting.size());
    if (ready > now) {
      if (ready != RateBudget::kUnknown) budget_ready_ = std::min(budget_ready_.value_or(ready), ready);
      hold(queue, now, ready);
      return false;
    }
    queue.held = queue.held_until(now);
    queue.held_since.reset();
    queue.waiting.pop_front();
    job.queue = nullptr;
    job.held += queue.held - job.held_before;
    parts_.budget.take(host, now);
    launch(job, now);
    return true;
  }
  return false;
}

HttpEngine::Clock::time_point HttpEngine::deadline_of(const Job& job, Clock::time_point now) {
  auto deadline = job.exchange->deadline() + job.held;
  if (job.queue != nullptr) deadline += job.queue->held_until(now) - job.held_before;
  return deadline;
}

void HttpEngine::hold(HostQueue& queue, Clock::time_point now, Clock::time_point ready) {
  if (!queue.held_since) queue.held_since = now;
  if (ready == RateBudget::kUnknown || (ready == queue.weighed_for && !queue.fresh)) return;
  // The next slot is no reason to give up, a pause may be.
  constexpr auto kAtOnce = std::chrono::seconds(1);
  if (ready - now <= kAtOnce) return;
  queue.weighed_for = ready;
  queue.fresh = false;
  const milliseconds patience(parts_.options.patience_ms);
  for (const auto handle : std::exchange(queue.waiting, {})) {
    const auto found = jobs_.find(handle);
    if (found == jobs_.end() || found->second.ended || found->second.queue != &queue) continue;
    Job& job = found->second;
    const bool in_time = deadline_of(job, now) >= ready;
    if (in_time && ready - now <= patience) {
      queue.waiting.push_back(handle);
      continue;
    }
    const auto name = job.exchange->request.name();
    finish(job, std::move(job.last_reply),
           {IZ_ERR_RATE_LIMITED,
            in_time ? fmt::format("{}: the provider's rate limit leaves no room for {} s", name,
                                  std::chrono::ceil<std::chrono::seconds>(ready - now).count())
                    : fmt::format("{}: the provider's rate limit leaves no room within {} ms", name,
                                  job.exchange->request.deadline.count()),
            until(ready, now).count()});
  }
}

void HttpEngine::launch(Job& job, Clock::time_point now) {
  HttpExchange& exchange = *job.exchange;
  try {
    HttpAttempt::Setup setup{job.request,
                             exchange.request,
                             ca_file_,
                             parts_.options.proxy,
                             parts_.retry.connect_timeout,
                             std::max(milliseconds(1), until(deadline_of(job, now), now)),
                             [this, &job](const HttpReply& head) {
                               job.head_shown = true;
                               parts_.exchanges.head_came(*job.exchange, head.status, head.headers, job.attempts + 1);
                             },
                             [this, &job, &exchange](std::string_view bytes) {
                               parts_.answered();
                               if (!parts_.exchanges.bytes_came(exchange, bytes)) return false;
                               if (!parts_.options.record_into.empty()) job.streamed += bytes;
                               return true;
                             }};
    job.attempt = std::make_unique<HttpAttempt>(curl_, std::move(setup));
    ++running_;
    under_way_[job.attempt->easy()] = exchange.handle;
    const CURLMcode added = curl_.multi_add_handle(multi_, job.attempt->easy());
    if (added != CURLM_OK) throw HttpRefusal(IZ_ERR_INTERNAL, "libcurl does not take the request");
  } catch (const HttpRefusal& why) {
    finish(job, {}, {why.error_class, fmt::format("{}: {}", exchange.request.name(), why.what()), 0});
  }
}

}  // namespace iz::host
