// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/request/request.hpp"

namespace iz::host {

// An answer as the network gave it.
struct HttpReply {
  std::uint32_t status = 0;
  HttpFields headers;     // names in lower case
  HttpFields trailers;    // likewise
  std::string body;       // what was not delivered as it came
  bool complete = false;  // it was not cut short
};

// One handle, from start to release. The request does not change; the rest belongs to HttpExchanges.
class HttpExchange {
 public:
  HttpExchange(std::uint64_t handle, HttpRequest request)
      : handle(handle), request(std::move(request)), started(std::chrono::steady_clock::now()) {}

  const std::uint64_t handle;
  const HttpRequest request;
  const std::chrono::steady_clock::time_point started;
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const { return started + request.deadline; }

 private:
  friend class HttpExchanges;
  bool done = false;
  bool released = false;
  bool queued = false;  // in ready_, once at a time
  bool paused = false;
  bool head_shown = false;
  bool whole = false;
  HttpOutcome outcome;
  std::uint32_t status = 0;
  unsigned attempts = 0;
  std::deque<std::pair<std::string, std::string>> headers;  // a deque: what was shown stays where it is
  std::list<std::vector<iz_http_header>> shown;
  std::string arrived;  // since the last read
  std::string given;    // what the last read showed
};

// Who waits for what: the side that answers (network or replay) publishes, the connector's threads wait, read, release.
// Every function is for any thread.
class HttpExchanges {
 public:
  static constexpr std::size_t kWindow = 1U << 20U;  // bytes of a streamed body that wait for the connector

  [[nodiscard]] std::shared_ptr<HttpExchange> open(HttpRequest request);

  // ---- answering
  void head_came(HttpExchange& exchange, std::uint32_t status, const HttpFields& headers, unsigned attempts);
  // False: the connector has enough to read; give these bytes again after resume.
  [[nodiscard]] bool bytes_came(HttpExchange& exchange, std::string_view bytes);
  void finish(HttpExchange& exchange, HttpReply reply, unsigned attempts, HttpOutcome outcome);
  void cancel();

  // ---- the connector
  // nullptr with `outcome` filled: nothing is under way, or cancelled. Calls `still_here` twice a second, which says
  // whether to go on.
  [[nodiscard]] std::shared_ptr<HttpExchange> wait_any(HttpOutcome& outcome, std::uint32_t& status,
                                                       const std::function<bool()>& still_here);
  // False: there is no such handle. *resumed is set when more bytes are wanted from then on.
  [[nodiscard]] bool read(std::uint64_t handle, iz_http_response& response, std::shared_ptr<HttpExchange>& resumed);
  [[nodiscard]] std::size_t open_handles();
  // The exchange if it was still under way, so that it can be aborted.
  [[nodiscard]] std::shared_ptr<HttpExchange> release(std::uint64_t handle);

 private:
  void add_headers(HttpExchange& exchange, const HttpFields& fields);
  void make_ready(HttpExchange& exchange);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, std::shared_ptr<HttpExchange>> open_;
  std::deque<std::uint64_t> ready_;
  std::size_t unreported_ = 0;  // open and not yet reported as done
  std::uint64_t last_ = 0;
  bool cancelled_ = false;
};

}  // namespace iz::host
