// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

#include "app/view/view.hpp"
#include "store/streams/audit.hpp"
#include "store/streams/streams.hpp"

namespace iz::app {

void View::sync(const serve::SyncRequest& request, const std::string& actor,
                serve::Done<std::vector<std::string>> done) {
  when_in_force(std::move(done), [this, request, actor](const auto& then) { sync_now(request, actor, then); });
}

void View::sync_now(const serve::SyncRequest& request, const std::string& actor,
                    const serve::Done<std::vector<std::string>>& done) {
  const auto mode = request.mode == "full" ? schedule::Mode::full : schedule::Mode::incremental;
  std::vector<std::string> asked;
  serve::Refusal refusal{404, "no stream " + (request.stream.empty() ? "" : request.stream + " ") + "of connection " +
                                  request.connection + " is configured; see infrazen connection list"};
  for (const schedule::StreamKey& key : parts_.dispatcher.streams_of(request.connection)) {
    if (!request.stream.empty() && key.stream != request.stream) continue;
    using Answer = schedule::Planner::RequestAnswer;
    switch (parts_.dispatcher.request(key, mode, actor)) {
      case Answer::accepted:
      case Answer::already_requested: asked.push_back(key.stream); break;
      case Answer::paused:
        refusal = {409, request.connection + " is paused; infrazen connection resume " + request.connection};
        break;
      case Answer::quarantined:
        refusal = {409, request.connection + " is quarantined (" + parts_.dispatcher.status(key).reason +
                            "); infrazen connection resume " + request.connection};
        break;
      case Answer::cannot:
      case Answer::unknown: break;
    }
  }
  if (asked.empty()) {
    done(std::move(refusal));
  } else {
    done(std::move(asked));
  }
}

void View::pause(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) {
  when_in_force(std::move(done),
                [this, connection, actor](auto then) { pause_now(connection, actor, std::move(then)); });
}

void View::pause_now(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) {
  if (parts_.settings()->find_connection(connection) == nullptr) {
    done(serve::Refusal{404, "no connection " + connection + " is configured"});
    return;
  }
  from_database(std::move(done), [this, connection, actor]() -> serve::Outcome<std::monostate> {
    store::set_paused(parts_.database, connection, true, actor);
    boost::asio::post(parts_.io, [this, connection, actor] {
      parts_.dispatcher.set_paused(connection, true);
      parts_.log.event(journal::messages::connection_paused, {{"connection", connection}, {"actor", actor}});
    });
    return std::monostate{};
  });
}

void View::resume(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) {
  when_in_force(std::move(done),
                [this, connection, actor](auto then) { resume_now(connection, actor, std::move(then)); });
}

void View::resume_now(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) {
  if (parts_.settings()->find_connection(connection) == nullptr) {
    done(serve::Refusal{404, "no connection " + connection + " is configured"});
    return;
  }
  from_database(std::move(done), [this, connection, actor]() -> serve::Outcome<std::monostate> {
    store::set_paused(parts_.database, connection, false, actor);
    (void)store::resume_connection(parts_.database, connection, actor);
    boost::asio::post(parts_.io, [this, connection, actor] {
      parts_.dispatcher.clear_quarantine(connection);
      parts_.dispatcher.set_paused(connection, false);
      parts_.log.event(journal::messages::connection_resumed, {{"connection", connection}, {"actor", actor}});
    });
    return std::monostate{};
  });
}

void View::test(const std::string& connection, serve::Done<serve::TestReport> done) {
  watched_test(connection, "", std::move(done));
}

void View::watched_test(const std::string& connection, const std::string& watch, serve::Done<serve::TestReport> done) {
  auto settings = parts_.settings();
  if (settings->find_connection(connection) == nullptr) {
    done(serve::Refusal{404, "no connection " + connection + " is configured"});
    return;
  }
  boost::asio::post(parts_.testers, [this, settings = std::move(settings), connection, watch, done = std::move(done)] {
    Runner::TestProgress progress;
    if (!watch.empty()) {
      progress = [&](const serve::TestReport& report) {
        const std::scoped_lock lock(tests_mutex_);
        tests_[watch] = report;
      };
    }
    auto report =
        parts_.runner.test(*settings, *settings->find_connection(connection), parts_.dispatcher.stop_token(), progress);
    {
      const std::scoped_lock lock(tests_mutex_);
      tests_.erase(watch);
    }
    done(std::move(report));
  });
}

std::optional<serve::TestReport> View::test_so_far(const std::string& watch) const {
  const std::scoped_lock lock(tests_mutex_);
  const auto found = tests_.find(watch);
  return found == tests_.end() ? std::nullopt : std::optional(found->second);
}

void View::reload(const std::string& actor, serve::Done<serve::ReloadReport> done) {
  parts_.reloader.reload(actor, std::move(done));
}

void View::audit(const serve::AuditEntry& entry) {
  if (entry.refused) {
    parts_.log.event(journal::messages::request_refused, {{"actor", entry.actor}, {"action", entry.action}});
  } else {
    parts_.log.event(journal::messages::request_done, {{"actor", entry.actor},
                                                       {"action", entry.action},
                                                       {"connection", entry.subject},
                                                       {"result", std::to_string(entry.status)}});
  }
  if (!parts_.watch.up()) return;
  boost::asio::post(parts_.control, [&database = parts_.database, &log = parts_.log, entry] {
    try {
      store::audit(database, {std::nullopt, entry.actor, entry.action, entry.subject,
                              "{\"status\":" + std::to_string(entry.status) + "}"});
    } catch (const std::exception& error) {
      log.line(journal::Severity::warning, std::string("the audit row was not written: ") + error.what());
    }
  });
}

}  // namespace iz::app
