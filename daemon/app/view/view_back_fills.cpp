// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "app/run/run_report.hpp"
#include "app/view/view.hpp"
#include "schedule/back_fill_window.hpp"
#include "store/back_fills/back_fills.hpp"

namespace iz::app {
namespace {

serve::BackFillRow row_of(const store::BackFillRow& back_fill) {
  serve::BackFillRow row;
  row.id = static_cast<std::uint64_t>(back_fill.id);
  row.connection = back_fill.connection;
  row.stream = back_fill.stream;
  row.window = {store::to_text(back_fill.window.since), store::to_text(back_fill.window.until)};
  row.state = back_fill.state;
  row.actor = back_fill.actor;
  row.asked = back_fill.asked;
  row.attempts = static_cast<std::uint32_t>(back_fill.attempts);
  row.next_try = back_fill.next_try;
  row.settled = back_fill.settled;
  if (back_fill.run_id) row.run_id = std::to_string(*back_fill.run_id);
  if (back_fill.error_class != 0) row.error_class = error_class_name(back_fill.error_class);
  row.error = back_fill.error;
  row.repeated = back_fill.repeated;
  return row;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

}  // namespace

void View::back_fill(const serve::BackFillRequest& request, const std::string& actor,
                     serve::Done<serve::BackFillAnswer> done) {
  when_in_force(std::move(done), [this, request, actor](auto then) { back_fill_now(request, actor, std::move(then)); });
}

void View::back_fill_now(const serve::BackFillRequest& request, const std::string& actor,
                         serve::Done<serve::BackFillAnswer> done) {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const auto window = schedule::back_fill_window(request.since, request.until, today);
  if (const auto* wrong = std::get_if<std::string>(&window)) return done(serve::Refusal{400, *wrong});

  using Answer = schedule::Planner::RequestAnswer;
  std::vector<std::string> can, cannot;
  bool known = false;
  for (const schedule::StreamKey& key : parts_.dispatcher.streams_of(request.connection)) {
    const bool named = request.stream.empty() || key.stream == request.stream;
    known = known || named;
    switch (parts_.dispatcher.may_back_fill(key)) {
      case Answer::cannot: cannot.push_back(key.stream); break;
      case Answer::paused:
        return done(
            serve::Refusal{409, request.connection + " is paused; infrazen connection resume " + request.connection});
      case Answer::quarantined:
        return done(serve::Refusal{409, request.connection + " is quarantined (" +
                                            parts_.dispatcher.status(key).reason + "); infrazen connection resume " +
                                            request.connection});
      default: can.push_back(key.stream); break;
    }
  }
  if (!known) {
    return done(serve::Refusal{404, "no stream " + (request.stream.empty() ? "" : request.stream + " ") +
                                        "of connection " + request.connection +
                                        " is configured; see infrazen connection list"});
  }
  std::vector<std::string> asked = can;
  if (!request.stream.empty()) asked.assign(std::ranges::count(can, request.stream) != 0 ? 1 : 0, request.stream);
  if (asked.empty()) {
    const std::string which = request.stream.empty() ? joined(cannot) : request.stream;
    return done(serve::Refusal{
        422, "stream " + which + " of connection " + request.connection +
                 " has no back-fill: its connector does not say \"back_fill\" of it; " +
                 (can.empty() ? "no stream of this connection has one" : "ask for another (" + joined(can) + " can)") +
                 ", or have everything fetched again with infrazen connection sync " + request.connection + " --full"});
  }
  if (!request.stream.empty()) cannot.clear();
  from_database(std::move(done),
                [this, connection = request.connection, asked = std::move(asked), cannot = std::move(cannot),
                 window = std::get<store::DayWindow>(window), actor]() -> serve::Outcome<serve::BackFillAnswer> {
                  serve::BackFillAnswer answer;
                  answer.left_out = cannot;
                  for (const std::string& stream : asked) {
                    try {
                      const auto& row = answer.asked.emplace_back(
                          row_of(store::ask_back_fill(parts_.database, connection, stream, window, actor)));
                      boost::asio::post(parts_.io,
                                        [this, key = schedule::StreamKey{connection, stream}, repeated = row.repeated] {
                                          parts_.dispatcher.back_fill_came(key, repeated);
                                        });
                    } catch (const records::RunError& error) {
                      if (error.error_class() != IZ_ERR_PERMANENT) throw;
                      return serve::Refusal{409, error.what()};
                    }
                  }
                  return answer;
                });
}

void View::withdraw_back_fill(std::uint64_t id, const std::string& actor, serve::Done<serve::BackFillRow> done) {
  from_database(std::move(done), [this, id, actor]() -> serve::Outcome<serve::BackFillRow> {
    const auto row = store::withdraw_back_fill(parts_.database, static_cast<std::int64_t>(id), actor);
    if (!row) {
      return serve::Refusal{
          404, "there is no back-fill " + std::to_string(id) + "; infrazen connection back-fills shows them"};
    }
    if (row->state != "withdrawn") {
      return serve::Refusal{
          409, "back-fill " + std::to_string(id) + " is " + row->state + " already: nothing of it is left to withdraw"};
    }
    boost::asio::post(parts_.io, [this, key = schedule::StreamKey{row->connection, row->stream},
                                  run_id = row->run_under_way ? std::to_string(*row->run_id) : std::string()] {
      parts_.dispatcher.back_fill_withdrawn(key, run_id);
    });
    return row_of(*row);
  });
}

void View::back_fills(const serve::HistoryQuery& query, serve::Done<std::vector<serve::BackFillRow>> done) {
  from_database(
      std::move(done), [&database = parts_.database, query]() -> serve::Outcome<std::vector<serve::BackFillRow>> {
        std::vector<serve::BackFillRow> rows;
        for (const auto& back_fill : store::list_back_fills(database, query.connection, query.stream, query.limit)) {
          rows.push_back(row_of(back_fill));
        }
        return rows;
      });
}

}  // namespace iz::app
