// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/output/status_view.hpp"

#include <ostream>
#include <sysexits.h>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include "cli/output/table.hpp"

namespace iz::cli {
namespace {

namespace json = boost::json;

const json::value* member_of(const json::value& object, std::string_view name) {
  const json::object* members = object.if_object();
  return members == nullptr ? nullptr : members->if_contains(json::string_view(name.data(), name.size()));
}

const json::array& list_of(const json::value& object, std::string_view name) {
  static const json::array kNone;
  const json::value* list = member_of(object, name);
  return list == nullptr || !list->is_array() ? kNone : list->get_array();
}

// Why it waits, else the last error.
std::string trouble_of(const json::value& stream) {
  const std::string reason = text_of(stream, "reason");
  if (!reason.empty()) return reason;
  const std::string error = text_of(stream, "last_error");
  const std::string error_class = text_of(stream, "last_error_class");
  return error_class.empty() ? error : error_class + ": " + error;
}

// Back-fills under way or waiting.
std::string back_fill_of(const Context& context, const json::value& stream) {
  const std::uint64_t waiting = number_of(stream, "back_fills_waiting");
  if (const json::value* window = member_of(stream, "back_fill"); window != nullptr && window->is_object()) {
    std::string remark =
        context.text("back-fills {} up to, not including, {}", text_of(*window, "since"), text_of(*window, "until"));
    if (waiting > 1) remark += "; " + context.text("back-fills waiting: {}", waiting - 1);
    return remark;
  }
  return waiting == 0 ? std::string() : context.text("back-fills waiting: {}", waiting);
}

// What there is to say beside the state: a back-fill, and why it waits, else the last error.
std::string remark_of(const Context& context, const json::value& stream) {
  std::string back_fill = back_fill_of(context, stream);
  const std::string rest = trouble_of(stream);
  if (back_fill.empty() || rest.empty()) return back_fill + rest;
  return back_fill + "; " + rest;
}

std::vector<TableColumn> stream_columns(const Context& context) {
  return {{"connection", context.text("CONNECTION")},
          {"connector", context.text("CONNECTOR")},
          {"stream", context.text("STREAM")},
          {"state", context.text("STATE")},
          {"last_success", context.text("LAST SUCCESS")},
          {"next", context.text("NEXT RUN")},
          {"records", context.text("RECORDS"), true, true},
          {"remark", context.text("REMARK")}};
}

void add_streams(const Context& context, const json::value& connection, Instant now, Table& table) {
  const std::string id = text_of(connection, "id");
  const std::string connector = text_of(connection, "connector");
  for (const auto& stream : list_of(connection, "streams")) {
    table.add({id, connector, text_of(stream, "name"), context.text(text_of(stream, "state")),
               relative(context, instant_of(stream, "last_success"), now),
               relative(context, instant_of(stream, "next_due"), now), std::to_string(number_of(stream, "records")),
               remark_of(context, stream)});
  }
  if (list_of(connection, "streams").empty()) {
    table.add(
        {id, connector, "-", context.text(text_of(connection, "state")), "-", "-", "0", text_of(connection, "reason")});
  }
}

// Of a daemon that takes webhooks, or has events left of when it did.
void show_inbox(const Context& context, const json::value& webhooks) {
  const json::value* listening = member_of(webhooks, "listening");
  const std::uint64_t waiting = number_of(webhooks, "events_waiting");
  const std::uint64_t dead = number_of(webhooks, "events_dead");
  const bool open = listening != nullptr && listening->is_bool() && listening->get_bool();
  if (!open && waiting + dead == 0) return;
  context.out << "  " << context.text("webhooks: events waiting {}, dead {}", waiting, dead) << '\n';
  if (dead == 0) return;
  context.out << "  "
              << context.text(
                     "`infrazen webhook list --dead` says why they were given up; `infrazen webhook retry` or "
                     "`discard` settles them")
              << '\n';
}

std::string webhook_problem_of(const json::value& connection) {
  const json::value* webhook = member_of(connection, "webhook");
  return webhook == nullptr ? "" : text_of(*webhook, "problem");
}

void show_webhook_problem(const Context& context, const json::value& connection) {
  const std::string problem = webhook_problem_of(connection);
  if (problem.empty()) return;
  context.out << "  " << context.text("the webhook of {} cannot be served: {}", text_of(connection, "id"), problem)
              << '\n';
}

}  // namespace

json::value parse_body(const std::string& body) {
  boost::system::error_code error;
  json::value value = json::parse(body, error);
  if (error) throw Failure(EX_SOFTWARE, "the daemon's answer is not JSON: " + error.message());
  return value;
}

std::string text_of(const json::value& object, std::string_view name) {
  const json::value* member = member_of(object, name);
  return member == nullptr || !member->is_string() ? std::string() : json::value_to<std::string>(*member);
}

std::uint64_t number_of(const json::value& object, std::string_view name) {
  const json::value* member = member_of(object, name);
  return member == nullptr || !member->is_number() ? 0 : member->to_number<std::uint64_t>();
}

std::optional<Instant> instant_of(const json::value& object, std::string_view name) {
  return parse_instant(text_of(object, name));
}

void show_status(const Context& context, const json::value& status, const json::value& connections) {
  const Instant now = instant_of(status, "now").value_or(Instant());
  const json::value none;
  const json::value* database = member_of(status, "database");
  const json::value* runs = member_of(status, "runs");
  const json::value* up = database == nullptr ? nullptr : member_of(*database, "up");
  context.out << context.text("infrazend {}: {}, up {}; database {}, schema {}; runs {} of {}",
                              text_of(status, "version"), context.text(text_of(status, "state")),
                              span_of(std::chrono::seconds(number_of(status, "uptime_seconds"))),
                              context.text(up != nullptr && up->is_bool() && up->get_bool() ? "up" : "down"),
                              number_of(database == nullptr ? none : *database, "schema_version"),
                              number_of(runs == nullptr ? none : *runs, "active"),
                              number_of(runs == nullptr ? none : *runs, "limit"))
              << '\n';
  for (const auto& reason : list_of(status, "reasons")) {
    context.out << "  " << json::value_to<std::string>(reason) << '\n';
  }
  const json::value* configuration = member_of(status, "configuration");
  const std::string problem = configuration == nullptr ? "" : text_of(*configuration, "problem");
  if (!problem.empty()) context.out << "  " << context.text("the last reload was refused: {}", problem) << '\n';
  if (const json::value* webhooks = member_of(status, "webhooks")) show_inbox(context, *webhooks);
  for (const auto& connection : list_of(connections, "connections")) show_webhook_problem(context, connection);
  Table table(stream_columns(context));
  for (const auto& connection : list_of(connections, "connections")) add_streams(context, connection, now, table);
  if (table.empty()) {
    context.out << context.text("no connections: describe one in connections.d and reload") << '\n';
  } else {
    context.out << '\n';
    table.write(context.out, TableFormat::table);
  }
}

void show_connections(const Context& context, const json::value& connections) {
  Table table({{"id", context.text("CONNECTION")},
               {"connector", context.text("CONNECTOR")},
               {"tenant", context.text("TENANT")},
               {"state", context.text("STATE")},
               {"streams", context.text("STREAMS"), true, true},
               {"reason", context.text("REMARK")}});
  for (const auto& connection : list_of(connections, "connections")) {
    table.add({text_of(connection, "id"), text_of(connection, "connector"), text_of(connection, "tenant"),
               context.text(text_of(connection, "state")), std::to_string(list_of(connection, "streams").size()),
               text_of(connection, "reason")});
  }
  table.write(context.out, TableFormat::table);
}

void show_connection(const Context& context, const json::value& connection, Instant now) {
  context.out << context.text("{}: connector {}, tenant {}, {}", text_of(connection, "id"),
                              text_of(connection, "connector"), text_of(connection, "tenant"),
                              context.text(text_of(connection, "state")))
              << '\n';
  if (const auto reason = text_of(connection, "reason"); !reason.empty()) context.out << "  " << reason << '\n';
  show_webhook_problem(context, connection);
  Table table(stream_columns(context));
  add_streams(context, connection, now, table);
  context.out << '\n';
  table.write(context.out, TableFormat::table);
}

bool is_healthy(const json::value& status, const json::value& connections) {
  if (text_of(status, "state") != "ready") return false;
  const json::value* webhooks = member_of(status, "webhooks");
  if (webhooks != nullptr && number_of(*webhooks, "events_dead") > 0) return false;
  for (const auto& connection : list_of(connections, "connections")) {
    const std::string state = text_of(connection, "state");
    if (state != "ok" && state != "running" && state != "paused" && state != "disabled") return false;
    if (!webhook_problem_of(connection).empty()) return false;
  }
  return true;
}

}  // namespace iz::cli
