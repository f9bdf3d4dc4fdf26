// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "app/errands/errand.hpp"
#include "app/errands/errand_failure.hpp"
#include "app/run/outside.hpp"
#include "app/run/runner.hpp"
#include "records/fault_point.hpp"
#include "store/back_fills/back_fills.hpp"
#include <infrazen/abi/module.h>

// A run that back-fills a window of days, from lease to end. It leaves the stream's cursor and schedule as they were.
namespace iz::app {
namespace {

// So many tries that failed for a passing reason; then somebody has to look.
constexpr unsigned kMostAttempts = 5;

// Done with the transaction that ends its run. Killed before it, the window is read again, and what is there already
// changes nothing.
class BackFillErrand final : public Errand {
 public:
  BackFillErrand(store::BackFill back_fill, std::int64_t run_id) : back_fill_(std::move(back_fill)), run_id_(run_id) {}

  void ask(supervise::RunSpec& spec, ingest::RunContext& context) const override {
    spec.since_us = back_fill_.window.since_us();
    spec.until_us = back_fill_.window.until_us();
    context.window = back_fill_.window;
  }
  void before_end(ingest::RunIngest& ingest) const override {
    ingest.also_commit([id = back_fill_.id, run = run_id_](store::MarkTransaction& transaction) {
      store::back_fill_done(transaction, id, run);
    });
  }

 private:
  store::BackFill back_fill_;
  std::int64_t run_id_;
};

}  // namespace

RunReport Runner::run_back_fill(const RunOrder& order, const config::Connection& connection, store::StreamLease lease,
                                std::stop_source stop) {
  using journal::Field;
  const schedule::StreamKey& key = order.run.key;
  const auto ended = [&] {
    const store::BackFillsWaiting waiting = store::back_fills_waiting(parts_.database, lease);
    parts_.live.back_fills_waiting(key, static_cast<std::uint64_t>(waiting.count));
    store::release_lease(parts_.database, lease);
    return beside(RunReport::Kind::back_filled, to_planner(waiting.due));
  };
  const auto back_fill = store::due_back_fill(parts_.database, lease);
  if (!back_fill) return ended();

  const std::int64_t number = store::begin_back_fill(parts_.database, lease, *back_fill);
  records::fault_point("back_fill.after_begin");
  const auto started = now();
  const Begun run{order, connection, lease, number, std::to_string(number), started, IZ_SYNC_INCREMENTAL};
  const std::string since = store::to_text(back_fill->window.since);
  const std::string until = store::to_text(back_fill->window.until);
  const auto told = [&](std::vector<Field> more) {
    more.insert(more.begin(), {{"connection", key.connection}, {"stream", key.stream}, {"run_id", run.id}});
    return more;
  };
  parts_.live.started(key, run.id, back_fill->window);
  parts_.log.event(journal::messages::back_fill_started,
                   told({{"since", since}, {"until", until}, {"actor", back_fill->actor}}));

  BackFillErrand errand(*back_fill, number);
  const Went went = carry_out(run, std::move(stop), &errand);
  if (went.lease_lost || went.database_lost) return interrupted(run, went);

  records::fault_point("back_fill.before_end");
  const std::string message = parts_.log.masked(went.outcome.message);
  if (!went.outcome.ok()) {
    const ErrandTries tries{back_fill->attempts, kMostAttempts, !may_pass(went.outcome)};
    const auto failure = errand_failure(went.outcome, tries, order.settings->limits, message, uniform());
    const bool noted = store::back_fill_failed(parts_.database, lease, back_fill->id, failure);
    const std::string error_class(error_class_name(went.outcome.error_class));
    if (!noted) {
      parts_.log.event(journal::messages::run_cancelled, told({{"reason", "its back-fill was withdrawn"}}));
    } else if (failure.again) {
      const auto seconds = std::chrono::ceil<std::chrono::seconds>(*failure.again).count();
      parts_.log.event(journal::messages::back_fill_retried, told({{"since", since},
                                                                   {"until", until},
                                                                   {"error_class", error_class},
                                                                   {"next", fmt::format("in {} s", seconds)},
                                                                   {"reason", message}}));
    } else {
      parts_.log.event(journal::messages::back_fill_failed,
                       told({{"since", since}, {"until", until}, {"error_class", error_class}, {"reason", message}}));
    }
  }
  const RunReport crash = errand_ended(run, went, message);
  RunReport result = ended();
  result.quarantined = crash.quarantined;
  result.reason = crash.reason;
  return result;
}

}  // namespace iz::app
