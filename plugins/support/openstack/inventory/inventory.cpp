// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/inventory/inventory.hpp"

#include <algorithm>

#include "support/openstack/times.hpp"

namespace iz::openstack {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using support::JsonValue;

std::string add_query(std::string url, std::string_view parameter) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url.append(parameter);
}

support::Paging paging_of(Pages pages, const std::string& collection) {
  switch (pages) {
    case Pages::links: return support::Paging::link(collection + "_links");
    case Pages::next: return support::Paging::link("next");
    case Pages::last_name: return support::Paging::marker();
    case Pages::whole: break;
  }
  return support::Paging::none();
}

std::string place_name(const Place& place) {
  return place.project_id + '/' + place.region;
}

}  // namespace

Inventory::Inventory(infrazen::Sync& sync, Tokens& tokens, std::vector<Kind> kinds, InventoryOptions options)
    : sync_(sync),
      tokens_(tokens),
      kinds_(std::move(kinds)),
      options_(std::move(options)),
      before_(InventoryCursor::parse(sync.cursor())),
      listings_(sync.http()) {
  after_.since = sync.clock().now() - options_.overlap;
  after_.projects = before_.projects;
}

void Inventory::failed(std::string_view part, const Error& error) {
  ++refused_;
  failures_.add(part, error);
  for (const Kind& kind : kinds_) unsure_.emplace(kind.type);
}

void Inventory::retire_projects_but(const std::set<std::string>& existing) {
  for (const std::string& project : before_.projects) {
    if (!existing.contains(project)) gone_.insert(project);
  }
}

void Inventory::add(std::size_t token) {
  after_.projects.insert(tokens_.project_id(token));
  gone_.erase(tokens_.project_id(token));
  for (const Kind& kind : kinds_) {
    if (!asked_for(kind)) continue;
    std::vector<Endpoint> endpoints = tokens_.catalogue(token).find(kind.services);
    if (endpoints.empty() && !kind.fixed_url.empty()) endpoints.push_back({"", "", kind.fixed_url});
    std::set<std::string> urls;  // one service for all regions is one service
    for (const Endpoint& endpoint : endpoints) {
      const bool wanted = options_.regions.empty() || endpoint.region.empty() ||
                          std::ranges::find(options_.regions, endpoint.region) != options_.regions.end();
      if (!wanted || !urls.insert(endpoint.url).second) continue;
      Part part;
      part.kind = &kind;
      part.place = {.account = options_.account,
                    .project_id = tokens_.project_id(token),
                    .project_name = tokens_.project_name(token),
                    .region = endpoint.region,
                    .spot_tag = options_.spot_tag};
      part.token = token;
      part.endpoint = versioned(endpoint.url, kind.version);
      part.scope = place_name(part.place) + '/' + std::string(kind.name);
      parts_.push_back(std::move(part));
    }
  }
}

void Inventory::run() {
  after_.since -= tokens_.clock_behind();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    begin(i,
          parts_[i].kind->feed != Feed::none && !sync_.full() && !sync_.targeted() && before_.knows(parts_[i].scope));
  }
  while (const auto page = listings_.next()) {
    const std::size_t tag = page->tag();
    read(tag, page->rows());
    if (page->last()) end(tag, page->error());
  }
  relate_addresses();
  retire_projects();
  if (sync_.targeted()) retire_targets();
  sync_.mark(after_.text());
  failures_.raise(parts_.size() + refused_);
}

void Inventory::read(std::size_t tag, const std::vector<JsonValue>& rows) {
  Source& source = sources_[tag];
  source.changed = source.changed || !rows.empty();
  if (source.probe) return;
  Part& part = parts_[source.part];
  try {
    if (part.kind->before && !part.prepared && !rows.empty()) {
      part.prepared = true;
      part.kind->before(part.place, part.token, part.endpoint);
    }
    for (const JsonValue row : rows) take(source, row);
  } catch (const Error& error) {
    if (error.error_class() == ErrorClass::cancelled) throw;
    if (!part.error) part.error = error;
  }
}

void Inventory::begin(std::size_t number, bool changes) {
  Part& part = parts_[number];
  part.changes = changes;
  std::string url = part.endpoint + part.kind->path;
  if (part.kind->limited) url = add_query(url, "limit=" + std::to_string(options_.page_size));
  Source source{.part = number, .mapper = part.kind->mapper};
  if (changes && part.kind->feed == Feed::changes_since) {
    url = add_query(url, "changes-since=" + infrazen::to_text(before_.since));
  } else if (changes) {
    // Without Z, as Cinder writes it.
    std::string since = infrazen::to_text(std::chrono::floor<std::chrono::seconds>(before_.since));
    since.pop_back();
    url = add_query(part.endpoint + part.kind->path, "limit=1&updated_at=gt:" + since);
    source.probe = true;
  }
  list(number, std::move(url), part.kind->collection, source.probe ? Pages::whole : part.kind->pages, source);
}

void Inventory::list(std::size_t number, std::string url, const std::string& collection, Pages pages, Source source) {
  Part& part = parts_[number];
  support::Listing listing;
  listing.name = std::string(part.kind->name) + " of project " + part.place.project_name +
                 (part.place.region.empty() ? "" : " in " + part.place.region);
  listing.request.url = std::move(url);
  if (!part.fallen_back) listing.request.headers = part.kind->headers;
  listing.request.headers.emplace_back("accept", "application/json");
  listing.rows = collection;
  listing.paging = paging_of(pages, collection);
  listing.id = source.child ? "id" : part.kind->id;
  listing.session = &tokens_.session(part.token);
  listing.tag = sources_.size();
  sources_.push_back(source);
  ++part.open;
  listings_.add(std::move(listing));
}

