// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/estate/connectors.hpp"
#include "app/estate/database_watch.hpp"
#include "app/hooks/hooks.hpp"
#include "app/reloader.hpp"
#include "app/run/dispatcher.hpp"
#include "app/run/runner.hpp"
#include "app/view/live_status.hpp"
#include "jobs/job_loop.hpp"
#include "records/run_sink.hpp"
#include "serve/daemon_view.hpp"

namespace iz::app {

// The daemon as the status socket shows it. On the main thread; what needs the database goes to the control thread.
class View : public serve::DaemonView {
 public:
  struct Parts {
    boost::asio::io_context& io;
    boost::asio::thread_pool& control;
    boost::asio::thread_pool& testers;  // a test does not wait for runs to end
    store::Database& database;
    Connectors& connectors;
    Runner& runner;
    Dispatcher& dispatcher;
    DatabaseWatch& watch;
    jobs::JobLoop& jobs;
    const Hooks& hooks;
    LiveStatus& live;
    journal::Log& log;
    WallTime started;
    std::function<std::shared_ptr<const config::Settings>()> settings;
    Reloader& reloader;
    std::function<std::string()> hanging_part;
    std::function<bool()> stopping;
  };
  explicit View(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] serve::DaemonStatus status() const override;
  [[nodiscard]] std::vector<serve::PluginStatus> plugins() const override;
  void runs(const serve::HistoryQuery& query, serve::Done<std::vector<serve::RunRow>> done) override;
  void findings(const serve::HistoryQuery& query, serve::Done<std::vector<serve::FindingRow>> done) override;
  void webhooks(const serve::HistoryQuery& query, serve::Done<std::vector<serve::WebhookRow>> done) override;
  void sync(const serve::SyncRequest& request, const std::string& actor,
            serve::Done<std::vector<std::string>> done) override;
  void back_fill(const serve::BackFillRequest& request, const std::string& actor,
                 serve::Done<serve::BackFillAnswer> done) override;
  void back_fills(const serve::HistoryQuery& query, serve::Done<std::vector<serve::BackFillRow>> done) override;
  void withdraw_back_fill(std::uint64_t id, const std::string& actor, serve::Done<serve::BackFillRow> done) override;
  void pause(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) override;
  void resume(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) override;
  void retry_webhook(std::uint64_t id, serve::Done<serve::WebhookRow> done) override;
  void discard_webhook(std::uint64_t id, serve::Done<serve::WebhookRow> done) override;
  void test(const std::string& connection, serve::Done<serve::TestReport> done) override;
  void watched_test(const std::string& connection, const std::string& watch,
                    serve::Done<serve::TestReport> done) override;
  [[nodiscard]] std::optional<serve::TestReport> test_so_far(const std::string& watch) const override;
  void reload(const std::string& actor, serve::Done<serve::ReloadReport> done) override;
  void audit(const serve::AuditEntry& entry) override;

  void configuration_loaded(WallTime when) {
    configuration_loaded_ = when;
    configuration_problem_.clear();
  }
  void configuration_refused(std::string problem) { configuration_problem_ = std::move(problem); }

 private:
  [[nodiscard]] serve::ConnectionStatus connection_status(const config::Connection& connection) const;
  void sync_now(const serve::SyncRequest& request, const std::string& actor,
                const serve::Done<std::vector<std::string>>& done);
  void back_fill_now(const serve::BackFillRequest& request, const std::string& actor,
                     serve::Done<serve::BackFillAnswer> done);
  void pause_now(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done);
  void resume_now(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done);
  // Goes on with `then` when the configuration that was read last is in force, or completes with 503 that says why it
  // is not: what is asked for behind a reload is meant for what was reloaded.
  template <typename T, typename Then>
  void when_in_force(serve::Done<T> done, Then then);
  // Runs `ask` on the control thread and completes with what it returns, or with 503 while the database is away.
  template <typename T, typename Ask>
  void from_database(serve::Done<T> done, Ask ask);

  Parts parts_;
  WallTime configuration_loaded_ = wall_now();
  std::string configuration_problem_;
  mutable std::mutex tests_mutex_;
  std::map<std::string, serve::TestReport, std::less<>> tests_;  // under way, by the caller's word
};

template <typename T, typename Then>
void View::when_in_force(serve::Done<T> done, Then then) {
  parts_.watch.when_in_force([done = std::move(done), then = std::move(then)](const Adoption& adoption) mutable {
    if (adoption.kind == Adoption::Kind::in_force) return then(std::move(done));
    done(serve::Refusal{503, "the configuration that was read last is not in force yet: " + adoption.reason +
                                 "; ask again in a while"});
  });
}

template <typename T, typename Ask>
void View::from_database(serve::Done<T> done, Ask ask) {
  if (!parts_.watch.up()) {
    done(serve::Refusal{503, "the database is unavailable: " + parts_.watch.reason()});
    return;
  }
  boost::asio::post(parts_.control, [done = std::move(done), ask = std::move(ask)] {
    try {
      done(ask());
    } catch (const records::RunError& error) {
      done(serve::Refusal{error.error_class() == IZ_ERR_TRANSIENT ? 503U : 500U, error.what()});
    } catch (const std::exception& error) {
      done(serve::Refusal{500, error.what()});
    }
  });
}

}  // namespace iz::app
