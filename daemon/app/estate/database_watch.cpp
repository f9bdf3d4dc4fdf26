// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/estate/database_watch.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

namespace iz::app {
namespace {

constexpr std::chrono::milliseconds kFirstRetry{500};
constexpr std::chrono::milliseconds kLongestRetry{15'000};
constexpr std::chrono::milliseconds kRefresh{15'000};

constexpr const char* kStopping = "the daemon is stopping";

Adoption waits_for_database(const std::string& reason) {
  return {Adoption::Kind::waits, "the database is unavailable: " + reason, {}};
}

struct Away {
  std::string reason;
};
struct Unusable {
  std::string reason;
};
using Answer = std::variant<std::vector<EstateConnection>, Away, Unusable>;

template <typename Ask>
Answer ask(store::Database& database, const Ask& what) {
  try {
    database.check_schema();
    return what();
  } catch (const store::SchemaError& error) {
    return Unusable{error.what()};
  } catch (const std::exception& error) {
    database.forget_sessions();
    return Away{error.what()};
  }
}

}  // namespace

DatabaseWatch::DatabaseWatch(boost::asio::io_context& io, boost::asio::thread_pool& control, store::Database& database,
                             Connectors& connectors, const store::Uuid& owner, journal::Log& log, Callbacks callbacks)
    : io_(io),
      control_(control),
      database_(database),
      connectors_(connectors),
      owner_(owner),
      log_(log),
      callbacks_(std::move(callbacks)),
      timer_(io),
      adoptions_(io),
      last_seen_(std::chrono::steady_clock::now()) {}

void DatabaseWatch::adopt(std::shared_ptr<const config::Settings> settings, Adopted told) {
  settings_ = std::move(settings);
  adoptions_.ask();
  if (stopped_) {
    if (told) told({Adoption::Kind::failed, kStopping, {}});
    return;
  }
  if (told) adoptions_.wait(std::move(told));
  look();
}

void DatabaseWatch::when_in_force(Adopted told) {
  if (stopped_) return told({Adoption::Kind::failed, kStopping, {}});
  if (adoptions_.all_in_force()) return told({});
  if (tried_ && !up_) return told(waits_for_database(reason_));
  adoptions_.wait(std::move(told));
}

void DatabaseWatch::suspect(const std::string& reason) {
  went_away(reason);
  doubted_ = looking_;
  look();
}

void DatabaseWatch::stop() {
  stopped_ = true;
  timer_.cancel();
  adoptions_.tell({Adoption::Kind::failed, kStopping, {}});
}

void DatabaseWatch::look() {
  if (looking_ || stopped_) return;
  looking_ = true;
  timer_.cancel();
  const bool registering = adopted_ != settings_;
  boost::asio::post(control_, [this, registering, settings = settings_, number = adoptions_.asked()] {
    Answer answer = ask(database_, [&] {
      recover_once();
      return registering ? register_estate(*settings, connectors_, database_) : remembered_estate(database_);
    });
    last_seen_ = std::chrono::steady_clock::now();
    boost::asio::post(io_, [this, registering, settings, number, answer = std::move(answer)]() mutable {
      looking_ = false;
      tried_ = true;
      if (stopped_) return;
      if (std::exchange(doubted_, false)) return look();
      if (auto* unusable = std::get_if<Unusable>(&answer)) {
        adoptions_.tell({Adoption::Kind::failed, unusable->reason + "; the daemon ends", {}});
        callbacks_.unusable(unusable->reason);
      } else if (auto* away = std::get_if<Away>(&answer)) {
        went_away(away->reason);
        adoptions_.tell(waits_for_database(reason_));
        again_in(retry_);
        retry_ = std::min(retry_ * 2, kLongestRetry);
      } else {
        came_back();
        auto& estate = std::get<std::vector<EstateConnection>>(answer);
        if (registering) {
          adopted_ = settings;
          registered(settings, number, std::move(estate));
        } else {
          callbacks_.refreshed(std::move(estate));
        }
        // A reload came while this was under way: its estate is not registered yet.
        again_in(adopted_ == settings_ ? kRefresh : std::chrono::milliseconds(0));
      }
    });
  });
}

void DatabaseWatch::registered(std::shared_ptr<const config::Settings> settings, Adoptions::Number number,
                               std::vector<EstateConnection> estate) {
  Adoption adoption;
  for (const EstateConnection& connection : estate)
    if (!connection.problem.empty()) adoption.misconfigured.emplace_back(connection.id, connection.problem);
  callbacks_.adopted(std::move(settings), std::move(estate),
                     [this, number, adoption = std::move(adoption)] { adoptions_.in_force(number, adoption); });
}

// Before the first run of this process: from then on leases in its name are its own.
void DatabaseWatch::recover_once() {
  if (recovered_) return;
  const std::size_t streams = store::recover_leases(database_, owner_);
  recovered_ = true;
  if (streams != 0) log_.event(journal::messages::leases_recovered, {{"streams", std::to_string(streams)}});
}

void DatabaseWatch::came_back() {
  retry_ = kFirstRetry;
  if (up_) return;
  up_ = true;
  reason_.clear();
  if (away_since_) {
    const auto outage = std::chrono::duration_cast<std::chrono::seconds>(wall_now() - *away_since_);
    log_.event(journal::messages::database_available, {{"outage", fmt::format("{} s", outage.count())}});
    away_since_.reset();
  }
}

void DatabaseWatch::went_away(const std::string& reason) {
  reason_ = reason;
  // Registered again after an outage: the database may have been restored from an older state.
  adopted_.reset();
  if (!up_ && away_since_) return;
  up_ = false;
  away_since_ = wall_now();
  log_.event(journal::messages::database_unavailable, {{"reason", reason}});
  callbacks_.lost(reason);
}

void DatabaseWatch::again_in(std::chrono::milliseconds delay) {
  timer_.expires_after(delay);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) look();
  });
}

}  // namespace iz::app
