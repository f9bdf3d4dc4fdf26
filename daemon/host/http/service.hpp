// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "host/http/engine.hpp"
#include "host/http/exchanges.hpp"
#include "host/http/retry.hpp"
#include "host/rates/budget.hpp"
#include "host/request/http_faults.hpp"
#include "host/request/recording.hpp"
#include "host/run_context.hpp"
#include "host/services/secrets.hpp"
#include <infrazen/abi/http.h>

namespace iz::host {

// infrazen.http/1. Costs nothing until the first request: then libcurl is loaded and its thread started, inside of the
// sandbox.
//
// A name that an attacker makes resolve to a private address gains nothing: every connection but those to this machine
// is TLS, verified against the name, and plain http connects to loopback addresses only, and to a cloud's metadata
// address when that is named. So private ranges are not refused: an OpenStack of one's own lives there.
class HttpService {
 public:
  struct Seams {
    const wire::HttpOptions& options;
    Secrets& secrets;
    int cancel_fd = -1;  // readable once cancelled
    std::function<bool()> cancelled;
    std::function<void()> note_activity;
    RetryPolicy retry;
    // Empty: a LocalRateBudget of the options.
    std::unique_ptr<RateBudget> budget;
    // `infrazen plugin check`: nothing goes over the network, and what the connector asks for is told.
    wire::Rehearsal rehearsal;
    std::function<void(wire::Seen what, std::string_view detail)> observed;
  };

  explicit HttpService(RunContext& run);
  explicit HttpService(Seams seams);
  HttpService(const HttpService&) = delete;
  HttpService& operator=(const HttpService&) = delete;

  [[nodiscard]] const iz_http_1* table() const { return &table_; }
  // Requests that were started and not released.
  [[nodiscard]] std::size_t open() { return exchanges_.open_handles(); }

 private:
  std::int32_t start(const iz_http_request* request, std::uint64_t* handle, iz_error* error);
  std::int32_t wait_any(std::uint64_t* handle, iz_error* error);
  std::int32_t read(std::uint64_t handle, iz_http_response* response, iz_error* error);
  void release(std::uint64_t handle);

  void begin();
  void rehearse(HttpExchange& exchange);
  void replay(HttpExchange& exchange);
  // nullopt: no recording answers it.
  void give(HttpExchange& exchange, std::optional<HttpReply> reply);
  void finishing(const HttpRequest& request, HttpReply& reply, HttpOutcome& outcome);
  void keep_token(const HttpRequest& request, HttpReply& reply, HttpOutcome& outcome);

  Seams seams_;
  HttpExchanges exchanges_;
  std::unique_ptr<HttpRecorder> recorder_;
  std::unique_ptr<HttpReplay> replay_;
  std::unique_ptr<HttpFaults> faults_;
  std::mutex beginning_;
  std::unique_ptr<HttpEngine> engine_;  // the last member: its thread ends first
  iz_http_1 table_{};
};

}  // namespace iz::host
