// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/http/faults.hpp"

#include <algorithm>
#include <utility>

namespace iz::test {
namespace {

constexpr FaultKind kLastKind = FaultKind::token_expired;

bool is_of_pages(FaultKind kind) {
  return kind == FaultKind::place_lost || kind == FaultKind::page_again || kind == FaultKind::rows_change;
}

// Kinds that, once they have struck, go on with what they struck.
bool sticks_to_a_path(FaultKind kind) {
  return kind == FaultKind::part_forbidden || kind == FaultKind::service_missing || kind == FaultKind::limited;
}

// Of a listing: the same for all its pages.
std::string listing_of(const ReceivedRequest& request) {
  static const std::set<std::string, std::less<>> kOfPages{
      "pageToken", "page_token", "marker", "offset", "limit", "page", "continuation-token"};
  std::string listing = request.path;
  for (std::size_t at = 0; at < request.query.size();) {
    const std::size_t end = std::min(request.query.find('&', at), request.query.size());
    const std::string parameter = request.query.substr(at, end - at);
    if (!kOfPages.contains(parameter.substr(0, parameter.find('=')))) listing += '&' + parameter;
    at = end + 1;
  }
  return listing;
}

std::string path_key(const ReceivedRequest& request) {
  return request.method + ' ' + request.path;
}

}  // namespace

Reply FaultyCloud::operator()(const ReceivedRequest& request) {
  Fault fault;
  bool strike = false;
  {
    const std::lock_guard lock(mutex_);
    for (auto kind = FaultKind::token_revoked; kind <= kLastKind; kind = FaultKind(static_cast<int>(kind) + 1)) {
      if (may_strike(kind, request)) places_[kind].insert(place_of(request));
    }
    strike = armed_ && strikes(request);
    if (strike) fault = fault_;
  }
  if (strike) return spoiled(fault, request);
  Reply reply = cloud_(request);
  if (habits_.is_later_page && !habits_.is_later_page(request)) {
    const std::lock_guard lock(mutex_);
    first_pages_[listing_of(request)] = reply.body;
  }
  return reply;
}

bool FaultyCloud::can_have(FaultKind kind) const {
  switch (kind) {
    case FaultKind::token_revoked: return habits_.is_login != nullptr;
    case FaultKind::token_expired: return habits_.is_login != nullptr && habits_.expire != nullptr;
    case FaultKind::key_revoked: return !habits_.credential_headers.empty();
    case FaultKind::place_lost:
    case FaultKind::page_again: return habits_.is_later_page != nullptr;
    case FaultKind::rows_change: return habits_.is_later_page && habits_.change && habits_.restore;
    default: return true;
  }
}

void FaultyCloud::arm(Fault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(fault);
  fault_.stays = fault_.stays || sticks_to_a_path(fault_.kind);
  armed_ = true;
  struck_ = 0;
  struck_places_.clear();
  victim_.clear();
  where_.clear();
  credential_.clear();
}

void FaultyCloud::end() {
  {
    const std::lock_guard lock(mutex_);
    armed_ = false;
    if (!std::exchange(changed_, false)) return;
  }
  habits_.restore();
}

std::size_t FaultyCloud::struck() const {
  const std::lock_guard lock(mutex_);
  return struck_;
}

std::string FaultyCloud::victim() const {
  const std::lock_guard lock(mutex_);
  return victim_;
}

std::set<std::string> FaultyCloud::struck_places() const {
  const std::lock_guard lock(mutex_);
  return struck_places_;
}

std::set<std::string> FaultyCloud::places(FaultKind kind) const {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(kind);
  return found == places_.end() ? std::set<std::string>() : found->second;
}

void FaultyCloud::forget_places() {
  const std::lock_guard lock(mutex_);
  places_.clear();
}

std::string FaultyCloud::place_of(const ReceivedRequest& request) const {
  const bool later = habits_.is_later_page && habits_.is_later_page(request);
  return path_key(request) + (later ? ", a later page" : "");
}

std::string FaultyCloud::credential(const ReceivedRequest& request) const {
  for (const std::string& name : habits_.credential_headers) {
    if (auto value = request.header(name); !value.empty()) return value;
  }
  return {};
}

bool FaultyCloud::may_strike(FaultKind kind, const ReceivedRequest& request) const {
  const bool login = habits_.is_login && habits_.is_login(request);
  if (kind == FaultKind::key_revoked) return true;
  if (kind == FaultKind::token_expired) return login;
  if (login) return false;
  if (kind == FaultKind::token_revoked) return !credential(request).empty();
  if (is_of_pages(kind)) return habits_.is_later_page && habits_.is_later_page(request);
  return true;
}

bool FaultyCloud::strikes(const ReceivedRequest& request) {
  if (!may_strike(fault_.kind, request)) return false;
  const std::string where = path_key(request);
  if (fault_.sweeps) {
    if (fault_.spared.contains(where)) return false;
  } else if (struck_ == 0) {
    if (!fault_.place.empty() && place_of(request) != fault_.place) return false;
    where_ = where;
    credential_ = credential(request);
  } else {
    if (fault_.stays && where != where_) return false;
    if (fault_.kind == FaultKind::token_revoked && credential(request) != credential_) return false;
    if (fault_.times != 0 && struck_ >= fault_.times) return false;
  }
  struck_places_.insert(where);
  if (struck_++ == 0) victim_ = request.method + ' ' + request.target;
  return true;
}

Reply FaultyCloud::spoiled(const Fault& fault, const ReceivedRequest& request) {
  const auto refusal = [](int status, std::string_view words) {
    return Reply{.status = status,
                 .body = "{\"code\":" + std::to_string(status) + ",\"message\":\"" + std::string(words) + "\"}",
                 .headers = {{"Content-Type", "application/json"}}};
  };
  switch (fault.kind) {
    case FaultKind::token_revoked: return refusal(401, "the token is not valid any more");
    case FaultKind::key_revoked: return refusal(401, "the credentials are not known");
    case FaultKind::part_forbidden: return refusal(403, "permission denied");
    case FaultKind::service_missing: return refusal(404, "there is no such service here");
    case FaultKind::limited: return refusal(429, "too many requests");
    case FaultKind::limited_until: {
      Reply reply = refusal(429, "too many requests");
      reply.headers.emplace_back("Retry-After", fault.retry_after);
      return reply;
    }
    case FaultKind::broken: return refusal(500, "internal error");
    case FaultKind::garbage:
      return {.body = "<html><body><h1>Please wait</h1></body></html>", .headers = {{"Content-Type", "text/html"}}};
    case FaultKind::reset: return {.reset = true};
    case FaultKind::place_lost: return refusal(400, "the marker or page token was not found");
    case FaultKind::page_again: {
      const std::lock_guard lock(mutex_);
      return {.body = first_pages_[listing_of(request)], .headers = {{"Content-Type", "application/json"}}};
    }
    case FaultKind::rows_change: {
      bool first = false;
      {
        const std::lock_guard lock(mutex_);
        first = !std::exchange(changed_, true);
      }
      if (first) habits_.change();
      return cloud_(request);
    }
    default: break;
  }
  Reply reply = cloud_(request);
  switch (fault.kind) {
    case FaultKind::cut_body: reply.cut_after = reply.body.size() / 2; break;
    case FaultKind::cut_unnoticed:
      reply.body.resize(reply.body.size() / 2);
      reply.half_close = true;
      break;
    case FaultKind::slow:
      reply.piece = std::max<std::size_t>(1, reply.body.size() / 8);
      reply.pause = std::chrono::milliseconds(10);
      break;
    case FaultKind::token_expired: habits_.expire(reply); break;
    default: break;
  }
  return reply;
}

}  // namespace iz::test
