// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <infrazen/http.hpp>

namespace infrazen {

// The body of an answer as it arrives, for an export that is larger than may be held (Response keeps at most body_max):
//
//   BodyReader body(sync.http(), {.url = url, .deadline = 10min});
//   while (const auto piece = body.next()) parser.feed(*piece);
//
// The host holds one MiB that waits to be read, then the provider waits. An error before the first byte is retried as
// ever; what breaks off later is not, and is thrown. A reader that goes out of scope before the end aborts the request.
// Run thread, beside other requests; Request::body_max counts for nothing, and no token can be kept of the answer.
class BodyReader {
 public:
  BodyReader(Http& http, const Request& request) : http_(&http), handle_(http.start(request, IZ_HTTP_STREAM)) {}
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;
  ~BodyReader() {
    std::erase_if(http_->kept_, [&](const Http::Done& done) { return done.handle == handle_; });
    http_->table_->release(http_->table_->context, handle_);
  }

  // Waits for the next bytes, never none; they end anywhere, in the middle of a line or of a character. nullopt once
  // the whole body was given. The view is valid until the next call. Throws what went wrong, an answer that is an error
  // included, after the bytes that came before it.
  std::optional<std::string_view> next() {
    if (failure_) throw *failure_;
    while (!complete_) {
      Http::Done done = http_->next([&](std::uint64_t other) { return other == handle_; });
      failure_ = std::move(done.error);
      iz_http_response raw{};
      raw.struct_size = sizeof raw;
      detail::checked(
          [&](iz_error* error) { return http_->table_->read(http_->table_->context, handle_, &raw, error); });
      response_ = raw;
      // The error of an answer that is one comes with its end, which is the next thing that comes.
      complete_ = raw.complete == 1 && raw.status < 400;
      if (raw.body.len > 0 && raw.status < 400) return from_abi(raw.body);
      if (failure_) throw *failure_;
    }
    return std::nullopt;
  }

  // Of the answer, once next() has given something.
  [[nodiscard]] std::uint32_t status() const { return response_.status; }
  // By name in lower case; "" if there is none. Trailers are there at the end.
  [[nodiscard]] std::string_view header(std::string_view name) const { return detail::header(response_, name); }

 private:
  Http* http_;
  std::uint64_t handle_;
  iz_http_response response_{};
  std::optional<Error> failure_;
  bool complete_ = false;
};

}  // namespace infrazen
