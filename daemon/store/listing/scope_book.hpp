// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/session/mark_session.hpp"

namespace iz::store {

// The scopes of one stream and one kind (table resource_scopes), numbered from 0 in the order this run met them.
class ScopeBook {
 public:
  struct Scope {
    std::string name;
    std::int64_t id = 0;           // of the row; 0: not stored yet
    std::uint32_t opened = 0;      // when in this run, as Listing counts; 0: not
    bool open = false;
    bool tainted = false;          // a row of it could not be told from others: nothing is retired
    bool closed_in_mark = false;   // completely listed since the last mark
    std::int64_t members = 0;      // live rows of the scope
    std::int64_t seen = 0;         // of them, seen since it was opened
  };

  ScopeBook(const StreamLease& lease, std::uint32_t kind);

  // What earlier runs left. Once, before anything else.
  void load(MarkSession& session);
  [[nodiscard]] std::int32_t find(std::string_view name) const;  // -1: unknown
  std::int32_t find_or_add(std::string_view name);
  [[nodiscard]] std::int32_t by_id(std::int64_t id) const;       // -1: none
  [[nodiscard]] Scope& at(std::int32_t scope) { return scopes_[static_cast<std::size_t>(scope)]; }
  [[nodiscard]] const Scope& at(std::int32_t scope) const { return scopes_[static_cast<std::size_t>(scope)]; }
  [[nodiscard]] std::vector<Scope>& all() { return scopes_; }

  // Makes rows for scopes that have none, so that every id is known.
  void store_new(MarkTransaction& tx);
  // The ids by number, as a parameter for "($n::bigint[])[scope_ix + 1]".
  void ids(BinaryArray& array) const;
  // Forgets what this run did with the scopes.
  void next_run();
  [[nodiscard]] std::size_t memory_bytes() const;
  // Notes that the scopes closed since the last mark were completely listed.
  void store_complete(MarkTransaction& tx);

 private:
  std::int32_t tenant_id_;
  std::int32_t connection_id_;
  std::int32_t stream_id_;
  std::int32_t kind_;
  std::vector<Scope> scopes_;
  std::unordered_map<std::string, std::int32_t> by_name_;
  std::unordered_map<std::int64_t, std::int32_t> by_id_;
};

}  // namespace iz::store
