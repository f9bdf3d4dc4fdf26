// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/inbox/inbox.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "harness/pg_cluster.hpp"
#include "store/schema/migrations.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;

class Inbox : public testing::Test {
 protected:
  Inbox() : admin_(fresh_database()) {
    store::db_init(admin_);
    database_ = std::make_unique<store::Database>(
        shared_cluster().conninfo(pg_scalar(admin_, "SELECT current_database()"), "infrazen"));
    connection_ = store::register_connection(*database_, {"c1", "acme", "simulator", "sim", "UTC", {"logs"}});
  }
  [[nodiscard]] std::vector<store::NewEvent> events(int count, const std::string& prefix) const {
    std::vector<store::NewEvent> events;
    for (int i = 0; i < count; ++i) {
      store::NewEvent& event = events.emplace_back();
      event.tenant_id = connection_.tenant_id;
      event.connection_id = connection_.connection_id;
      event.stream = "logs";
      event.event_id = prefix + std::to_string(i);
      event.received = store::Instant(std::chrono::microseconds(1'800'000'000'000'000 + i));
      event.path = "/hooks/c1";
    }
    return events;
  }
  static std::size_t store(store::MarkSession& session, const std::vector<store::NewEvent>& events) {
    std::vector<const store::NewEvent*> list;
    for (const auto& event : events) list.push_back(&event);
    return static_cast<std::size_t>(std::ranges::count(store::store_events(session, list), true));
  }

  std::string admin_;
  std::unique_ptr<store::Database> database_;
  store::ConnectionEntry connection_;
};

TEST_F(Inbox, two_daemons_that_are_posted_the_same_events_in_another_order_wait_for_each_other_and_do_not_lock_up) {
  constexpr int kEvents = 1000;
  for (int round = 0; round < 10; ++round) {
    auto mine = events(kEvents, std::to_string(round) + "-");
    auto theirs = mine;
    std::ranges::reverse(theirs);
    std::atomic<int> ready{0};
    std::atomic<std::size_t> stored{0};
    std::atomic<int> refused{0};
    const auto daemon = [&](const std::vector<store::NewEvent>& posted) {
      store::MarkSession session(database_->conninfo());
      session.connect();
      ++ready;
      while (ready < 2) std::this_thread::yield();
      try {
        stored += store(session, posted);
      } catch (const records::RunError& error) {
        ++refused;
        ADD_FAILURE() << error.what();
      }
    };
    std::jthread other([&] { daemon(theirs); });
    daemon(mine);
    other.join();
    EXPECT_EQ(stored, kEvents) << "each is new to one of them";
    if (refused > 0) return;
  }
}

TEST_F(Inbox, events_are_handled_in_the_order_in_which_they_came) {
  store::MarkSession session(database_->conninfo());
  auto posted = events(12, "e-");  // e-10 and e-11 come before e-2 by their ids
  EXPECT_EQ(store(session, posted), 12U);
  const auto stream = store::load_streams(*database_, "c1").at(0);
  const auto lease = store::acquire_lease(*database_, stream.stream_id, store::random_uuid(), 1min).value();
  std::vector<std::string> ids;
  for (const auto& event : store::due_events(*database_, lease, "logs", 100, 1U << 20)) ids.push_back(event.event_id);
  std::vector<std::string> came;
  for (const auto& event : posted) came.push_back(event.event_id);
  EXPECT_EQ(ids, came);
}

TEST_F(Inbox, of_two_with_one_id_the_first_is_new) {
  store::MarkSession session(database_->conninfo());
  auto posted = events(3, "e-");
  posted[2].event_id = "e-0";
  posted[2].body = "later";
  posted[0].body = "sooner";
  std::vector<const store::NewEvent*> list{&posted[0], &posted[1], &posted[2]};
  EXPECT_EQ(store::store_events(session, list), (std::vector<bool>{true, true, false}));
  EXPECT_EQ(pg_scalar(admin_, "SELECT convert_from(body, 'UTF8') FROM infrazen.webhook_events WHERE event_id = 'e-0'"),
            "sooner");
  EXPECT_EQ(store::store_events(session, list), (std::vector<bool>{false, false, false}));
}

}  // namespace
}  // namespace iz::test
