// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace iz::store {

class MarkTransaction;

// From the key by which a connector names a resource, (type, external id), to the id of its present incarnation.
//
// Metrics, logs and components often arrive before the inventory that lists their resource. Such a key gets a placeholder: a
// row of `resource_items` with is_placeholder, without an account. The connection's next inventory that lists the resource
// adopts it, keeping the id. A key whose resource is retired resolves to its last incarnation, so that late data of a deleted
// resource stays with it.
//
// Use: reference() for each key while spooling (no SQL), resolve() once inside the mark's transaction (set-based; no statement
// when everything is known), then id(). Ids learnt in a transaction that rolled back are invalid: a run
// ends with its first failed mark, and the resolver with the run. Not thread-safe.
class ResourceResolver {
 public:
  using Reference = std::uint32_t;

  ResourceResolver(std::int32_t tenant_id, std::int32_t connection_id, std::string provider);

  // The reference of a key, the same one for equal keys.
  Reference reference(std::string_view resource_type, std::string_view external_id);
  // Looks up, and creates as placeholders, what is referenced and has no id yet.
  void resolve(MarkTransaction& transaction);
  // The resource's id; 0 before resolve().
  [[nodiscard]] std::int64_t id(Reference reference) const { return ids_[reference]; }
  // The id of a key, 0 when it was never resolved.
  [[nodiscard]] std::int64_t find(std::string_view resource_type, std::string_view external_id) const;
  // All ids are looked up again by the next resolve(): inventory has replaced incarnations. References stay.
  void forget_ids();
  [[nodiscard]] std::size_t size() const { return ids_.size(); }

 private:
  void look_up(MarkTransaction& transaction);

  std::int32_t tenant_id_;
  std::int32_t connection_id_;
  std::string provider_;
  std::unordered_map<std::string, Reference> references_;  // type, U+0000, external id
  std::vector<const std::string*> keys_;                   // by reference; nodes of references_ do not move
  std::vector<std::int64_t> ids_;                          // by reference
  std::vector<Reference> unresolved_;
  std::string probe_;
};

}  // namespace iz::store
