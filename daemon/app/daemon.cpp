// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/daemon.hpp"

#include <csignal>
#include <future>
#include <sysexits.h>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "app/background_jobs.hpp"
#include "infrazen_version.hpp"
#include "serve/status_api.hpp"

namespace iz::app {
namespace {

using namespace std::chrono_literals;

// A single call into the store may be long (the COPY of a large bill), but not this long.
constexpr auto kWriterPatience = 20min;
// Sealing the first month of a large estate takes minutes; a job that has not come back after hours never will.
constexpr auto kJobPatience = 6h;
// The control thread asks the database at least every 15 s; connection and statement time-outs bound each question.
constexpr auto kControlPatience = 3min;

std::string conninfo_of(const config::Settings& settings, const config::SecretStore& secrets) {
  const config::Database& database = settings.database;
  if (database.password_secret.empty()) return config::conninfo(database, database.user);
  const config::SecretText password = secrets.read(database.password_secret, settings.paths.secrets_dir);
  return config::conninfo(database, database.user, password.view());
}

}  // namespace

Daemon::Daemon(std::filesystem::path config_file, config::Settings settings, config::SecretStore secrets,
               journal::Log& log)
    : config_file_(std::move(config_file)),
      settings_(std::make_shared<const config::Settings>(std::move(settings))),
      secrets_(std::move(secrets)),
      log_(log),
      owner_(settings_->paths.state_dir),
      database_(conninfo_of(*settings_, secrets_)),
      // PR_SET_PDEATHSIG follows the thread that spawned, so children are spawned by the one that lives longest.
      supervisor_([this](const std::function<void()>& task) {
        if (std::this_thread::get_id() == main_thread_) return task();
        std::packaged_task<void()> packaged(task);
        auto done = packaged.get_future();
        boost::asio::post(io_, [&packaged] { packaged(); });
        done.get();
      }),
      connectors_(supervisor_),
      leases_(database_, settings_->limits.lease),
      rates_(database_,
             [this](const store::RateKey& key, double per_second, std::chrono::milliseconds pause) {
               log_.event(journal::messages::account_throttled,
                          {{"provider", key.provider},
                           {"account", key.account},
                           {"host", key.host},
                           {"rate", fmt::format("{:.3g}", per_second)},
                           {"pause", fmt::format("{:.1f} s", static_cast<double>(pause.count()) / 1000)}});
             }),
      runner_({database_, supervisor_, connectors_, leases_, rates_, secrets_, log_, live_, owner_.id()}),
      dispatcher_(io_, runner_, log_, live_, settings_->limits.concurrent_runs),
      watch_(io_, control_, database_, connectors_, owner_.id(), log_,
             {.adopted =
                  [this](std::shared_ptr<const config::Settings> adopted, std::vector<EstateConnection> estate,
                         std::function<void()> in_force) {
                    runner_.forget_database();
                    hooks_.adopt(adopted, estate, [this, in_force = std::move(in_force)] {
                      reloader_.in_force();
                      in_force();
                    });
                    dispatcher_.adopt(std::move(adopted), estate);
                    dispatcher_.resume_work();
                    ready_once();
                  },
              .refreshed =
                  [this](const std::vector<EstateConnection>& remembered) {
                    dispatcher_.resume_work();
                    dispatcher_.refresh(remembered);
                  },
              .lost =
                  [this](const std::string&) {
                    dispatcher_.suspend_work();
                    ready_once();
                    notifier_.status(one_line());
                  },
              .unusable =
                  [this](const std::string& reason) {
                    log_.event(journal::messages::daemon_failed, {{"reason", reason}});
                    stop(reason, EX_CONFIG);
                  }}),
      hooks_({.io = io_,
              .conninfo = database_.conninfo(),
              .supervisor = supervisor_,
              .secrets = secrets_,
              .log = log_,
              .live = live_,
              .rates = rates_,
              .rang =
                  [this](const std::set<std::pair<std::string, std::string>>& streams) {
                    for (const auto& [connection, stream] : streams) dispatcher_.events_came({connection, stream});
                  },
              .database_lost = [this](const std::string& reason) { watch_.suspect(reason); }}),
      jobs_(database_, log_, background_jobs(database_, [this] { return current_settings(); })),
      notifier_(
          io_, [this] { return hanging_part(); },
          [this](const std::string& part) {
            log_.event(journal::messages::watchdog_withheld, {{"part", part}, {"stalled", "too long"}});
          }),
      reloader_({config_file_, secrets_, log_, live_, watch_, notifier_, [this] { return settings_; },
                 [this](std::shared_ptr<const config::Settings> next) { take(std::move(next)); },
                 [this](const std::string& problem) { view_.configuration_refused(problem); },
                 [this] { return one_line(); }}),
      view_({io_, control_, testers_, database_, connectors_, runner_, dispatcher_, watch_, jobs_, hooks_, live_, log_,
             started_, [this] { return settings_; }, reloader_, [this] { return hanging_part(); },
             [this] { return stopping_; }}),
      server_(
          io_,
          {.socket = settings_->paths.status_socket,
           .mode = settings_->listen.socket_mode,
           .admin_group = settings_->listen.admin_group,
           .max_clients = settings_->listen.max_clients},
          [this](serve::Request request, serve::Respond respond) {
            router_.dispatch(std::move(request), std::move(respond));
          },
          serve::audit_to(view_)),
      signals_(io_, SIGTERM, SIGINT, SIGHUP) {
  dispatcher_.on_database_lost([this](const std::string& reason) { watch_.suspect(reason); });
  dispatcher_.on_quarantine(
      [this](const std::string& connection, bool now) { hooks_.set_quarantined(connection, now); });
}

int Daemon::run() {
  log_.event(journal::messages::daemon_started, {{"version", std::string(kVersion)}, {"file", config_file_.string()}});
  serve::add_status_api(router_, view_);
  server_.start();
  log_.event(journal::messages::status_socket_ready, {{"path", settings_->paths.status_socket.string()}});
  hooks_.start(*settings_);
  wait_for_signal();
  watch_.adopt(settings_);
  std::jthread job_thread([this](std::stop_token stop) { jobs_.run(stop); });
  io_.run();
  job_thread.request_stop();
  job_thread.join();
  // What is still under way elsewhere (a manifest being asked for, say) may need this thread, to start a child.
  io_.restart();
  std::jthread closing([this] {
    control_.join();
    testers_.join();
    dispatcher_.workers().join();
    boost::asio::post(io_, [this] { io_.stop(); });
  });
  const auto open = boost::asio::make_work_guard(io_);
  io_.run();
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(wall_now() - started_);
  log_.event(journal::messages::daemon_stopped, {{"uptime", fmt::format("{} s", uptime.count())}});
  return exit_status_;
}

// READY comes with the first answer from the database, whatever it was: one that is away does not keep the daemon from
// serving its status and from starting when it comes.
void Daemon::ready_once() {
  if (std::exchange(ready_, true)) return;
  hooks_.answer();
  notifier_.ready(one_line());
  log_.event(journal::messages::daemon_ready, {{"connections", std::to_string(settings_->connections.size())},
                                               {"streams", std::to_string(dispatcher_.stream_count())},
                                               {"database", watch_.up() ? "up" : "unavailable"}});
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    if (signal == SIGHUP) {
      reloader_.reload("SIGHUP", [](const serve::Outcome<serve::ReloadReport>&) {});
      wait_for_signal();
    } else {
      stop(signal == SIGTERM ? "SIGTERM" : "SIGINT", EX_OK);
    }
  });
}

