// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <string>
#include <utility>

#include <boost/asio/post.hpp>

#include "app/run/run_report.hpp"
#include "app/view/view.hpp"
#include "store/inbox/inbox_list.hpp"

namespace iz::app {
namespace {

serve::WebhookRow row_of(const store::InboxRow& event) {
  serve::WebhookRow row;
  row.id = static_cast<std::uint64_t>(event.event_no);
  row.event = event.event_id;
  row.connection = event.connection;
  row.stream = event.stream;
  row.state = event.state;
  row.received = event.received;
  row.attempts = static_cast<std::uint32_t>(event.attempts);
  row.next_try = event.next_try;
  row.settled = event.settled;
  if (event.error_class != 0) row.error_class = error_class_name(event.error_class);
  row.error = event.error;
  return row;
}

serve::Refusal no_such_event(std::uint64_t id) {
  return {404, "there is no event " + std::to_string(id) + "; infrazen webhook list shows them"};
}

}  // namespace

void View::webhooks(const serve::HistoryQuery& query, serve::Done<std::vector<serve::WebhookRow>> done) {
  from_database(std::move(done),
                [&database = parts_.database, query]() -> serve::Outcome<std::vector<serve::WebhookRow>> {
                  std::vector<serve::WebhookRow> rows;
                  for (const auto& event : store::list_events(database, query.connection, query.state, query.limit))
                    rows.push_back(row_of(event));
                  return rows;
                });
}

void View::retry_webhook(std::uint64_t id, serve::Done<serve::WebhookRow> done) {
  from_database(std::move(done), [this, id]() -> serve::Outcome<serve::WebhookRow> {
    const auto event = store::retry_event(parts_.database, static_cast<std::int64_t>(id));
    if (!event) return no_such_event(id);
    if (event->state == "done") {
      return serve::Refusal{409, "event " + std::to_string(id) + " was handled; nothing is left of it to try again"};
    }
    boost::asio::post(parts_.io, [this, key = schedule::StreamKey{event->connection, event->stream}] {
      parts_.dispatcher.events_came(key);
    });
    return row_of(*event);
  });
}

void View::discard_webhook(std::uint64_t id, serve::Done<serve::WebhookRow> done) {
  from_database(std::move(done), [&database = parts_.database, id]() -> serve::Outcome<serve::WebhookRow> {
    const auto event = store::discard_event(database, static_cast<std::int64_t>(id));
    if (!event) return no_such_event(id);
    if (event->state == "pending") {
      return serve::Refusal{409, "event " + std::to_string(id) +
                                     " still waits to be handled; only one that was given up "
                                     "can be discarded"};
    }
    return row_of(*event);
  });
}

}  // namespace iz::app
