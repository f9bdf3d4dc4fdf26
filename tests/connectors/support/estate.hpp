// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/connector.hpp>
#include <infrazen/failures.hpp>

// A connector that keeps every rule: two projects of a made-up provider, listed in pages, a mark behind each. The
// faulty connectors derive from it and do one step badly. Its provider's answers are in estate/*.http:
//
//   server 17 12.50
//   next 2            or "end": the last line, without which an answer was cut
namespace iz::test {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Kind;

struct EstateServer {
  std::string id;
  std::string price;
};

struct EstatePage {
  std::vector<EstateServer> servers;
  std::string next;  // "" = the last
};

class Estate : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override {
    infrazen::Failures failures("projects");
    const auto projects = projects_of(sync);
    for (std::size_t i = 0; i < projects.size(); ++i) {
      try {
        list(sync, projects[i]);
        sync.mark(i + 1 < projects.size() ? projects[i + 1] : last_cursor());
      } catch (const Error& error) {
        failures.add(projects[i], error);
      }
    }
    failures.raise(projects.size());
  }

  void check(infrazen::Check& check) override {
    check.attempt("servers of p-1", [&] { check.http().send(request_of("p-1", "1")); });
  }

 protected:
  // From the cursor, the project that comes next, unless everything is asked for.
  virtual std::vector<std::string> projects_of(const infrazen::Sync& sync) {
    if (!sync.full() && !sync.targeted() && sync.cursor() == "p-2") return {"p-2"};
    return {"p-1", "p-2"};
  }
  virtual std::string last_cursor() { return ""; }

  virtual void list(infrazen::Sync& sync, const std::string& project) {
    const auto servers = read_all(sync, project);
    if (sync.targeted()) {
      for (const auto& server : servers) {
        for (const auto& target : sync.targets()) {
          if (target.external_id == server.id) sync.push(resource_of(sync, server, project));
        }
      }
      return;
    }
    auto scope = sync.scope(Kind::resource, project);
    for (const auto& server : servers) scope.push(resource_of(sync, server, project));
    scope.complete();
  }

  virtual std::vector<EstateServer> read_all(infrazen::Sync& sync, const std::string& project) {
    std::vector<EstateServer> servers;
    std::set<std::string> seen;
    for (std::string page = "1"; !page.empty();) {
      if (!seen.insert(page).second) throw Error(ErrorClass::transient, project + ": page " + page + " came twice");
      const EstatePage got = read_page(sync, project, page);
      servers.insert(servers.end(), got.servers.begin(), got.servers.end());
      page = got.next;
    }
    return servers;
  }

  virtual EstatePage read_page(infrazen::Sync& sync, const std::string& project, const std::string& page) {
    const auto answer = sync.http().send(request_of(project, page));
    return parse(answer.body());
  }

  virtual infrazen::Resource resource_of(infrazen::Sync& /*sync*/, const EstateServer& server,
                                         const std::string& project) {
    return {.type = "server",
            .external_id = server.id,
            .account_id = project,
            .list_price = server.price,
            .currency = "EUR",
            .billing_period = "month"};
  }

  static infrazen::Request request_of(const std::string& project, const std::string& page) {
    return {.url = "https://api.estate.example/" + project + "?page=" + page, .auth = infrazen::Auth::bearer("token")};
  }

  static EstatePage parse(std::string_view body) {
    EstatePage page;
    while (!body.empty()) {
      const std::string_view line = body.substr(0, body.find('\n'));
      body.remove_prefix(std::min(line.size() + 1, body.size()));
      const auto first = line.find(' ');
      const auto second = line.find(' ', first + 1);
      if (line == "end") return page;
      if (line.starts_with("next ")) {
        page.next = line.substr(5);
        return page;
      }
      if (!line.starts_with("server ") || second == std::string_view::npos) break;
      page.servers.push_back(
          {std::string(line.substr(first + 1, second - first - 1)), std::string(line.substr(second + 1))});
    }
    throw Error(ErrorClass::transient, "an answer is not whole");
  }
};

}  // namespace iz::test

#define IZ_ESTATE_MANIFEST_WITH(id_, secret_, more_)                                                 \
  R"({"manifest":1,"id":")" id_ R"(","version":"1.0.0","title":"An estate",)"                        \
  R"("secrets":{"token":{"description":"API token")" secret_ R"(}},"hosts":["api.estate.example"],)" \
  R"("extension_columns":[{"name":"flavor","type":"text"}],)" more_                                  \
  R"("streams":{"inventory":{"interval":"1h","kinds":["resource"],"incremental":"the project that is next"}}})"

#define IZ_ESTATE_MANIFEST(id_) IZ_ESTATE_MANIFEST_WITH(id_, "", "")
// Asks to see the token.
#define IZ_ESTATE_MANIFEST_REVEAL(id_) IZ_ESTATE_MANIFEST_WITH(id_, R"(,"reveal":true)", "")

#define IZ_ESTATE(class_, id_) INFRAZEN_MODULE(class_, id_, "1.0.0", IZ_ESTATE_MANIFEST(id_))
#define IZ_ESTATE_REVEAL(class_, id_) INFRAZEN_MODULE(class_, id_, "1.0.0", IZ_ESTATE_MANIFEST_REVEAL(id_))
