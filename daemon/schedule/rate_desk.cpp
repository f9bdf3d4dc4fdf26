// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/rate_desk.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace iz::schedule {
namespace {

using namespace std::chrono_literals;
using Clock = RateDesk::Clock;

constexpr auto kLookEvery = 500ms;  // how soon a pause that another daemon was given is known here
constexpr auto kAwayFor = 5s;       // a database that did not answer is not asked again before
constexpr auto kStillTrue = 1s;     // what was seen of a host without a limit
constexpr double kMoreThanLately = 1.25;

Clock::time_point local(RateInstant instant, RateInstant now, Clock::time_point here) {
  return here + (instant - now);
}

}  // namespace

RateDesk::Seat::Seat(RateDesk& desk, std::string provider, std::string account, Deliver deliver)
    : desk_(desk), provider_(std::move(provider)), account_(std::move(account)), deliver_(std::move(deliver)) {}

RateDesk::Seat::~Seat() {
  desk_.leave(*this);
}

void RateDesk::Seat::ask(const std::string& host, const RateLimit& limit, unsigned wanted) {
  const Lock lock(desk_.mutex_);
  desk_.bucket_of(*this, host, limit).questions.push_back({this, wanted});
  desk_.wake_.notify_one();
}

void RateDesk::Seat::throttled(const std::string& host, const RateLimit& limit,
                               std::optional<std::chrono::milliseconds> retry_after, double observed) {
  const Lock lock(desk_.mutex_);
  desk_.bucket_of(*this, host, limit).throttlings.push_back({retry_after, observed});
  desk_.wake_.notify_one();
}

RateDesk::RateDesk(store::Database& database, Throttled told)
    : database_(database), told_(std::move(told)), thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

RateDesk::~RateDesk() = default;

std::uint64_t RateDesk::questions() const {
  const Lock lock(mutex_);
  return questions_;
}

RateDesk::Bucket& RateDesk::bucket_of(Seat& seat, const std::string& host, const RateLimit& limit) {
  const store::RateKey key{seat.provider_, seat.account_, host};
  Bucket& bucket = buckets_[key];
  bucket.limit = limit;
  bucket.users.insert(&seat);
  busy_.insert(key);
  return bucket;
}

void RateDesk::leave(Seat& seat) {
  const Lock lock(mutex_);
  for (auto it = buckets_.begin(); it != buckets_.end();) {
    Bucket& bucket = it->second;
    bucket.users.erase(&seat);
    std::erase_if(bucket.questions, [&](const Question& question) { return question.seat == &seat; });
    // What it reported of a 429 outlives it.
    it = bucket.users.empty() && bucket.throttlings.empty() ? buckets_.erase(it) : std::next(it);
  }
}

void RateDesk::run(std::stop_token stop) {
  Lock lock(mutex_);
  const auto something = [this] { return !busy_.empty(); };
  while (!stop.stop_requested()) {
    if (buckets_.empty()) {
      wake_.wait(lock, stop, something);
      next_look_ = Clock::now() + kLookEvery;
    } else {
      wake_.wait_until(lock, stop, next_look_, something);
    }
    for (const store::RateKey& key : std::exchange(busy_, {})) {
      tell_throttled(lock, key);
      answer(lock, key);
      if (buckets_[key].users.empty()) buckets_.erase(key);
    }
    if (Clock::now() < next_look_) continue;
    look_again(lock);
    next_look_ = Clock::now() + kLookEvery;
  }
}

