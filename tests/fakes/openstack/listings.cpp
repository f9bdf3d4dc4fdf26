// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <charconv>

#include "fakes/openstack/cloud.hpp"

// What the fake's services list, page by page.
namespace iz::test {
namespace {

namespace bj = boost::json;

std::string text_of(const bj::object& cells, std::string_view name) {
  const bj::value* value = cells.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Reply bad_request(const std::string& message) {
  return OpenStackCloud::json(400, {{"badRequest", {{"code", 400}, {"message", message}}}});
}

// "compute 2.79" → 79; 1 when nothing is asked for.
int minor_of(const std::string& header) {
  int minor = 1;
  if (const auto dot = header.rfind('.'); dot != std::string::npos) {
    std::from_chars(header.data() + dot + 1, header.data() + header.size(), minor);
  }
  return minor;
}

// What was asked for, after another row.
std::string next_query(const ReceivedRequest& request, const std::string& marker) {
  std::string query;
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (!pair.starts_with("marker=")) query.append(query.empty() ? "?" : "&").append(pair);
  }
  return query + (query.empty() ? "?" : "&") + "marker=" + marker;
}

// The shape before 2.47: the flavor is an id, and there are no tags before 2.26.
void make_old(bj::object& server, int minor) {
  if (minor < 47) {
    const bj::value* flavor = server.if_contains("flavor");
    const std::string name = flavor == nullptr ? "" : text_of(flavor->as_object(), "original_name");
    server["flavor"] = {{"id", "id-of-" + name}, {"links", bj::array{}}};
  }
  if (minor < 26) server.erase("tags");
}

}  // namespace

std::optional<OpenStackCloud::Page> OpenStackCloud::page(const ReceivedRequest& request, const std::string& collection,
                                                         const std::string& region, const Scope& scope,
                                                         bool changes) const {
  std::vector<const Row*> all;
  const auto rows = rows_.find(collection);
  if (rows != rows_.end()) {
    for (const Row& row : rows->second) {
      const bool shared = row.cells.contains("shared") && row.cells.at("shared") == true;
      if (row.region != region || (row.project != scope.project && !shared)) continue;
      if (text_of(row.cells, "status") == "DELETED" && !changes) continue;
      all.push_back(&row);
    }
  }
  std::size_t limit = options_.page;
  const std::string asked = parameter(request, "limit");
  std::size_t number = 0;
  std::from_chars(asked.data(), asked.data() + asked.size(), number);
  if (number > 0) limit = std::min(limit, number);
  auto begin = all.begin();
  if (const std::string marker = parameter(request, "marker"); !marker.empty()) {
    begin = std::ranges::find_if(all, [&](const Row* row) { return row->id() == marker; });
    if (begin == all.end()) return std::nullopt;
    ++begin;
  }
  Page page;
  for (; begin != all.end() && page.rows.size() < limit; ++begin) page.rows.push_back(*begin);
  if (begin != all.end() && !page.rows.empty()) page.next = page.rows.back()->id();
  return page;
}

Reply OpenStackCloud::listing(const ReceivedRequest& request, const std::string& collection, const std::string& region,
                              const Scope& scope, bool changes) {
  const std::lock_guard lock(mutex_);
  const auto found = page(request, collection, region, scope, changes);
  if (!found) return bad_request("marker [" + parameter(request, "marker") + "] not found");
  const std::string since = parameter(request, "changes-since");
  std::string newer = parameter(request, "updated_at");
  if (newer.starts_with("gt:")) newer = newer.substr(3);
  const int minor = collection == "servers" ? minor_of(request.header("openstack-api-version")) : 0;
  bj::array rows;
  for (const Row* row : found->rows) {
    // Instants of one form: texts are in the order of time.
    if (!since.empty() && text_of(row->cells, "updated") < since) continue;
    if (!newer.empty() && text_of(row->cells, "updated_at") <= newer) continue;
    bj::object cells = row->cells;
    if (!cells.contains("tenant_id") && collection != "images") cells["project_id"] = row->project;
    if (collection == "servers") make_old(cells, minor);
    rows.push_back(std::move(cells));
  }
  bj::object body{{collection, rows}};
  if (!found->next.empty()) {
    body[collection + "_links"] =
        bj::array{{{"rel", "next"},
                   {"href", "http://controller.internal:8774" + request.path + next_query(request, found->next)}}};
  }
  return json(200, body);
}

Reply OpenStackCloud::nova(const ReceivedRequest& request, const std::string& region, const std::string& rest,
                           const Scope& scope) {
  if (minor_of(request.header("openstack-api-version")) > options_.nova_minor) {
    return json(406, {{"computeFault", {{"code", 406}, {"message", "Version is not supported by the API."}}}});
  }
  if (rest.starts_with("/v2.1/flavors/")) return flavors(request, rest.substr(13));
  if (rest != "/v2.1/servers/detail") return json(404, {{"itemNotFound", {{"code", 404}}}});
  const std::string since = parameter(request, "changes-since");
  if (!since.empty() && since.size() != 20 && since.size() != 27) return bad_request("Invalid input for changes-since");
  return listing(request, "servers", region, scope, !since.empty());
}

// What the servers have; names that begin with "custom" are in no list.
Reply OpenStackCloud::flavors(const ReceivedRequest&, const std::string& rest) const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, bj::object> all;
  const auto servers = rows_.find("servers");
  if (servers != rows_.end()) {
    for (const Row& row : servers->second) {
      bj::object flavor = row.cells.at("flavor").as_object();
      const std::string name = text_of(flavor, "original_name");
      flavor.erase("original_name");
      flavor["name"] = name;
      flavor["id"] = "id-of-" + name;
      all["id-of-" + name] = flavor;
    }
  }
  if (rest != "/detail") {
    const auto found = all.find(rest.substr(1));
    if (found == all.end()) return json(404, {{"itemNotFound", {{"code", 404}, {"message", "no such flavor"}}}});
    return json(200, {{"flavor", found->second}});
  }
  bj::array rows;
  for (const auto& [id, flavor] : all) {
    if (!id.starts_with("id-of-custom")) rows.push_back(flavor);
  }
  return json(200, {{"flavors", rows}});
}

