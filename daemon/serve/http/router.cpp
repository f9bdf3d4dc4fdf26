// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/router.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "serve/http/remembered_answers.hpp"

namespace iz::serve {
namespace {

constexpr std::size_t kMaxKeyBytes = 128;

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    out.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

bool is_capture(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path, Request& request) {
  if (pattern.size() != path.size()) return false;
  std::map<std::string, std::string, std::less<>> captures;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_capture(pattern[i]) && !path[i].empty()) {
      captures[pattern[i].substr(1, pattern[i].size() - 2)] = path[i];
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  request.captures = std::move(captures);
  return true;
}

std::string target_of(const Request& request) {
  std::string out = request.path;
  for (const auto& [name, value] : request.query) out += '\n' + name + '=' + value;
  return out + '\n' + request.body;
}

void run(const Handler& handler, const Request& request, const Respond& respond) {
  try {
    handler(request, respond);
  } catch (const std::exception& error) {
    respond(error_response(500, std::string("the request failed: ") + error.what()));
  }
}

}  // namespace

Router::Router() : answers_(std::make_shared<RememberedAnswers>()) {}

void Router::get(std::string_view pattern, Handler handler) {
  routes_.push_back({Method::get, split(pattern), std::move(handler)});
}

void Router::post(std::string_view pattern, Handler handler) {
  routes_.push_back({Method::post, split(pattern), std::move(handler)});
}

void Router::dispatch(Request request, Respond respond) const {
  const auto segments = split(request.path);
  const Route* found = nullptr;
  std::string allowed;
  for (const auto& route : routes_) {
    if (!matches(route.segments, segments, request)) continue;
    if (route.method == request.method) {
      found = &route;
      break;
    }
    allowed = route.method == Method::get ? "GET" : "POST";
  }
  if (found == nullptr && !allowed.empty()) {
    Response response = error_response(405, request.path + " takes " + allowed + " only");
    response.headers.emplace_back("Allow", allowed);
    respond(std::move(response));
  } else if (found == nullptr) {
    respond(error_response(404, "there is no " + request.path + "; GET /v1/status is a good start"));
  } else if (request.method == Method::post && !request.caller.may_write) {
    respond(error_response(403, request.caller.user + " may only read: become root or a member of the admin group"));
  } else if (request.method == Method::get || request.idempotency_key.empty()) {
    run(found->handler, request, respond);
  } else if (request.idempotency_key.size() > kMaxKeyBytes) {
    respond(error_response(400, "Idempotency-Key is longer than 128 bytes: a UUID is enough"));
  } else {
    run_once(*found, request, respond);
  }
}

void Router::run_once(const Route& route, const Request& request, const Respond& respond) const {
  const uid_t user = request.caller.uid;
  Response answer;
  switch (answers_->begin(user, request.idempotency_key, target_of(request), respond, &answer)) {
    case RememberedAnswers::Verdict::run:
      run(route.handler, request,
          [answers = answers_, user, key = request.idempotency_key, respond](Response response) {
            answers->finish(user, key, response);
            respond(std::move(response));
          });
      break;
    case RememberedAnswers::Verdict::answered:
      answer.headers.emplace_back("Idempotency-Replayed", "true");
      respond(std::move(answer));
      break;
    case RememberedAnswers::Verdict::waiting: break;
    case RememberedAnswers::Verdict::other_target:
      respond(error_response(422, "this Idempotency-Key was used for another request: take a new one"));
      break;
  }
}

}  // namespace iz::serve