RateInstant RateDesk::remembered_now(const Bucket& bucket, Clock::time_point now) {
  if (bucket.seen) return bucket.seen_at + std::chrono::duration_cast<std::chrono::microseconds>(now - *bucket.seen);
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void RateDesk::change(Lock& lock, const store::RateKey& key,
                      const std::function<void(store::RateState&, RateInstant, double)>& change) {
  if (Clock::now() >= away_until_) {
    const store::RateState mine = buckets_[key].state;
    ++questions_;
    lock.unlock();
    try {
      const store::RateRow row =
          store::change_rate_budget(database_, key, [&](store::RateState& state, RateInstant now) {
            merge(state, mine);
            change(state, now, 1);
          });
      lock.lock();
      Bucket& bucket = buckets_[key];
      bucket.state = row.state;
      bucket.seen = Clock::now();
      bucket.seen_at = row.now;
      return;
    } catch (const std::exception&) {
      // Its absence is told by those who need it for more than this.
      lock.lock();
      away_until_ = Clock::now() + kAwayFor;
    }
  }
  Bucket& bucket = buckets_[key];
  change(bucket.state, remembered_now(bucket, Clock::now()), kShareAlone);
}

void RateDesk::tell_throttled(Lock& lock, const store::RateKey& key) {
  const auto throttlings = std::exchange(buckets_[key].throttlings, {});
  if (throttlings.empty()) return;
  const RateLimit limit = buckets_[key].limit;
  Clock::time_point paused;
  bool first_of_its_volley = false;
  double rate = 0;
  change(lock, key, [&](store::RateState& state, RateInstant now, double) {
    const RateInstant before = state.slowed_at;
    for (const Throttling& one : throttlings) throttle(state, limit, now, one.retry_after, one.observed);
    paused = local(state.paused_until, now, Clock::now());
    first_of_its_volley = state.slowed_at != before;
    rate = rate_at(state, limit, now);
  });
  if (first_of_its_volley) {
    told_(key, rate,
          std::max(std::chrono::milliseconds(0), std::chrono::ceil<std::chrono::milliseconds>(paused - Clock::now())));
  }
  Bucket& bucket = buckets_[key];
  bucket.stock.clear();
  for (Seat* seat : bucket.users) deliver(*seat, {key.host, false, true, {}, paused});
}

void RateDesk::answer(Lock& lock, const store::RateKey& key) {
  while (!buckets_[key].questions.empty()) {
    Bucket& bucket = buckets_[key];
    const RateLimit limit = bucket.limit;
    const auto now = Clock::now();
    while (!bucket.stock.empty() && bucket.stock.front() < now) bucket.stock.pop_front();
    const RateInstant server_now = remembered_now(bucket, now);
    if (bucket.seen && *bucket.seen + kStillTrue > now && rate_at(bucket.state, limit, server_now) <= 0)
      return hand_out(key, bucket, false, local(bucket.state.paused_until, server_now, now));
    if (bucket.stock.size() >= bucket.questions.size()) {
      hand_out(key, bucket, true, {});
      continue;
    }
    unsigned wanted = 1;
    for (const Question& question : bucket.questions) wanted += question.wanted;
    wanted = std::max(wanted, static_cast<unsigned>(kMoreThanLately * used_lately(bucket, now)));
    Reservation got;
    RateInstant then;
    change(lock, key, [&](store::RateState& state, RateInstant at, double share) {
      got = reserve(state, {limit.per_second * share, limit.burst}, at, wanted);
      then = at;
    });
    Bucket& changed = buckets_[key];
    const auto here = Clock::now();
    for (const RateInstant slot : got.slots) changed.stock.push_back(local(slot, then, here));
    if (!got.limited || got.slots.empty())
      return hand_out(key, changed, got.limited, local(got.not_before, then, here));
    hand_out(key, changed, true, {});
  }
}

double RateDesk::used_lately(const Bucket& bucket, Clock::time_point now) {
  return bucket.used_lately * std::exp(-((now - bucket.used_at) / std::chrono::duration<double>(kReservedAhead)));
}

// One slot each in turn. Whoever got one is answered; all are when there is nothing to be had before `not_before`.
void RateDesk::hand_out(const store::RateKey& key, Bucket& bucket, bool limited, Clock::time_point not_before) {
  const bool all = !limited || not_before != Clock::time_point{};
  const std::size_t users = std::max<std::size_t>(1, bucket.users.size());
  const std::size_t most = (bucket.stock.size() + users - 1) / users;  // the rest is there for those who ask next
  std::vector<Grant> grants(bucket.questions.size());
  std::size_t given = 0;
  for (bool any = true; any && !bucket.stock.empty() && limited;) {
    any = false;
    for (std::size_t i = 0; i < grants.size() && !bucket.stock.empty(); ++i) {
      if (grants[i].slots.size() >= std::min<std::size_t>(most, std::max(1U, bucket.questions[i].wanted))) continue;
      grants[i].slots.push_back(bucket.stock.front());
      bucket.stock.pop_front();
      ++given;
      any = true;
    }
  }
  std::deque<Question> rest;
  for (std::size_t i = 0; i < grants.size(); ++i) {
    const Question& question = bucket.questions[i];
    if (grants[i].slots.empty() && !all) {
      rest.push_back(question);
      continue;
    }
    grants[i].host = key.host;
    grants[i].answers = true;
    grants[i].limited = limited;
    if (grants[i].slots.empty()) grants[i].not_before = not_before;
    deliver(*question.seat, grants[i]);
  }
  bucket.questions = std::move(rest);
  const auto now = Clock::now();
  bucket.used_lately = used_lately(bucket, now) + static_cast<double>(given);
  bucket.used_at = now;
}

void RateDesk::look_again(Lock& lock) {
  if (Clock::now() < away_until_) return;
  std::vector<store::RateKey> keys;
  for (const auto& [key, bucket] : buckets_) keys.push_back(key);
  if (keys.empty()) return;
  ++questions_;
  lock.unlock();
  std::vector<store::RateRow> rows;
  try {
    rows = store::load_rate_budgets(database_, keys);
  } catch (const std::exception&) {
    // as in change()
  }
  lock.lock();
  if (rows.empty()) away_until_ = Clock::now() + kAwayFor;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (const auto found = buckets_.find(keys[i]); found != buckets_.end()) see(keys[i], found->second, rows[i]);
  }
}

// What has come from another daemon since is told to all runs.
void RateDesk::see(const store::RateKey& key, Bucket& bucket, const store::RateRow& row) {
  const auto now = Clock::now();
  const bool was_limited = rate_at(bucket.state, bucket.limit, remembered_now(bucket, now)) > 0;
  const bool worse = row.state.paused_until > bucket.state.paused_until || row.state.slowed_at > bucket.state.slowed_at;
  merge(bucket.state, row.state);
  bucket.seen = now;
  bucket.seen_at = row.now;
  const bool limited = rate_at(bucket.state, bucket.limit, row.now) > 0;
  if (!worse && limited == was_limited) return;
  if (worse) bucket.stock.clear();
  const Grant news{key.host, false, limited, {}, local(bucket.state.paused_until, row.now, now)};
  for (Seat* seat : bucket.users) deliver(*seat, news);
}

}  // namespace iz::schedule
