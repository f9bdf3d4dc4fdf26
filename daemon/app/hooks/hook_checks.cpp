// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/hooks/hook_checks.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "app/run/account_rates.hpp"
#include "app/run/run_plan.hpp"
#include "app/run/run_watch.hpp"
#include <infrazen/abi/module.h>

namespace iz::app {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostWaiting = 512;  // of one connection
constexpr std::size_t kMostWaitingBytes = 16U << 20;
constexpr std::size_t kMostAtOnce = 64;
constexpr std::size_t kMostBytesAtOnce = 4U << 20;
constexpr std::size_t kThreads = 2;  // processes at once
// Somebody waits for the answer.
constexpr auto kPatience = 5s;
constexpr std::chrono::milliseconds kThrottledFor = 2s;

class Admissions : public RunReporter {
 public:
  Admissions(journal::Log& log, LiveStatus& live, const schedule::StreamKey& key,
             std::vector<HookChecks::Verdict>& verdicts)
      : RunReporter(log, live, key, "webhook-check"), verdicts_(verdicts) {}
  void on_admission(std::uint32_t index, std::uint32_t error_class, std::string_view event_id,
                    std::string_view message) override {
    using Kind = HookChecks::Verdict::Kind;
    const Kind kind = error_class == IZ_OK         ? Kind::accepted
                      : error_class == IZ_ERR_AUTH ? Kind::refused
                                                   : Kind::unavailable;
    verdicts_.at(index) = {kind, std::string(event_id), std::string(message)};
  }

 private:
  std::vector<HookChecks::Verdict>& verdicts_;
};

}  // namespace

HookChecks::~HookChecks() {
  stop_.request_stop();
  if (threads_) threads_->join();
}

void HookChecks::check(const std::string& connection, std::shared_ptr<const config::Settings> settings,
                       std::shared_ptr<const records::Manifest> manifest, supervise::WebhookRequest request,
                       Done done) {
  {
    const std::scoped_lock lock(mutex_);
    Queue& queue = queues_[connection];
    const std::size_t bytes = request.body.size();
    if (queue.waiting.size() < kMostWaiting && queue.bytes + bytes <= kMostWaitingBytes) {
      queue.settings = std::move(settings);
      queue.manifest = std::move(manifest);
      queue.bytes += bytes;
      queue.waiting.push_back({std::move(request), std::move(done)});
      if (!threads_) threads_ = std::make_unique<boost::asio::thread_pool>(kThreads);
      if (!std::exchange(queue.running, true)) {
        boost::asio::post(*threads_, [this, connection] { work(connection); });
      }
      return;
    }
  }
  done({Verdict::Kind::unavailable, {}, "too many requests wait for the connector's check"});
}

void HookChecks::work(const std::string& connection) {
  std::vector<Waiting> batch;
  std::shared_ptr<const config::Settings> settings;
  std::shared_ptr<const records::Manifest> manifest;
  {
    const std::scoped_lock lock(mutex_);
    Queue& queue = queues_[connection];
    std::size_t taken = 0;
    for (std::size_t bytes = 0; taken < std::min(queue.waiting.size(), kMostAtOnce) && bytes < kMostBytesAtOnce;
         ++taken) {
      bytes += queue.waiting[taken].request.body.size();
      queue.bytes -= queue.waiting[taken].request.body.size();
    }
    const auto end = queue.waiting.begin() + static_cast<std::ptrdiff_t>(taken);
    batch.assign(std::make_move_iterator(queue.waiting.begin()), std::make_move_iterator(end));
    queue.waiting.erase(queue.waiting.begin(), end);
    settings = queue.settings;
    manifest = queue.manifest;
  }
  const std::vector<Verdict> verdicts = ask(connection, *settings, *manifest, batch);
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(verdicts[i]);
  const std::scoped_lock lock(mutex_);
  Queue& queue = queues_[connection];
  queue.running = !queue.waiting.empty();
  // To the end of the line: other connections wait too.
  if (queue.running) boost::asio::post(*threads_, [this, connection] { work(connection); });
}

std::vector<HookChecks::Verdict> HookChecks::ask(const std::string& connection, const config::Settings& settings,
                                                 const records::Manifest& manifest, const std::vector<Waiting>& batch) {
  std::vector<Verdict> verdicts(batch.size());
  std::string reason;
  bool misconfigured = false;
  try {
    const config::Connection* configured = settings.find_connection(connection);
    const schedule::StreamKey key{connection, manifest.webhook->stream};
    supervise::RunSpec spec = run_spec(settings, *configured, manifest, parts_.secrets, key.stream);
    for (const supervise::Secret& secret : spec.secrets) parts_.log.add_secret(secret.value);
    spec.action = supervise::Action::webhook_check;
    spec.run_id = "webhook-check";
    spec.limits.idle_timeout = kPatience;
    spec.limits.max_run = kPatience;
    spec.limits.cancel_grace = 1s;
    spec.limits.term_grace = 1s;
    for (const Waiting& waiting : batch) spec.webhooks.push_back(waiting.request);
    spec.http.shared_rates = true;
    // Longer than that is told to the sender, who comes again.
    spec.http.patience_ms = std::min<std::uint32_t>(spec.http.patience_ms, kThrottledFor.count());
    AccountRates rates(parts_.rates, provider_of(manifest), rate_account(*configured), spec.http.rate_limits);
    RefusingSink sink;
    Admissions admissions(parts_.log, parts_.live, key, verdicts);
    const supervise::RunOutcome outcome = parts_.supervisor.execute(spec, sink, admissions, stop_.get_token(), &rates);
    if (outcome.crashed || outcome.protocol_violation) ++parts_.live.connector_crashes;
    reason = outcome.message;
  } catch (const records::RunError& fault) {
    reason = fault.what();
    misconfigured = fault.error_class() == IZ_ERR_CONFIG;
  } catch (const std::exception& fault) {
    reason = fault.what();
  }
  for (Verdict& verdict : verdicts) {
    if (verdict.kind != Verdict::Kind::unavailable || !verdict.reason.empty()) continue;
    verdict.reason = reason;
    verdict.misconfigured = misconfigured;
  }
  return verdicts;
}

}  // namespace iz::app
