// Connector for Acme Cloud: lists servers and their disks. Start here: replace the address, the fields and the
// manifest.
#include <array>

#include <infrazen/connector.hpp>
#include <infrazen/failures.hpp>

namespace {

using infrazen::Kind;

// "17;web-1;eu-1;RUNNING;12.50" → its fields. A real provider sends JSON: bring the library you like, and read money as
// text.
std::array<std::string_view, 5> split(std::string_view line) {
  std::array<std::string_view, 5> fields;
  for (auto& field : fields) {
    const std::size_t end = std::min(line.find(';'), line.size());
    field = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return fields;
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
    while (auto answer = requests.next()) {
      const std::string& project = projects[answer->tag()];
      if (!answer->ok()) {
        // The scope stays open: nothing of this project is retired, the others go on.
        sync.log().warning("project " + project + ": " + answer->error()->what());
        failures.add(project, *answer->error());
        continue;
      }
      auto scope = sync.scope(Kind::resource, project);
      scope.origin(base + "/" + project);
      std::string_view body = answer->body();
      for (std::uint64_t line = 1; !body.empty(); ++line) {
        const std::size_t end = std::min(body.find('\n'), body.size());
        const auto [id, name, region, status, price] = split(body.substr(0, end));
        scope.push(infrazen::Resource{.type = "acme.server",
                                      .external_id = id,
                                      .name = name,
                                      .account_id = project,
                                      .region = region,
                                      .service_name = "Acme Servers",
                                      .service_category = "Compute",
                                      .status = status,
                                      .list_price = price,
                                      .currency = "EUR",
                                      .billing_period = "month",
                                      .project_id = project},
                   line);
        body.remove_prefix(std::min(end + 1, body.size()));
      }
      scope.complete();  // all of it was read: servers that are not in it no longer exist
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
  "streams": {"inventory": {"interval": "15m", "kinds": ["resource"], "incremental": "lists everything"}},
  "hosts": ["api.acme.example", "localhost"],
  "permissions": [{"name": "servers.list", "why": "to list the servers of a project"}],
  "sensitive_fields": [],
  "extension_columns": []
})json")
