// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// A connector on the C++ layer that fetches what its settings name and logs what came back.
#include <string>

#include <infrazen/connector.hpp>
#include <infrazen/http_body.hpp>

namespace {

class Fetch : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override {
    const auto config = sync.config();
    const std::string url(config.text("url"));
    const std::string variant(config.has("variant") ? config.text("variant") : "");
    if (variant == "login") log_in(sync, url);
    if (variant == "fanout") return fan_out(sync, url);
    if (variant == "stream") return stream(sync, url);
    infrazen::Request request{.url = url};
    if (variant == "login") request.auth = infrazen::Auth::token("session");
    if (variant == "bearer") request.auth = infrazen::Auth::bearer("token");
    const auto answer = sync.http().send(request);
    sync.log().info("status: " + std::to_string(answer.status()));
    sync.log().info("body: " + std::string(answer.body().substr(0, 200)));
    sync.mark("done");
  }

 private:
  static void log_in(infrazen::Sync& sync, const std::string& url) {
    const auto answer = sync.http().send({.url = url + "/login",
                                          .method = "POST",
                                          .body = R"({"password":"${secret:token}"})",
                                          .auth = infrazen::Auth::json(),
                                          .keep_token = "/token",
                                          .keep_token_as = "session"});
    sync.log().info("login: " + std::string(answer.body()));
  }

  static void fan_out(infrazen::Sync& sync, const std::string& url) {
    infrazen::Fanout requests(sync.http());
    for (std::size_t i = 0; i < 50; ++i) requests.start({.url = url + "/" + std::to_string(i)}, i);
    std::size_t right = 0;
    while (auto answer = requests.next())
      right += answer->require().body() == "/" + std::to_string(answer->tag()) ? 1 : 0;
    sync.log().info("right: " + std::to_string(right));
    sync.mark("done");
  }

  static void stream(infrazen::Sync& sync, const std::string& url) {
    infrazen::BodyReader body(sync.http(), {.url = url});
    std::uint64_t bytes = 0;
    while (const auto piece = body.next()) bytes += piece->size();
    sync.log().info("bytes: " + std::to_string(bytes));
    sync.mark("done");
  }
};

}  // namespace

INFRAZEN_MODULE(Fetch, "fetch", "1.0.0",
                R"json({"manifest":1,"id":"fetch","version":"1.0.0","title":"Fetch",
"settings":{"url":{"type":"string","required":true},"variant":{"type":"string"},"rows":{"type":"integer","default":3}},
"secrets":{"token":{"required":false}},"hosts":["localhost"],
"streams":{"balance":{"interval":"1h","kinds":["balance"]}}})json")
