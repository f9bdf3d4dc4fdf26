// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/inventory/listed_scope.hpp"

#include <algorithm>

namespace iz::beget {
namespace {

using infrazen::Kind;

std::string key(std::string_view type, std::string_view id) {
  return std::string(type) + ' ' + std::string(id);
}

}  // namespace

ListedScope::ListedScope(infrazen::Sync& sync, std::string_view scope, std::initializer_list<std::string_view> types)
    : sync_(sync), types_(types.begin(), types.end()) {
  if (!sync.targeted()) scope_.emplace(sync.scope({Kind::resource, Kind::relation}, scope));
}

bool ListedScope::wanted(const infrazen::Sync& sync, std::initializer_list<std::string_view> types) {
  if (!sync.targeted()) return true;
  return std::ranges::any_of(sync.targets(), [&](const infrazen::Target& target) {
    return target.resource_type.empty() || std::ranges::find(types, target.resource_type) != types.end();
  });
}

bool ListedScope::asked_for(std::string_view type, std::string_view id) const {
  return std::ranges::any_of(sync_.targets(), [&](const infrazen::Target& target) {
    return target.external_id == id && (target.resource_type.empty() || target.resource_type == type);
  });
}

void ListedScope::push(const infrazen::Resource& resource) {
  if (scope_) return scope_->push(resource);
  if (!asked_for(resource.type.text(), resource.external_id.text())) return;
  seen_.insert(key(resource.type.text(), resource.external_id.text()));
  sync_.push(resource);
}

void ListedScope::relate(std::string_view from_type, std::string_view from_id, std::string_view to_type,
                         std::string_view to_id, std::string_view relation) {
  if (from_id.empty() || to_id.empty()) return;
  const infrazen::Relation record{
      .from_type = from_type, .from_id = from_id, .to_type = to_type, .to_id = to_id, .relation = relation};
  if (scope_) return scope_->push(record);
  if (asked_for(from_type, from_id)) sync_.push(record);
}

void ListedScope::complete() {
  if (scope_) return scope_->complete();
  for (const infrazen::Target& target : sync_.targets()) {
    // Without a type it may be a resource of another listing.
    if (std::ranges::find(types_, target.resource_type) == types_.end()) continue;
    if (!seen_.contains(key(target.resource_type, target.external_id)))
      sync_.push(infrazen::Retirement{.type = target.resource_type, .external_id = target.external_id});
  }
}

}  // namespace iz::beget
