// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <infrazen/abi/http.h>
#include <infrazen/error.hpp>
#include <infrazen/text.hpp>

namespace infrazen {

// How the host authenticates a request with a secret that the connector names and never sees.
struct Auth {
  std::uint32_t kind = IZ_AUTH_NONE;
  std::string secret;
  std::string name;

  static Auth bearer(std::string secret) { return {IZ_AUTH_BEARER, std::move(secret), {}}; }
  static Auth basic(std::string secret) { return {IZ_AUTH_BASIC, std::move(secret), {}}; }
  static Auth header(std::string secret, std::string name) {
    return {IZ_AUTH_HEADER, std::move(secret), std::move(name)};
  }
  static Auth form(std::string secret, std::string field) {
    return {IZ_AUTH_FORM, std::move(secret), std::move(field)};
  }
  static Auth aws(std::string secret, std::string region_and_service) {
    return {IZ_AUTH_AWS_SIGV4, std::move(secret), std::move(region_and_service)};
  }
  static Auth json() { return {IZ_AUTH_JSON, {}, {}}; }  // "${secret:name}" in the body
  // See Request::keep_token. Without a header's name it is "Authorization: Bearer <token>".
  static Auth token(std::string kept, std::string header = {}) {
    return {IZ_AUTH_TOKEN, std::move(kept), std::move(header)};
  }
};

struct Request {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Auth auth = {};
  std::chrono::milliseconds deadline{0};  // of all attempts; 0 = the host's 60 s
  std::uint64_t body_max = 0;             // 0 = the host's 64 MiB
  bool retry = true;                      // false for what must not be sent twice
  bool http2 = false;
  std::string keep_token = {};  // "/pointer" into the JSON answer, or the name of a header: a token, kept by the host …
  std::string keep_token_as = {};  // … under this name, for Auth::token
};

namespace detail {

inline std::string_view header(const iz_http_response& response, std::string_view name) {
  const auto* at = reinterpret_cast<const char*>(response.headers);
  for (std::uint32_t i = 0; i < response.header_count; ++i, at += response.header_stride) {
    const auto& header = *reinterpret_cast<const iz_http_header*>(at);
    if (from_abi(header.name) == name) return from_abi(header.value);
  }
  return {};
}

}  // namespace detail

// The answer to one request. Views live as long as it does.
class Response {
 public:
  Response(const iz_http_1& table, std::uint64_t handle, std::optional<Error> error)
      : table_(&table), handle_(handle), error_(std::move(error)) {
    raw_.struct_size = sizeof raw_;
    detail::checked([&](iz_error* e) { return table_->read(table_->context, handle_, &raw_, e); });
  }
  Response(Response&& other) noexcept
      : table_(other.table_),
        handle_(std::exchange(other.handle_, 0)),
        raw_(other.raw_),
        error_(std::move(other.error_)),
        tag_(other.tag_) {}
  Response& operator=(Response&&) = delete;
  ~Response() {
    if (handle_ != 0) table_->release(table_->context, handle_);
  }

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  // Throws what went wrong, if something did.
  const Response& require() const {
    if (error_) throw *error_;
    return *this;
  }
  [[nodiscard]] std::uint32_t status() const { return raw_.status; }
  [[nodiscard]] std::uint32_t attempts() const { return raw_.attempts; }
  [[nodiscard]] std::string_view body() const { return from_abi(raw_.body); }
  // By name in lower case; "" if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const { return detail::header(raw_, name); }
  // The number given to Fanout::start().
  [[nodiscard]] std::size_t tag() const { return tag_; }

 private:
  friend class Fanout;
  const iz_http_1* table_;
  std::uint64_t handle_;
  iz_http_response raw_{};
  std::optional<Error> error_;
  std::size_t tag_ = 0;
};

// infrazen.http/1 for the run thread. Answers that come while another one is awaited are kept for their asker.
class Http {
 public:
  explicit Http(const iz_http_1& table) : table_(&table) {}
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // One request, awaited. Throws its Error unless it ends in 2xx.
  Response send(const Request& request) {
    Response response = answer(start(request));
    response.require();
    return response;
  }
  Response get(std::string url, Auth auth = {}) { return send({.url = std::move(url), .auth = std::move(auth)}); }
  // The same without throwing for an answer that is an error: ask ok().
  Response try_send(const Request& request) { return answer(start(request)); }

  // For Fanout: most requests under way at once.
  [[nodiscard]] std::uint32_t parallel() const { return std::max(1u, table_->parallel); }