Reply OpenStackCloud::cinder(const ReceivedRequest& request, const std::string& region, std::string rest,
                             const Scope& scope) {
  const std::string own = "/v3/" + scope.project;
  if (!rest.starts_with(own)) return bad_request("Malformed request url");
  rest = rest.substr(own.size());
  for (const std::string collection : {"volumes", "snapshots", "backups"}) {
    if (rest == "/" + collection + "/detail") return listing(request, collection, region, scope);
  }
  return json(404, {{"itemNotFound", {{"code", 404}}}});
}

Reply OpenStackCloud::glance(const ReceivedRequest& request, const std::string& region, const Scope& scope) {
  if (!request.path.ends_with("/v2/images")) return json(404, {});
  const std::lock_guard lock(mutex_);
  const auto found = page(request, "images", region, scope, false);
  if (!found) return bad_request("Invalid marker");
  bj::array rows;
  for (const Row* row : found->rows) {
    bj::object cells = row->cells;
    cells["owner"] = row->project;
    rows.push_back(std::move(cells));
  }
  bj::object body{{"images", rows}, {"first", "/v2/images"}, {"schema", "/v2/schemas/images"}};
  if (!found->next.empty()) body["next"] = "/v2/images?visibility=private&marker=" + found->next;
  return json(200, body);
}

Reply OpenStackCloud::swift(const ReceivedRequest& request, const std::string& region, const Scope& scope) {
  const std::lock_guard lock(mutex_);
  const auto found = page(request, "containers", region, scope, false);
  bj::array rows;
  if (found) {
    for (const Row* row : found->rows) rows.push_back(row->cells);
  }
  return json(200, rows);
}

}  // namespace iz::test
