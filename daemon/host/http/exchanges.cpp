// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/http/exchanges.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "host/error.hpp"

namespace iz::host {

std::shared_ptr<HttpExchange> HttpExchanges::open(HttpRequest request) {
  const std::lock_guard lock(mutex_);
  if (cancelled_) throw HttpRefusal(IZ_ERR_CANCELLED, "the run was cancelled");
  auto exchange = std::make_shared<HttpExchange>(++last_, std::move(request));
  open_.emplace(exchange->handle, exchange);
  ++unreported_;
  return exchange;
}

void HttpExchanges::make_ready(HttpExchange& exchange) {
  if (exchange.queued || exchange.released) return;
  exchange.queued = true;
  ready_.push_back(exchange.handle);
  changed_.notify_one();
}

void HttpExchanges::add_headers(HttpExchange& exchange, const HttpFields& fields) {
  for (const auto& field : fields) exchange.headers.push_back(field);
}

void HttpExchanges::head_came(HttpExchange& exchange, std::uint32_t status, const HttpFields& headers,
                              unsigned attempts) {
  const std::lock_guard lock(mutex_);
  exchange.head_shown = true;
  exchange.status = status;
  exchange.attempts = attempts;
  add_headers(exchange, headers);
}

bool HttpExchanges::bytes_came(HttpExchange& exchange, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (exchange.arrived.size() >= kWindow) {
    exchange.paused = true;
    return false;
  }
  exchange.arrived += bytes;
  make_ready(exchange);
  return true;
}

void HttpExchanges::finish(HttpExchange& exchange, HttpReply reply, unsigned attempts, HttpOutcome outcome) {
  const std::lock_guard lock(mutex_);
  if (exchange.done) return;
  exchange.done = true;
  if (!exchange.head_shown) {
    exchange.status = reply.status;
    add_headers(exchange, reply.headers);
  }
  add_headers(exchange, reply.trailers);
  exchange.attempts = attempts;
  exchange.whole = reply.complete;
  exchange.outcome = std::move(outcome);
  if (exchange.arrived.empty()) {
    exchange.arrived = std::move(reply.body);
  } else {
    exchange.arrived += reply.body;
  }
  make_ready(exchange);
}

void HttpExchanges::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  changed_.notify_all();
}

std::shared_ptr<HttpExchange> HttpExchanges::wait_any(HttpOutcome& outcome, std::uint32_t& status,
                                                      const std::function<bool()>& still_here) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (cancelled_) {
      outcome = {IZ_ERR_CANCELLED, "the run was cancelled", 0};
      return nullptr;
    }
    while (!ready_.empty()) {
      const auto found = open_.find(ready_.front());
      ready_.pop_front();
      if (found == open_.end()) continue;  // released meanwhile
      HttpExchange& exchange = *found->second;
      exchange.queued = false;
      if (exchange.done) {
        --unreported_;
        if (unreported_ == 0) changed_.notify_all();  // another waiter has nothing left to wait for
        outcome = exchange.outcome;
        status = exchange.status;
      }
      return found->second;
    }
    if (unreported_ == 0) {
      outcome = {IZ_ERR_PERMANENT, "no HTTP request is under way", 0};
      return nullptr;
    }
    if (!still_here()) {
      cancelled_ = true;
      continue;
    }
    changed_.wait_for(lock, std::chrono::milliseconds(500));
  }
}

bool HttpExchanges::read(std::uint64_t handle, iz_http_response& response, std::shared_ptr<HttpExchange>& resumed) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(handle);
  if (found == open_.end()) return false;
  HttpExchange& exchange = *found->second;
  const bool streamed = exchange.request.streamed();
  if (streamed || exchange.done) {
    // A whole body can be read again and again, a streamed one is gone once read.
    if (streamed || !exchange.arrived.empty()) exchange.given = std::exchange(exchange.arrived, {});
    if (exchange.paused) {
      exchange.paused = false;
      resumed = found->second;
    }
  }
  if (exchange.shown.empty() || exchange.shown.back().size() != exchange.headers.size()) {
    auto& shown = exchange.shown.emplace_back();
    for (const auto& [name, value] : exchange.headers) shown.push_back({to_str(name), to_str(value)});
  }
  iz_http_response filled{};
  filled.struct_size = response.struct_size;
  filled.status = exchange.status;
  filled.attempts = exchange.attempts;
  filled.header_count = static_cast<std::uint32_t>(exchange.shown.back().size());
  filled.headers = exchange.shown.back().data();
  filled.header_stride = sizeof(iz_http_header);
  filled.complete = exchange.done && exchange.whole ? 1 : 0;
  filled.body = to_str(exchange.given);
  filled.user = exchange.request.user;
  std::memcpy(&response, &filled, std::min<std::size_t>(response.struct_size, sizeof filled));
  return true;
}

std::size_t HttpExchanges::open_handles() {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

std::shared_ptr<HttpExchange> HttpExchanges::release(std::uint64_t handle) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(handle);
  if (found == open_.end()) return nullptr;
  auto exchange = std::move(found->second);
  open_.erase(found);
  exchange->released = true;
  if (!exchange->done || exchange->queued) {
    --unreported_;
    if (unreported_ == 0) changed_.notify_all();
  }
  exchange->arrived = {};
  return exchange->done ? nullptr : exchange;
}

}  // namespace iz::host
