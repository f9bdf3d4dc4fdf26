// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>

#include "cbr/lists.hpp"
#include "cbr/settings.hpp"
#include <infrazen/http.hpp>

namespace iz::cbr {

// Requests to the bank, and what their answers mean. It has no key: who is refused (403) is so for the address it comes
// from, which the error says beside what the host does.
class Bank {
 public:
  Bank(infrazen::Http& http, const Settings& settings) : http_(http), settings_(settings) {}

  // The list that was published last, which may be for tomorrow; with a day the list that holds on it.
  [[nodiscard]] DailyList list(std::optional<Day> day = std::nullopt);

  [[nodiscard]] infrazen::Request history_request(const std::string& id, Day from, Day through) const;
  // Of an answer to that request.
  [[nodiscard]] static History history(const infrazen::Response& answer, const infrazen::Request& asked,
                                       const std::string& id, Day from, Day through);

 private:
  [[nodiscard]] infrazen::Request request(const std::string& path) const;

  infrazen::Http& http_;
  const Settings& settings_;
};

}  // namespace iz::cbr
