// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/commands/back_fill.hpp"

#include <chrono>
#include <cstdint>
#include <ostream>
#include <set>
#include <sysexits.h>
#include <thread>

#include <boost/json/value_to.hpp>

#include "cli/daemon_client.hpp"
#include "cli/output/status_view.hpp"
#include "cli/output/table.hpp"

namespace iz::cli {
namespace {

std::string error_of(const boost::json::value& back_fill) {
  const std::string error_class = text_of(back_fill, "error_class");
  return (error_class.empty() ? "" : error_class + ": ") + text_of(back_fill, "error");
}

int wait_for(const Context& context, const DaemonClient& client, const BackFillOptions& options,
             std::set<std::uint64_t> open) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(options.timeout);
  bool failed = false;
  for (;;) {
    const auto answer =
        parse_body(client.get_body("/v1/back-fills?limit=1000&connection=" + percent_encoded(options.connection)));
    for (const auto& back_fill : answer.at("back_fills").as_array()) {
      const std::string state = text_of(back_fill, "state");
      if (state == "waiting" || state == "running" || open.erase(number_of(back_fill, "id")) == 0) continue;
      if (state == "done") continue;
      failed = true;
      context.err << text_of(back_fill, "stream") << ": " << error_of(back_fill) << '\n';
    }
    if (open.empty()) return failed ? 1 : EX_OK;
    if (std::chrono::steady_clock::now() > deadline) {
      throw Failure(EX_TEMPFAIL, context.text("not done after {} seconds; it goes on in the daemon", options.timeout));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

}  // namespace

int ask_back_fill(const Context& context, const BackFillOptions& options) {
  const DaemonClient client(context);
  std::string where =
      "/v1/connections/" + percent_encoded(options.connection) + "/back-fill?since=" + percent_encoded(options.since);
  if (!options.until.empty()) where += "&until=" + percent_encoded(options.until);
  if (!options.stream.empty()) where += "&stream=" + percent_encoded(options.stream);
  const auto answer = parse_body(client.post_body(where));
  std::set<std::uint64_t> asked;
  for (const auto& back_fill : answer.at("back_fills").as_array()) {
    const std::uint64_t id = number_of(back_fill, "id");
    const bool repeated = back_fill.at("repeated").as_bool();
    asked.insert(id);
    context.out << text_of(back_fill, "stream") << '\n';
    context.err << context.text(repeated ? "{}: back-fill {} from {} up to, not including, {} waits already"
                                         : "{}: back-fill {} from {} up to, not including, {} is asked for",
                                text_of(back_fill, "stream"), id, text_of(back_fill, "since"),
                                text_of(back_fill, "until"))
                << '\n';
  }
  for (const auto& stream : answer.at("left_out").as_array()) {
    context.err << context.text("{}: has no back-fill, left out", boost::json::value_to<std::string>(stream)) << '\n';
  }
  context.out.flush();
  return options.wait ? wait_for(context, client, options, std::move(asked)) : EX_OK;
}

int list_back_fills(const Context& context, const std::string& connection, bool json) {
  std::string where = "/v1/back-fills?limit=1000";
  if (!connection.empty()) where += "&connection=" + percent_encoded(connection);
  const std::string body = DaemonClient(context).get_body(where);
  if (json) {
    context.out << body;
    return EX_OK;
  }
  Table table({{"id", context.text("NUMBER"), true, true},
               {"connection", context.text("CONNECTION")},
               {"stream", context.text("STREAM")},
               {"since", context.text("SINCE")},
               {"until", context.text("UNTIL")},
               {"state", context.text("STATE")},
               {"run", context.text("RUN"), true, true},
               {"actor", context.text("ASKED BY")},
               {"error", context.text("ERROR")}});
  const auto answer = parse_body(body);
  for (const auto& back_fill : answer.at("back_fills").as_array()) {
    table.add({std::to_string(number_of(back_fill, "id")), text_of(back_fill, "connection"),
               text_of(back_fill, "stream"), text_of(back_fill, "since"), text_of(back_fill, "until"),
               context.text(text_of(back_fill, "state")), text_of(back_fill, "run_id"), text_of(back_fill, "actor"),
               error_of(back_fill)});
  }
  if (table.empty()) {
    context.err << context.text("nobody has asked for a back-fill") << '\n';
  } else {
    table.write(context.out, TableFormat::table);
  }
  return EX_OK;
}

int withdraw_back_fills(const Context& context, const std::vector<std::uint64_t>& numbers) {
  return post_each(context, numbers, "/v1/back-fills/", "/withdraw", "back-fill {} of {} is withdrawn");
}

}  // namespace iz::cli
