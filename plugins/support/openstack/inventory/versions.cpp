// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/inventory/inventory.hpp"

// A service that is older than the version asked for (406).
namespace iz::openstack {
namespace {

using infrazen::Error;
using support::JsonValue;

}  // namespace

// The oldest shape of the API is asked for then: every release has it. Of a Nova its servers have their flavor by id
// alone.
bool Inventory::falls_back(std::size_t number, const Error& error) {
  Part& part = parts_[number];
  if (error.http_status() != 406 || part.kind->headers.empty()) return false;
  part.fallen_back = true;
  try {
    if (part.kind->type == types::kServer) read_flavors(part);
  } catch (const Error& failure) {
    if (failure.error_class() == infrazen::ErrorClass::cancelled) throw;
    part.error = failure;
    finish(number);
    return true;
  }
  begin(number, part.changes);
  return true;
}

void Inventory::read_flavors(Part& part) {
  Flavors& flavors = flavors_.emplace_back();
  part.flavors = &flavors;
  part.place.flavors = &flavors;
  support::PagedListings pages(sync_.http());
  pages.add({.name = "flavors in " + part.place.region,
             .request = {.url = part.endpoint + "/flavors/detail?limit=" + std::to_string(options_.page_size)},
             .rows = "flavors",
             .paging = support::Paging::link("flavors_links"),
             .session = &tokens_.session(part.token)});
  while (const auto page = pages.next()) {
    for (const JsonValue row : page->rows()) flavors.insert_or_assign(std::string(row["id"].text()), read_flavor(row));
    if (page->error()) throw Error(*page->error());
  }
}

// Flavors that are made for one customer are in no list, but have an address.
void Inventory::read_flavor_of(Part& part, const JsonValue& server) {
  const std::string id(server["flavor"]["id"].text());
  if (id.empty() || part.flavors->contains(id)) return;
  Flavor& flavor = (*part.flavors)[id];
  flavor.name = id;
  const std::string url = part.endpoint + "/flavors/" + id;
  try {
    const infrazen::Response answer = tokens_.send(part.token, {.url = url});
    flavor = read_flavor(support::JsonDocument(answer.body(), url).root()["flavor"]);
  } catch (const Error& error) {
    // Deleted since: its servers are left with its name. What fails otherwise fails the part.
    if (error.http_status() != 404) throw;
  }
}

}  // namespace iz::openstack
