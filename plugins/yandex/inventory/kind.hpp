// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/pages.hpp"
#include "yandex/inventory/estate.hpp"
#include <infrazen/json.hpp>
#include <infrazen/records.hpp>

// One kind of resource is one row of a table: where it is listed, which members of the answer mean what, what it hangs
// together with. What cannot be said so is a function, `finish`.
//
// A path names members from the outside in; "[]" goes through the elements of an array:
// "networkInterfaces[].primaryV4Address.address". Where a field takes several, blanks separate them.
namespace iz::yandex {

using support::JsonValue;
using support::Page;

// from this resource, to the one(s) whose id stands at `path`.
struct Link {
  std::string_view path{};
  std::string_view type{};
  std::string_view relation{};
  bool reversed = false;  // the other one is `relation` of this one: "disk attached_to VM", said by the VM
};

// A further request for each element of the listing: "/compute/v1/hostGroups/{id}/hosts".
struct Part {
  std::string_view path;
  std::string_view key;        // of a listing in pages; "" = the answer itself
  std::string_view id = "id";  // of a listing's rows; "" = they have none
  bool detail = false;  // asked for with setting `details` only, and gone without where there is no such method (501)
};

// What was listed of a folder before, and other kinds look things up in.
struct Facts {
  struct Disk {
    std::int64_t size = 0;
    std::string type;
    std::string image_id;
  };
  std::map<std::string, Disk, std::less<>> disks;
  std::map<std::string, std::string, std::less<>> images;  // id → operating system
};

// What the hosts of a database service can be made of.
struct Preset {
  std::int64_t cores = 0;
  std::int64_t memory = 0;
};
using Presets = std::map<std::string, Preset, std::less<>>;

struct ResourceKind;

// An element of a listing, with what was read for it.
struct Element {
  const ResourceKind& kind;
  JsonValue value;
  const Folder& folder;
  const Facts& facts;
  const Presets& presets;
  std::span<const std::vector<Page>> parts;  // one list of pages for each of the kind's parts

  // Every element of a part that is a listing.
  template <class Visit>
  void each_of_part(std::size_t part, Visit&& visit) const;
  // The answer of a part that is none; absent when it was not read.
  [[nodiscard]] JsonValue part(std::size_t part) const {
    return part < parts.size() && !parts[part].empty() ? parts[part].front().root() : JsonValue();
  }
};

// What an element becomes.
struct Mapped {
  infrazen::Resource resource;
  std::vector<infrazen::Resource> inner;  // the hosts of a cluster
  std::vector<infrazen::Relation> relations;
  infrazen::JsonObject attributes;

  void relate(std::string_view from_type, std::string_view from_id, std::string_view to_type, std::string_view to_id,
              std::string_view relation) {
    if (from_id.empty() || to_id.empty()) return;
    relations.push_back({from_type, from_id, to_type, to_id, relation});
  }
};

struct ResourceKind {
  std::string_view type;  // and the name of its scope in a folder
  std::string_view service;
  std::string_view list;  // {folder}
  std::string_view key;
  std::string_view get;   // {id}; "" = there is none
  std::string_view name;  // of the service, as bills call it
  std::string_view category;

  std::string_view cores{};
  std::string_view memory{};
  std::string_view storage{};
  std::string_view disk_type{};
  std::string_view instance_type{};
  std::string_view platform{};
  std::string_view storage_class{};
  std::string_view addresses{};
  std::string_view security_groups{};
  std::string_view attributes{};
  std::span<const Link> links{};
  std::span<const Part> parts{};
  // Type of what the parts bring along as resources of their own, in the scope of this kind.
  std::string_view inner_type{};
  // Disks and images: others look things up in them, so they are listed first.
  void (*learn)(JsonValue value, Facts& facts) = nullptr;
  bool needs_facts = false;  // those of its service: where they cannot be read it is not listed
  // What says the folder when the resource does not: {"clusterId", "k8s.cluster"}.
  Link owner{};
  // Database clusters: "/managed-postgresql/v1/resourcePresets", of the same service.
  std::string_view presets{};
  void (*finish)(const Element& element, Mapped& mapped) = nullptr;
};

template <class Visit>
void Element::each_of_part(std::size_t part, Visit&& visit) const {
  if (part >= parts.size()) return;
  for (const Page& page : parts[part]) {
    for (const JsonValue element : page.rows()) visit(element);
  }
}

// All of them, in the order in which they are listed.
[[nodiscard]] const std::vector<const ResourceKind*>& all_kinds();
[[nodiscard]] const ResourceKind* find_kind(std::string_view type);

// Rows of all_kinds(), by subject.
[[nodiscard]] std::span<const ResourceKind> compute_kinds();
[[nodiscard]] std::span<const ResourceKind> network_kinds();
[[nodiscard]] std::span<const ResourceKind> database_kinds();
[[nodiscard]] std::span<const ResourceKind> container_kinds();
[[nodiscard]] std::span<const ResourceKind> serverless_kinds();
[[nodiscard]] std::span<const ResourceKind> other_kinds();

}  // namespace iz::yandex
