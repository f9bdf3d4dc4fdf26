// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "app/view/live_status.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "journal/log.hpp"
#include "records/manifest.hpp"
#include "schedule/rate_desk.hpp"
#include "supervise/supervisor.hpp"

namespace iz::app {

// Has connectors authenticate what is posted to them, each in a connector-host of its own. Of one connection one
// process runs at a time, and takes all requests that have come meanwhile, so that a flood costs processes one after
// another.
class HookChecks {
 public:
  struct Parts {
    const supervise::Supervisor& supervisor;
    const config::SecretStore& secrets;
    journal::Log& log;
    LiveStatus& live;
    schedule::RateDesk& rates;
  };
  explicit HookChecks(const Parts& parts) : parts_(parts) {}
  ~HookChecks();
  HookChecks(const HookChecks&) = delete;
  HookChecks& operator=(const HookChecks&) = delete;

  struct Verdict {
    enum class Kind : std::uint8_t { accepted, refused, unavailable } kind = Kind::unavailable;
    std::string event_id;        // "" = the connector did not say
    std::string reason;          // for the journal
    bool misconfigured = false;  // the connector was not even asked: an operator has to put something right
  };
  // Called once, from a thread of this.
  using Done = std::function<void(Verdict)>;

  // Any thread. `settings` and `manifest` are those of the connection.
  void check(const std::string& connection, std::shared_ptr<const config::Settings> settings,
             std::shared_ptr<const records::Manifest> manifest, supervise::WebhookRequest request, Done done);

 private:
  struct Waiting {
    supervise::WebhookRequest request;
    Done done;
  };
  struct Queue {
    std::vector<Waiting> waiting;
    std::size_t bytes = 0;
    bool running = false;
    std::shared_ptr<const config::Settings> settings;
    std::shared_ptr<const records::Manifest> manifest;
  };
  void work(const std::string& connection);
  [[nodiscard]] std::vector<Verdict> ask(const std::string& connection, const config::Settings& settings,
                                         const records::Manifest& manifest, const std::vector<Waiting>& batch);

  Parts parts_;
  std::mutex mutex_;
  std::map<std::string, Queue, std::less<>> queues_;
  std::stop_source stop_;
  std::unique_ptr<boost::asio::thread_pool> threads_;  // made for the first check
};

}  // namespace iz::app
