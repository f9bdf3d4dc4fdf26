// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Calls its provider `calls` times, `at_once` at a time, marks after each such portion, and goes on from there in the
// next run: GET <url>/<stream>/<number>. Its check tries the permission things.list and says nothing of things.read.
#include <algorithm>
#include <charconv>
#include <string>

#include <infrazen/connector.hpp>
#include <infrazen/failures.hpp>

namespace {

class Calls : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override {
    const auto config = sync.config();
    const std::string url(config.text("url"));
    const std::string base = url + '/' + std::string(sync.stream()) + '/';
    const auto calls = config.integer("calls");
    const auto at_once = config.integer("at_once");
    std::int64_t next = 0;
    const std::string_view cursor = sync.cursor();
    std::from_chars(cursor.data(), cursor.data() + cursor.size(), next);
    if (next >= calls) next = 0;
    while (next < calls) {
      const auto end = std::min(calls, next + at_once);
      infrazen::Failures failures("calls");
      infrazen::Fanout requests(sync.http());
      for (auto i = next; i < end; ++i) requests.start({.url = base + std::to_string(i)}, static_cast<std::size_t>(i));
      while (auto answer = requests.next()) {
        if (answer->error()) failures.add("call " + std::to_string(answer->tag()), *answer->error());
      }
      failures.raise(static_cast<std::size_t>(end - next));
      next = end;
      sync.mark(std::to_string(next));
    }
  }

  void check(infrazen::Check& check) override {
    const std::string url(check.config().text("url"));
    const auto answer = check.http().try_send({.url = url + "/list"});
    if (answer.ok()) {
      check.passed("things.list");
    } else {
      check.failed("things.list", answer.error()->what());
    }
  }
};

}  // namespace

INFRAZEN_MODULE(Calls, "calls", "1.0.0",
                R"json({"manifest":1,"id":"calls","version":"1.0.0","title":"Calls",
"settings":{"url":{"type":"string","required":true},"calls":{"type":"integer","default":50},
"at_once":{"type":"integer","default":1000000}},
"secrets":{"token":{"required":false}},"hosts":["localhost","127.0.0.1","nowhere.invalid"],
"permissions":[{"name":"things.list","why":"to list things"},{"name":"things.read","why":"to read one"}],
"streams":{"balance":{"interval":"1h","kinds":["balance"]},"documents":{"interval":"1h","kinds":["balance"]}}})json")
