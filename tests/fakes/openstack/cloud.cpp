// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/openstack/cloud.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace iz::test {
namespace {

namespace bj = boost::json;

std::string instant(std::chrono::sys_seconds at, const char* end = "Z") {
  const std::time_t seconds = at.time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char buffer[32];
  const auto length = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S", &parts);
  return std::string(buffer, length) + end;
}

std::string text_of(const bj::object& cells, std::string_view name) {
  const bj::value* value = cells.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// A path of a region: "/RegionOne/compute/v2.1/servers/detail" → "RegionOne", "compute", "/v2.1/servers/detail".
struct Place {
  std::string region, service, rest;
};
Place place_of(const std::string& path) {
  const auto second = path.find('/', 1);
  const auto third = second == std::string::npos ? second : path.find('/', second + 1);
  Place place;
  place.region = path.substr(1, second - 1);
  if (second != std::string::npos) place.service = path.substr(second + 1, third - second - 1);
  if (third != std::string::npos) place.rest = path.substr(third);
  return place;
}

}  // namespace

std::string parameter(const ReceivedRequest& request, std::string_view name) {
  std::string_view query = request.query;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (!pair.starts_with(name) || pair.substr(name.size(), 1) != "=") continue;
    std::string out;
    for (std::size_t i = name.size() + 1; i < pair.size(); ++i) {
      int code = 0;
      if (pair[i] == '%' && i + 2 < pair.size()) {
        std::from_chars(pair.data() + i + 1, pair.data() + i + 3, code, 16);
        out += static_cast<char>(code);
        i += 2;
      } else {
        out += pair[i];
      }
    }
    return out;
  }
  return {};
}

std::string OpenStackCloud::Row::id() const {
  return cells.contains("id") ? text_of(cells, "id") : text_of(cells, "name");
}

OpenStackCloud::OpenStackCloud(Options options) : options_(std::move(options)) {}

Reply OpenStackCloud::json(int status, const bj::value& body) {
  return {.status = status, .body = bj::serialize(body), .headers = {{"Content-Type", "application/json"}}};
}

Reply OpenStackCloud::unauthorized() {
  return json(401, {{"error",
                     {{"code", 401},
                      {"message", "The request you have made requires authentication."},
                      {"title", "Unauthorized"}}}});
}

std::chrono::sys_seconds OpenStackCloud::now() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + ahead_;
}

void OpenStackCloud::add_project(const std::string& id, const std::string& name) {
  const std::lock_guard lock(mutex_);
  projects_.emplace_back(id, name);
}

void OpenStackCloud::remove_project(const std::string& id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(projects_, [&](const auto& project) { return project.first == id; });
}

void OpenStackCloud::add_service(const std::string& type, const std::string& path) {
  const std::lock_guard lock(mutex_);
  services_[type] = path;
}

void OpenStackCloud::put(const std::string& collection, const std::string& region, const std::string& project,
                         std::string_view json) {
  const std::lock_guard lock(mutex_);
  Row row{region, project, bj::parse(json).as_object()};
  if (collection == "servers") {
    if (!row.cells.contains("updated")) row.cells["updated"] = instant(now());
    if (!row.cells.contains("created")) row.cells["created"] = instant(now());
    row.cells["tenant_id"] = project;
  } else if (collection == "volumes" || collection == "snapshots" || collection == "backups") {
    if (!row.cells.contains("updated_at")) row.cells["updated_at"] = instant(now(), ".000000");
  }
  auto& rows = rows_[collection];
  const auto same = std::ranges::find_if(rows, [&](const Row& other) { return other.id() == row.id(); });
  if (same != rows.end()) {
    *same = std::move(row);
  } else {
    rows.push_back(std::move(row));
  }
  std::ranges::sort(rows, {}, [](const Row& one) { return one.id(); });
}

void OpenStackCloud::remove(const std::string& collection, const std::string& id) {
  if (collection == "servers") return change(collection, id, "status", "DELETED");
  const std::lock_guard lock(mutex_);
  std::erase_if(rows_[collection], [&](const Row& row) { return row.id() == id; });
}

void OpenStackCloud::change(const std::string& collection, const std::string& id, std::string_view member,
                            bj::value value) {
  const std::lock_guard lock(mutex_);
  for (Row& row : rows_[collection]) {
    if (row.id() != id) continue;
    row.cells[member] = value;
    if (collection == "servers") row.cells["updated"] = instant(now());
    if (collection == "volumes") row.cells["updated_at"] = instant(now(), ".000000");
  }
}

std::size_t OpenStackCloud::count(const std::string& collection) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(collection);
  if (found == rows_.end()) return 0;
  return static_cast<std::size_t>(
      std::ranges::count_if(found->second, [](const Row& row) { return text_of(row.cells, "status") != "DELETED"; }));
}

void OpenStackCloud::end_tokens() {
  const std::lock_guard lock(mutex_);
  for (auto& [name, token] : tokens_) token.ended = true;
}

void OpenStackCloud::clock_ahead(std::chrono::seconds by) {
  const std::lock_guard lock(mutex_);
  ahead_ = by;
}

void OpenStackCloud::refuse(const std::string& part_of_path, int status) {
  const std::lock_guard lock(mutex_);
  if (status == 0) {
    refused_.erase(part_of_path);
  } else {
    refused_[part_of_path] = status;
  }
}

