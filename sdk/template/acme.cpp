// Connector for Acme Cloud: lists servers and their disks. Start here: replace the address, the fields and the
// manifest.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include <infrazen/connector.hpp>
#include <infrazen/failures.hpp>

namespace {

using infrazen::Kind;

struct Server {
  std::string_view id, name, region, status, price;
};

// "17;web-1;eu-1;RUNNING;12.50", a line each. All of an answer before any of it is believed: half a list, or a proxy's
// page, must not pass for one. A real provider sends JSON: bring the library you like, and read money as text.
std::vector<Server> servers_of(std::string_view body) {
  std::vector<Server> servers;
  for (std::size_t line = 1; !body.empty(); ++line) {
    std::string_view rest = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(rest.size() + 1, body.size()));
    std::array<std::string_view, 5> fields;
    for (auto& field : fields) {
      field = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(field.size() + 1, rest.size()));
    }
    const auto& [id, name, region, status, price] = fields;
    if (id.empty() || !rest.empty() || !infrazen::Decimal::parse(price)) {
      throw infrazen::Error(infrazen::ErrorClass::transient, "line " + std::to_string(line) + " is no server");
    }
    servers.push_back({id, name, region, status, price});
  }
  return servers;
}

infrazen::Resource resource_of(const Server& server, const std::string& project) {
  return {.type = "acme.server",
          .external_id = server.id,
          .name = server.name,
          .account_id = project,
          .region = server.region,
          .service_name = "Acme Servers",
          .service_category = "Compute",
          .status = server.status,
          .list_price = server.price,
          .currency = "EUR",
          .billing_period = "month",
          .project_id = project};
}

class Acme : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override {
    const std::string base(sync.config().text("base_url"));
    const auto projects = sync.config().list("projects");

    // All projects at once. The host adds the token, retries, and keeps to the rate limit.
    infrazen::Fanout requests(sync.http());
    for (std::size_t i = 0; i < projects.size(); ++i) requests.start(list_servers(base, projects[i]), i);

    infrazen::Failures failures("projects");
    std::set<std::string, std::less<>> found;
    while (auto answer = requests.next()) {
      const std::string& project = projects[answer->tag()];
      try {
        const auto servers = servers_of(answer->require().body());
        for (const auto& server : servers) found.emplace(server.id);
        sync.targeted() ? push_targets(sync, servers, project) : push_all(sync, servers, project);
      } catch (const infrazen::Error& error) {
        // No scope was completed: nothing of this project is retired, the others go on.
        sync.log().warning("project " + project + ": " + error.what());
        failures.add(project, error);
      }
    }
    if (sync.targeted() && failures.count() == 0) {
      for (const auto& target : sync.targets()) {
        if (!found.contains(target.external_id))
          sync.push(infrazen::Retirement{.type = "acme.server", .external_id = target.external_id});
      }
    }
    sync.mark({});  // durable from here on; an inventory that is listed whole needs no cursor
    // What came is in, but a run that lacks a project is no success.
    failures.raise(projects.size());
  }

  // `infrazen connection test`: says what does not work before a schedule does.
  void check(infrazen::Check& check) override {
    for (const auto& project : check.config().list("projects")) {
      check.attempt("servers of project " + project,
                    [&] { check.http().send(list_servers(std::string(check.config().text("base_url")), project)); });
    }
  }

 private:
  static void push_all(infrazen::Sync& sync, const std::vector<Server>& servers, const std::string& project) {
    auto scope = sync.scope(Kind::resource, project);
    scope.origin("project " + project);
    std::uint64_t line = 0;
    for (const auto& server : servers) scope.push(resource_of(server, project), ++line);
    scope.complete();  // all of it was read: servers that are not in it no longer exist
  }
  // Only what was asked for, and without a scope: it says nothing of the others.
  static void push_targets(infrazen::Sync& sync, const std::vector<Server>& servers, const std::string& project) {
    for (const auto& server : servers) {
      const auto wanted = [&](const auto& target) { return target.external_id == server.id; };
      if (std::ranges::any_of(sync.targets(), wanted)) sync.push(resource_of(server, project));
    }
  }
  static infrazen::Request list_servers(const std::string& base, const std::string& project) {
    return {.url = base + "/v1/projects/" + project + "/servers.csv", .auth = infrazen::Auth::bearer("token")};
  }
};

}  // namespace

INFRAZEN_MODULE(Acme, "acme", "0.1.0", R"json({
  "manifest": 1,
  "id": "acme",
  "version": "0.1.0",
  "title": "Acme Cloud",
  "provider": "acme",
  "settings": {
    "base_url": {"type": "string", "default": "https://api.acme.example", "description": "Address of the API"},
    "projects": {"type": "list", "required": true, "description": "Ids of the projects to list"}
  },
  "secrets": {"token": {"required": true, "description": "API token with the role 'reader'"}},
  "streams": {"inventory": {"interval": "15m", "kinds": ["resource", "retirement"], "incremental": "lists everything"}},
  "hosts": ["api.acme.example", "localhost"],
  "permissions": [{"name": "servers.list", "why": "to list the servers of a project"}],
  "sensitive_fields": [],
  "extension_columns": []
})json")
