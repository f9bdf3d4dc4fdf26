// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "lambda.hpp"

#include <utility>

namespace {

std::function<void(infrazen::Sync&)> body;

class Lambda : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override { body(sync); }
};

}  // namespace

INFRAZEN_MODULE(Lambda, "lambda", "1.2.3", R"json({"manifest":1})json")

namespace iz::test {

using infrazen::testkit::Ask;
using infrazen::testkit::Host;
using infrazen::testkit::Recording;

Recording run(Host& host, std::function<void(infrazen::Sync&)> code, Ask ask) {
  body = std::move(code);
  return host.sync(infrazen_module_v1, ask);
}

Recording run(std::function<void(infrazen::Sync&)> code, Ask ask) {
  Host host;
  return run(host, std::move(code), std::move(ask));
}

infrazen::Resource server(std::string_view id) {
  return {.type = "server", .external_id = id, .account_id = "a"};
}

}  // namespace iz::test
