// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// A small cloud's connector on plugins/support: two folders with disks (by page token) and hosts (by offset), a
// balance, a token that is logged in for.
#include <string>

#include "support/pages.hpp"
#include "support/session.hpp"
#include <infrazen/connector.hpp>
#include <infrazen/failures.hpp>

namespace {

using iz::support::JsonDocument;
using iz::support::JsonValue;
using iz::support::Listing;
using iz::support::PagedListings;
using iz::support::Paging;
using iz::support::Session;

class ListingConnector : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override {
    const std::string url(sync.config().text("url"));
    Session session(sync.clock(), infrazen::Auth::token("session"), [&] { return log_in(sync, url); });
    if (sync.stream() == "balance") return balance(sync, session, url);
    inventory(sync, session, url);
  }

 private:
  static infrazen::Micros log_in(infrazen::Sync& sync, const std::string& url) {
    const auto answer = sync.http().send({.url = url + "/login",
                                          .method = "POST",
                                          .body = R"({"password":"${secret:password}"})",
                                          .auth = infrazen::Auth::json(),
                                          .keep_token = "/token",
                                          .keep_token_as = "session"});
    const JsonDocument document(answer.body(), "the login");
    const auto ends = infrazen::parse_instant(document.root()["ends"].text());
    const infrazen::Micros now = sync.clock().now();
    return ends ? std::max(*ends, now + std::chrono::minutes(1)) : now + std::chrono::hours(1);
  }

  static void balance(infrazen::Sync& sync, Session& session, const std::string& url) {
    const auto answer = session.send(sync.http(), {.url = url + "/balance"});
    const JsonDocument document(answer.body(), url + "/balance");
    sync.push(infrazen::Balance{.account_id = "acme",
                                .amount = document.root()["amount"].text(),
                                .currency = "RUB",
                                .as_of = "2026-01-01T00:00:00Z"});
    sync.mark({});
  }

  static void inventory(infrazen::Sync& sync, Session& session, const std::string& url) {
    PagedListings listings(sync.http());
    std::vector<infrazen::Scope> scopes;
    std::vector<std::string> names;
    for (const std::string folder : {"north", "south"}) {
      for (const std::string what : {"disks", "hosts"}) {
        scopes.push_back(sync.scope(infrazen::Kind::resource, folder + "/" + what));
        names.push_back(what + " of folder " + folder);
        listings.add({.name = names.back(),
                      .request = {.url = url + "/folders/" + folder + "/" + what},
                      .rows = what,
                      .paging = what == "disks" ? Paging::token() : Paging::offset(3),
                      .session = &session,
                      .tag = names.size() - 1});
      }
    }
    infrazen::Failures failures("listings");
    while (const auto page = listings.next()) {
      auto& scope = scopes[page->tag()];
      for (const JsonValue row : page->rows()) {
        scope.push(infrazen::Resource{.type = "acme.thing",
                                      .external_id = row["id"].text(),
                                      .name = row["name"].text(),
                                      .account_id = "acme",
                                      .storage_bytes = row["size"].text()});
      }
      if (page->whole()) scope.complete();
      // A service that a folder does not have is no failure, and no reason to retire what it had.
      if (page->error() && page->error()->http_status() != 404) failures.add(names[page->tag()], *page->error());
    }
    sync.mark({});
    failures.raise(names.size());
  }
};

}  // namespace

INFRAZEN_MODULE(ListingConnector, "listing", "1.0.0",
                R"json({"manifest":1,"id":"listing","version":"1.0.0","title":"Listing",
"settings":{"url":{"type":"string","required":true}},"secrets":{"password":{"required":true}},"hosts":["localhost"],
"streams":{"inventory":{"interval":"1h","kinds":["resource"]},"balance":{"interval":"1h","kinds":["balance"]}}})json")
