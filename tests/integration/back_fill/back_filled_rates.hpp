// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "fakes/cbr/bank.hpp"
#include "fakes/http/server.hpp"
#include "harness/pg_cluster.hpp"
#include "integration/back_fill/gate.hpp"
#include "integration/back_fill/tool.hpp"

namespace iz::test {

// A stream of rates that can be back-filled; the bank holds its answers to that back while the gate is shut.
class BackFilledRates : public ::testing::Test {
 protected:
  BackFilledRates() {
    server_.handle_others([this](const ReceivedRequest& request) {
      if (request.path.ends_with("XML_dynamic.asp")) gate_.pass();
      return bank_.answer(request);
    });
    daemon_.connection("rates", "connector: cbr\nallow_plain_loopback: true\nsettings: {currencies: [USD], since: \"" +
                                    iso(today_ - std::chrono::days(20)) + "\", base_url: \"" +
                                    server_.url("/scripts", "127.0.0.1") + "\"}\nstreams: {rates: {interval: 300d}}\n");
  }
  ~BackFilledRates() override { gate_.open(); }  // the server waits for its threads
  void start() {
    daemon_.start();
    ASSERT_TRUE(daemon_.wait_outcome("rates", "rates", "succeeded")) << daemon_.log();
  }
  [[nodiscard]] std::string scalar(const std::string& sql) const {
    return daemon_.scalar("SET search_path = infrazen; " + sql);
  }
  [[nodiscard]] std::string table() const {
    return scalar(
        "SELECT string_agg(concat_ws(' ', base_currency, quote_currency, day, trim_scale(rate)), E'\\n' ORDER BY "
        "base_currency, day) FROM currency_rates");
  }
  // Lists of the bank from `first` to before `end`.
  [[nodiscard]] std::string stored(CbrBank::Day first, CbrBank::Day end) const {
    return scalar("SELECT count(*) FROM currency_rates WHERE day >= '" + iso(first) + "' AND day < '" + iso(end) + "'");
  }
  // Where the stream stands, and when it runs next.
  [[nodiscard]] std::string place() const {
    return scalar("SELECT concat_ws(' ', convert_from(cursor, 'UTF8'), next_due, last_success, failures) FROM streams");
  }
  ProcessResult ask(std::vector<std::string> more) {
    more.insert(more.begin(), {"connection", "sync", "rates"});
    return tool(daemon_, std::move(more));
  }
  ProcessResult fill(CbrBank::Day since, CbrBank::Day until) {
    return ask({"--stream", "rates", "--since", iso(since), "--until", iso(until), "--wait"});
  }
  // `state` of each that was asked for, oldest first.
  [[nodiscard]] std::string states() const {
    std::string all;
    const HttpAnswer answer = daemon_.get("/v1/back-fills?connection=rates");
    if (answer.status != 200) return "answered " + std::to_string(answer.status);  // no database yet
    const auto listed = boost::json::parse(answer.body);
    for (const auto& one : listed.at("back_fills").as_array())
      all = std::string(std::string_view(one.at("state").as_string())) + (all.empty() ? "" : " ") + all;
    return all;
  }

  const CbrBank::Day today_ = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  CbrBank bank_{today_ - std::chrono::days(400), today_};
  Gate gate_;  // outlives the server's threads
  HttpServer server_;
  Infrazend daemon_{shared_cluster(), {"cbr"}};
};

}  // namespace iz::test
