// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <map>
#include <utility>

#include "store/inbox/inbox.hpp"

namespace iz::store {
namespace {

// One statement, so one transaction; an id that is there, or twice in the list, is skipped. In the order of the unique
// key: who waits for another's key holds none that the other could wait for, whatever two daemons were posted at once.
constexpr const char* kStore = R"(
  INSERT INTO infrazen.webhook_events
    (tenant_id, connection_id, stream, event_id, form, received_at, path, query, headers, body)
  SELECT * FROM unnest($1::integer[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
                       $8::text[], $9::jsonb[], $10::bytea[])
    AS event (tenant_id, connection_id, stream, event_id, form, received_at, path, query, headers, body)
  ORDER BY tenant_id, connection_id, event_id, received_at
  ON CONFLICT (tenant_id, connection_id, event_id) DO NOTHING
  RETURNING connection_id, event_id)";

constexpr const char* kDone = R"(
  UPDATE infrazen.webhook_events
  SET state = 'done', settled_at = clock_timestamp(), run_id = $3, error = '', error_class = 0, body = ''
  WHERE tenant_id = $1 AND event_no = ANY ($2::bigint[]) AND state = 'pending')";

std::string_view name_of(EventForm form) {
  return form == EventForm::targets ? "targets" : "connector";
}

}  // namespace

std::vector<bool> store_events(MarkSession& session, std::span<const NewEvent* const> events) {
  using Array = BinaryArray;
  Array tenants(Array::int4), connections(Array::int4), streams(Array::text), ids(Array::text), forms(Array::text);
  Array received(Array::timestamptz), paths(Array::text), queries(Array::text), headers(Array::jsonb), bodies(Array::bytea);
  for (const NewEvent* event : events) {
    tenants.add().i32(event->tenant_id);
    connections.add().i32(event->connection_id);
    streams.add().text(event->stream);
    ids.add().text(event->event_id);
    forms.add().text(name_of(event->form));
    received.add().timestamptz(event->received.time_since_epoch().count());
    paths.add().text(event->path);
    queries.add().text(event->query ? std::string_view(*event->query) : std::string_view());
    headers.add().jsonb(event->headers_json);
    bodies.add().bytea(event->body);
  }
  const auto array = [](Array& values) { return Param::binary(values.bytes()); };
  const PgResult made = session.exec(kStore, {array(tenants), array(connections), array(streams), array(ids), array(forms),
                                              array(received), array(paths), array(queries), array(headers), array(bodies)});
  // Of equal ones the first is new.
  std::map<std::pair<std::int64_t, std::string_view>, bool> fresh;
  for (int row = 0; row < made.rows(); ++row) fresh[{made.i64(row, 0), made.text(row, 1)}] = true;
  std::vector<bool> is_new;
  is_new.reserve(events.size());
  for (const NewEvent* event : events) {
    const auto found = fresh.find({event->connection_id, event->event_id});
    is_new.push_back(found != fresh.end() && std::exchange(found->second, false));
  }
  return is_new;
}

void events_done(MarkTransaction& transaction, std::span<const std::int64_t> events, std::int64_t run_id) {
  BinaryArray numbers(BinaryArray::int8);
  for (const std::int64_t event : events) numbers.add().i64(event);
  transaction.exec(kDone, {transaction.lease().tenant_id, Param::binary(numbers.bytes()), run_id});
}

}  // namespace iz::store
