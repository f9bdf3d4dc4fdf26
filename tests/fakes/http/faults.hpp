// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/http/server.hpp"

// What goes wrong at a provider or on the way to it, in front of a fake cloud.
namespace iz::test {

enum class FaultKind : std::uint8_t {
  token_revoked,    // 401 for the token in use, until there is another one
  key_revoked,      // 401 for everything, logins included
  part_forbidden,   // 403 for one path, whatever its page
  service_missing,  // 404 for one path, whatever its page
  limited,          // 429 for one path, whatever its page
  limited_until,    // 429 with Retry-After
  broken,           // 500
  cut_body,         // the connection closes in the middle of a body of known length
  cut_unnoticed,    // the other end stops sending in the middle of a body of unknown length
  garbage,          // 200 and a page of HTML
  slow,             // a few bytes at a time
  reset,            // RST instead of an answer
  place_lost,       // 400 for a page that is not the first
  page_again,       // the first page once more, instead of one that is not
  rows_change,      // the provider's rows change before a page that is not the first
  token_expired,    // a login's answer says that its token ended a day ago: a clock is wrong
};

struct Fault {
  std::string name;
  FaultKind kind = FaultKind::broken;
  std::size_t times = 0;         // strikes so often, then is over; 0 = until it is ended
  std::string retry_after = {};  // of limited_until
  // Where it begins, one of FaultyCloud::places(); "" = with the first request that it may strike.
  std::string place = {};
  bool stays = false;                 // strikes the path where it began and no other
  bool sweeps = false;                // begins everywhere at once, but for
  std::set<std::string> spared = {};  // these, of FaultyCloud::struck_places()
};

// What has to be known of a provider to strike it in the right place.
struct CloudHabits {
  // Requests for a token. Only key_revoked and token_expired touch them.
  std::function<bool(const ReceivedRequest&)> is_login = {};
  // Requests for a page that is not the first.
  std::function<bool(const ReceivedRequest&)> is_later_page = {};
  // What carries the token of a request.
  std::vector<std::string> credential_headers = {"authorization", "x-auth-token", "x-token"};
  // Makes a login's answer say that its token ended long ago.
  std::function<void(Reply&)> expire = {};
  // The rows of some listing change in a way that leaves those that were there (one more at the front), and are as they
  // were again.
  std::function<void()> change = {};
  std::function<void()> restore = {};
};

// A handler in front of a fake cloud's. Thread-safe.
class FaultyCloud {
 public:
  FaultyCloud(HttpServer::Handler cloud, CloudHabits habits) : cloud_(std::move(cloud)), habits_(std::move(habits)) {}
  FaultyCloud(const FaultyCloud&) = delete;
  FaultyCloud& operator=(const FaultyCloud&) = delete;

  Reply operator()(const ReceivedRequest& request);

  // Whether this cloud has what the fault strikes: logins, pages, rows that change.
  [[nodiscard]] bool can_have(FaultKind kind) const;
  void arm(Fault fault);
  void end();
  // How often the fault armed last has struck.
  [[nodiscard]] std::size_t struck() const;
  // What it struck first, "GET /v1/disks?page=2".
  [[nodiscard]] std::string victim() const;
  // Where it struck, "GET /v1/disks", pages that are not the first included.
  [[nodiscard]] std::set<std::string> struck_places() const;
  // Where a fault of the kind could have begun since the beginning or the last call of forget_places(), "GET /v1/disks"
  // and "GET /v1/disks, a later page". Neither their number nor their order depends on when or how often somebody asks.
  [[nodiscard]] std::set<std::string> places(FaultKind kind) const;
  void forget_places();

 private:
  [[nodiscard]] bool may_strike(FaultKind kind, const ReceivedRequest& request) const;
  [[nodiscard]] bool strikes(const ReceivedRequest& request);
  [[nodiscard]] std::string place_of(const ReceivedRequest& request) const;
  [[nodiscard]] std::string credential(const ReceivedRequest& request) const;
  Reply spoiled(const Fault& fault, const ReceivedRequest& request);

  const HttpServer::Handler cloud_;
  const CloudHabits habits_;
  mutable std::mutex mutex_;
  std::map<FaultKind, std::set<std::string>> places_;
  bool armed_ = false;
  Fault fault_;
  std::size_t struck_ = 0;
  std::set<std::string> struck_places_;
  bool changed_ = false;
  std::string victim_, where_, credential_;
  std::map<std::string, std::string, std::less<>> first_pages_;  // bodies by listing
};

}  // namespace iz::test
