// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr/bank.hpp"

namespace iz::cbr {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;

constexpr std::chrono::seconds kDeadline{40};  // of all tries

const infrazen::Response& accepted(const infrazen::Response& answer) {
  if (answer.ok()) return answer;
  const Error& error = *answer.error();
  if (error.http_status() != 401 && error.http_status() != 403) throw error;
  throw Error(error.error_class(),
              std::string(error.what()) +
                  ": nobody signs in here, so the bank does not answer this machine's address (foreign and data-centre "
                  "addresses are known to be refused); what was fetched stays. Set 'base_url' to a relay of your own",
              error.retry_after(), error.http_status());
}

}  // namespace

infrazen::Request Bank::request(const std::string& path) const {
  return {.url = settings_.base_url + path, .headers = {{"User-Agent", settings_.user_agent}}, .deadline = kDeadline};
}

DailyList Bank::list(std::optional<Day> day) {
  const auto asked = request("/XML_daily.asp" + (day ? "?date_req=" + query_day(*day) : std::string()));
  const infrazen::Response answer = http_.try_send(asked);
  DailyList list = parse_daily(accepted(answer).body(), asked.url);
  if (day && list.day > *day) {
    throw Error(ErrorClass::transient, asked.url + ": answered with the list of " + list_day(list.day) +
                                           ", which is later than what was asked for");
  }
  return list;
}

infrazen::Request Bank::history_request(const std::string& id, Day from, Day through) const {
  return request("/XML_dynamic.asp?date_req1=" + query_day(from) + "&date_req2=" + query_day(through) +
                 "&VAL_NM_RQ=" + id);
}

History Bank::history(const infrazen::Response& answer, const infrazen::Request& asked, const std::string& id, Day from,
                      Day through) {
  History history = parse_history(accepted(answer).body(), asked.url);
  if (history.id != id || history.from != from || history.through != through) {
    throw Error(ErrorClass::transient, asked.url + ": answered for " + history.id + " from " + list_day(history.from) +
                                           " to " + list_day(history.through) + ", which is not what was asked for");
  }
  return history;
}

}  // namespace iz::cbr