std::size_t OpenStackCloud::tokens_issued() const {
  const std::lock_guard lock(mutex_);
  return tokens_.size();
}

std::optional<OpenStackCloud::Scope> OpenStackCloud::scope_of(const ReceivedRequest& request) const {
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(request.header("x-auth-token"));
  if (found == tokens_.end() || found->second.ended || found->second.ends < now()) return std::nullopt;
  return found->second.scope;
}

Reply OpenStackCloud::answer(const ReceivedRequest& request) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [part, status] : refused_) {
      if (request.path.find(part) == std::string::npos) continue;
      return json(status, {{"error", {{"code", status}, {"message", "refused by the test"}}}});
    }
  }
  if (request.path == "/identity/v3/auth/tokens") return log_in(request);
  const auto scope = scope_of(request);
  if (!scope) return unauthorized();
  if (request.path == "/identity/v3/auth/projects") return projects();
  const Place place = place_of(request.path);
  if (scope->project.empty()) return json(403, {{"forbidden", {{"code", 403}, {"message", "a project's token"}}}});
  if (place.service == "compute") return nova(request, place.region, place.rest, *scope);
  if (place.service == "volume") return cinder(request, place.region, place.rest, *scope);
  if (place.service == "image") return glance(request, place.region, *scope);
  if (place.service == "store") return swift(request, place.region, *scope);
  if (place.service == "network" && place.rest.starts_with("/v2.0/")) {
    std::string collection = place.rest.substr(6);
    std::ranges::replace(collection, '-', '_');
    return listing(request, collection, place.region, *scope);
  }
  if (place.service == "load-balancer" && place.rest == "/v2.0/lbaas/loadbalancers") {
    return listing(request, "loadbalancers", place.region, *scope);
  }
  if (place.service == "share" && place.rest == "/v2/shares/detail") {
    return listing(request, "shares", place.region, *scope);
  }
  return json(404, {{"error", {{"code", 404}, {"message", "no such resource"}}}});
}

Reply OpenStackCloud::log_in(const ReceivedRequest& request) {
  const std::lock_guard lock(mutex_);
  const bj::value body = bj::parse(request.body);
  const bj::value& auth = body.at("auth");
  const bj::object& user = auth.at("identity").at("password").at("user").as_object();
  const bool good = text_of(user, "name") == options_.user && text_of(user, "password") == options_.password &&
                    text_of(user.at("domain").as_object(), "name") == options_.domain;
  if (!good) return unauthorized();
  Token token{{}, now() + std::chrono::hours(24)};
  bj::object out{{"methods", bj::array{"password"}},
                 {"issued_at", instant(now(), ".000000Z")},
                 {"expires_at", instant(token.ends, ".000000Z")},
                 {"roles", bj::array{bj::object{{"name", "reader"}}}}};
  const bj::value& scope = auth.at("scope");
  if (scope.is_object() && scope.as_object().contains("project")) {
    const bj::object& wanted = scope.at("project").as_object();
    const auto found = std::ranges::find_if(projects_, [&](const auto& project) {
      return project.first == text_of(wanted, "id") || project.second == text_of(wanted, "name");
    });
    // An unknown project is not told from a wrong password.
    if (found == projects_.end()) return unauthorized();
    token.scope.project = found->first;
    out["project"] = {{"id", found->first}, {"name", found->second}};
    out["catalog"] = catalogue(found->first);
  } else if (scope.is_object()) {
    if (text_of(scope.at("domain").as_object(), "name") != options_.domain) return unauthorized();
    token.scope.domain = true;
  }
  const std::string name = "gAAAA-" + std::to_string(tokens_.size() + 1) + "-" + options_.domain;
  tokens_[name] = token;
  Reply reply = json(201, {{"token", out}});
  reply.headers.emplace_back("X-Subject-Token", name);
  return reply;
}

bj::array OpenStackCloud::catalogue(const std::string& project) const {
  std::map<std::string, std::string> paths = {{"compute", "/compute/v2.1"},
                                              {"volumev3", "/volume/v3/" + project},
                                              {"network", "/network"},
                                              {"image", "/image/"},
                                              {"load-balancer", "/load-balancer"},
                                              {"sharev2", "/share/v2"},
                                              {"object-store", "/store/v1/AUTH_" + project}};
  std::erase_if(paths, [&](const auto& one) { return !options_.services.contains(one.first); });
  paths.insert(services_.begin(), services_.end());
  bj::array all;
  for (const auto& [type, path] : paths) {
    bj::array endpoints;
    for (const std::string& region : options_.regions) {
      const std::string url = options_.url + "/" + region + path;
      endpoints.push_back({{"interface", "public"}, {"region_id", region}, {"region", region}, {"url", url}});
      endpoints.push_back({{"interface", "internal"}, {"region_id", region}, {"url", "http://10.0.0.1/" + type}});
    }
    all.push_back({{"type", type}, {"name", type}, {"endpoints", endpoints}});
  }
  return all;
}

Reply OpenStackCloud::projects() const {
  const std::lock_guard lock(mutex_);
  bj::array all;
  for (const auto& [id, name] : projects_) all.push_back({{"id", id}, {"name", name}, {"enabled", true}});
  return json(200, {{"projects", all}, {"links", {{"next", nullptr}}}});
}

}  // namespace iz::test