 private:
  friend class Fanout;
  friend class BodyReader;
  struct Done {
    std::uint64_t handle;
    std::optional<Error> error;
  };

  std::uint64_t start(const Request& request, std::uint32_t flags = 0) {
    std::vector<iz_http_header> headers;
    headers.reserve(request.headers.size());
    for (const auto& [name, value] : request.headers) headers.push_back({to_abi(name), to_abi(value)});
    const auto optional = [](const std::string& text) { return text.empty() ? iz_str{} : to_abi(text); };
    iz_http_request raw{};
    raw.struct_size = sizeof raw;
    raw.flags = flags | (request.retry ? 0 : IZ_HTTP_NO_RETRY) | (request.http2 ? IZ_HTTP_HTTP2 : 0);
    raw.method = to_abi(request.method);
    raw.url = to_abi(request.url);
    raw.headers = headers.data();
    raw.header_count = static_cast<std::uint32_t>(headers.size());
    raw.header_stride = sizeof(iz_http_header);
    raw.body = optional(request.body);
    raw.auth = request.auth.kind;
    raw.auth_ref = optional(request.auth.secret);
    raw.auth_name = optional(request.auth.name);
    raw.deadline_ms = request.deadline.count();
    raw.body_max = request.body_max;
    raw.keep_token = optional(request.keep_token);
    raw.keep_token_as = optional(request.keep_token_as);
    std::uint64_t handle = 0;
    detail::checked([&](iz_error* error) { return table_->start(table_->context, &raw, &handle, error); });
    return handle;
  }

  // Waits for the first of the answers that `mine` accepts.
  template <class Mine>
  Done next(Mine mine) {
    const auto kept = std::find_if(kept_.begin(), kept_.end(), [&](const Done& done) { return mine(done.handle); });
    if (kept != kept_.end()) {
      Done done = std::move(*kept);
      kept_.erase(kept);
      return done;
    }
    for (;;) {
      iz_error error = detail::empty_error();
      Done done{0, std::nullopt};
      const std::int32_t code = table_->wait_any(table_->context, &done.handle, &error);
      if (code != IZ_OK) done.error = detail::to_exception(code, error);
      if (done.handle == 0) throw done.error.value_or(Error(ErrorClass::internal, "the host waited for no request"));
      if (mine(done.handle)) return done;
      kept_.push_back(std::move(done));
    }
  }
  Response answer(std::uint64_t handle) {
    try {
      Done done = next([&](std::uint64_t other) { return other == handle; });
      return {*table_, done.handle, std::move(done.error)};
    } catch (...) {
      table_->release(table_->context, handle);  // the wait was cancelled: no Response will
      throw;
    }
  }

  const iz_http_1* table_;
  std::vector<Done> kept_;
};

// Many requests at once, answers in the order in which they come:
//
//   Fanout folders(sync.http());
//   for (std::size_t i = 0; i < ids.size(); ++i) folders.start({.url = base + ids[i]}, i);
//   while (auto answer = folders.next()) read(ids[answer->tag()], answer->require().body());
//
// More may be started while answers are read (the next page of one). What is not awaited when it ends is aborted.
class Fanout {
 public:
  explicit Fanout(Http& http) : http_(&http) {}
  Fanout(const Fanout&) = delete;
  Fanout& operator=(const Fanout&) = delete;
  ~Fanout() {
    for (const auto& one : open_) {
      std::erase_if(http_->kept_, [&](const Http::Done& done) { return done.handle == one.first; });
      http_->table_->release(http_->table_->context, one.first);
    }
  }

  void start(const Request& request, std::size_t tag = 0) { open_.emplace_back(http_->start(request), tag); }
  [[nodiscard]] std::size_t under_way() const { return open_.size(); }

  // nullopt when every request was answered. An answer may be an error: ask ok() or require().
  std::optional<Response> next() {
    if (open_.empty()) return std::nullopt;
    auto at = open_.end();
    auto done = http_->next([&](std::uint64_t handle) {
      at = std::find_if(open_.begin(), open_.end(), [&](const auto& one) { return one.first == handle; });
      return at != open_.end();
    });
    std::optional<Response> response(std::in_place, *http_->table_, done.handle, std::move(done.error));
    response->tag_ = at->second;
    open_.erase(at);  // once somebody else releases it
    return response;
  }

 private:
  Http* http_;
  std::vector<std::pair<std::uint64_t, std::size_t>> open_;
};

}  // namespace infrazen