infrazen::Scope& Inventory::rows(Part& part) {
  if (!part.rows) {
    part.rows.emplace(sync_.scope({infrazen::Kind::resource, infrazen::Kind::relation}, part.scope));
    part.rows->origin(part.endpoint + part.kind->path);
  }
  return *part.rows;
}

void Inventory::take(const Source& source, const JsonValue& row) {
  Part& part = parts_[source.part];
  // What another project shares is listed there.
  const std::string_view owner = owner_of(row);
  if (!owner.empty() && owner != part.place.project_id) return;
  const bool deleted = part.kind->feed == Feed::changes_since && row["status"].text() == "DELETED";
  if (deleted && sync_.targeted()) return;
  if (deleted) {
    infrazen::Retirement gone{.type = part.kind->type, .external_id = row["id"].text()};
    if (const auto at = parse_time(row["updated"].text())) gone.retired_at = *at;
    return sync_.push(gone);
  }
  if (part.flavors != nullptr) read_flavor_of(part, row);
  push(part, source.mapper(row, part.place));
  if (!part.kind->children || source.child) return;
  for (const Child& child : part.kind->children(row)) {
    list(source.part, part.endpoint + child.path, child.collection, Pages::whole,
         {.part = source.part, .mapper = child.mapper, .child = true});
  }
}

void Inventory::push(Part& part, const Mapped& mapped) {
  const std::string_view type = mapped.resource.type.text();
  const std::string_view id = mapped.resource.external_id.text();
  if (sync_.targeted()) {
    if (!asked_for(type, id)) return;
    found_.emplace(type, id);
    sync_.push(mapped.resource);
    return;
  }
  // A service that does not tell projects apart lists the same for each of them: it is one thing.
  if (!pushed_.emplace(type, id).second) return;
  rows(part).push(mapped.resource);
  for (const infrazen::Relation& relation : mapped.relations) {
    rows(part).push(relation);
    if (relation.from_type.text() == types::kPort && relation.to_type.text() == types::kServer) {
      addresses_[place_name(part.place)].servers.emplace(relation.from_id.text(), relation.to_id.text());
    }
    if (relation.from_type.text() == types::kFloatingIp && relation.to_type.text() == types::kPort) {
      addresses_[place_name(part.place)].ports.emplace_back(relation.from_id.text(), relation.to_id.text());
    }
  }
}

void Inventory::end(std::size_t tag, const std::optional<Error>& error) {
  const Source source = sources_[tag];
  Part& part = parts_[source.part];
  --part.open;
  if (error && error->error_class() == ErrorClass::cancelled) throw Error(*error);
  if (error && !source.child && !part.fallen_back && falls_back(source.part, *error)) return;
  if (error && !part.error) part.error = *error;
  // Which volumes hang on what, and which are gone, only a whole listing says.
  if (!error && source.probe && source.changed) return begin(source.part, false);
  if (part.open == 0) finish(source.part);
}

void Inventory::finish(std::size_t number) {
  Part& part = parts_[number];
  if (!part.error) {
    after_.know(part.scope);
    read_.emplace(part.kind->type);
    const bool addresses = part.kind->type == types::kPort || part.kind->type == types::kFloatingIp;
    if (!sync_.targeted() && !part.changes) rows(part).complete();
    if (addresses) ++addresses_[place_name(part.place)].complete;
    part.rows.reset();
    return;
  }
  part.rows.reset();
  unsure_.emplace(part.kind->type);
  if (part.error->http_status() == 404) {
    sync_.log().info(part.scope + ": not there, passed over: " + part.error->what());
    return;
  }
  sync_.log().warning(part.scope + ": " + part.error->what());
  failures_.add(part.scope, *part.error);
}

// Service and region of a place whose floating addresses and ports were both read whole.
void Inventory::relate_addresses() {
  if (sync_.targeted()) return;
  for (const auto& [place, addresses] : addresses_) {
    if (addresses.complete < 2) continue;
    auto scope = sync_.scope(infrazen::Kind::relation, place + "/addresses");
    for (const auto& [address, port] : addresses.ports) {
      const auto server = addresses.servers.find(port);
      if (server == addresses.servers.end()) continue;
      scope.push(infrazen::Relation{.from_type = types::kFloatingIp,
                                    .from_id = address,
                                    .to_type = types::kServer,
                                    .to_id = server->second,
                                    .relation = "attached_to"});
    }
    scope.complete();
  }
}

// An empty listing of each scope that a project may have had.
void Inventory::retire_projects() {
  std::set<std::pair<std::string, const Kind*>> listed;
  for (const Part& part : parts_) listed.emplace(part.place.region, part.kind);
  for (const std::string& project : gone_) {
    after_.projects.erase(project);
    sync_.log().info("project " + project + " is gone: what was listed of it is retired");
    for (const auto& [region, kind] : listed) {
      const std::string scope = project + '/' + region + '/' + std::string(kind->name);
      sync_.scope({infrazen::Kind::resource, infrazen::Kind::relation}, scope).complete();
      if (kind->type == types::kFloatingIp) {
        sync_.scope(infrazen::Kind::relation, project + '/' + region + "/addresses").complete();
      }
    }
  }
}

}  // namespace iz::openstack