std::shared_ptr<const config::Settings> Daemon::current_settings() const {
  const std::scoped_lock lock(settings_mutex_);
  return settings_;
}

void Daemon::take(std::shared_ptr<const config::Settings> settings) {
  {
    const std::scoped_lock lock(settings_mutex_);
    settings_ = std::move(settings);
  }
  log_.set_locale(settings_->log.locale);
  log_.set_level(journal::parse_severity(config::name_of(settings_->log.level)).value_or(journal::Severity::info));
  view_.configuration_loaded(wall_now());
}

void Daemon::stop(const std::string& reason, int status) {
  if (std::exchange(stopping_, true)) return;
  exit_status_ = status;
  log_.event(journal::messages::daemon_stopping, {{"reason", reason}});
  notifier_.stopping();
  signals_.cancel();
  watch_.stop();
  // Runs may need this thread to the end, and so may the checks of those who still wait for an answer.
  const auto open = std::make_shared<int>(2);
  const auto one_ended = [this, open] {
    if (--*open > 0) return;
    server_.stop();
    io_.stop();
  };
  hooks_.drain(one_ended);
  dispatcher_.stop(one_ended);
}

std::string Daemon::hanging_part() const {
  if (live_.longest_writer_call() > kWriterPatience) return "the writer";
  if (std::chrono::steady_clock::now() - watch_.last_seen() > kControlPatience) return "the scheduler";
  if (std::chrono::steady_clock::now() - jobs_.last_alive() > kJobPatience) return "job " + jobs_.current();
  return {};
}

std::string Daemon::one_line() const {
  return fmt::format("{} connections, {} runs under way, database {}", settings_->connections.size(),
                     dispatcher_.running(), watch_.up() ? "up" : "unavailable: " + watch_.reason());
}

}  // namespace iz::app
