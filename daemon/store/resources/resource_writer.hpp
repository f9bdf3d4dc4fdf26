// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/manifest.hpp"
#include "store/listing/known_rows.hpp"
#include "store/listing/scope_book.hpp"
#include "store/resources/sensitive_fields.hpp"
#include "store/session/mark_session.hpp"

namespace iz::store {

// One retirement that a change feed or a webhook reported.
struct ReportedRetirement {
  std::string raw_type;
  std::string external_id;
  std::int64_t retired_at_us = 0;  // 0: now
};

// What one connection's stream writes about resources, set by set, inside the mark's transaction. Order of a mark:
//   retire() of what was reported before a row of the same resource, write(), move(), retire_absent(), retire() of the rest.
class ResourceWriter {
 public:
  // Calls `with(key, row hash, scope id or 0)` for every resource the stream has delivered and that is not retired.
  using Sighting = std::function<void(const Uuid&, const Uuid&, std::int64_t)>;
  static void load(MarkSession& session, const StreamLease& lease, const Sighting& with);

  // Makes <provider>_resources what the manifest declares, in a transaction of its own. RunError (config) when the table
  // belongs to another connector or a column changed its type.
  static void ensure_extension_table(MarkSession& session, const records::Manifest& manifest, const std::string& provider);

  // `manifest` may be null: then there are no extension columns and nothing is sensitive.
  ResourceWriter(const StreamLease& lease, std::string connection, std::string provider,
                 const records::Manifest* manifest);

  // Applies the rows that `fill` copies (ResourceRow::encode) to resources, changes, tags and extension columns. `repeated`:
  // a key may be among them twice.
  void write(MarkTransaction& tx, const std::function<void(CopyWriter&)>& fill, const ScopeBook& scopes, bool repeated);
  // Unchanged resources that are now listed in another scope.
  void move(MarkTransaction& tx, std::span<const std::pair<Uuid, std::int64_t>> key_to_scope);
  // Resources that a completely listed scope did not contain.
  void retire_absent(MarkTransaction& tx, std::span<const Uuid> keys);
  // Calls `gone` with the key of every sighting of this stream that ended.
  void retire(MarkTransaction& tx, std::span<const ReportedRetirement> retirements,
              const std::function<void(const Uuid&)>& gone);

 private:
  void lock(MarkTransaction& tx);
  void identify(MarkTransaction& tx);
  void apply_tags(MarkTransaction& tx);
  void apply_extension(MarkTransaction& tx);

  std::int32_t tenant_id_;
  std::int32_t connection_id_;
  std::int32_t stream_id_;
  std::string connection_;
  std::string provider_;
  std::string extension_table_;                 // quoted; empty: none declared
  std::vector<std::string> extension_columns_;  // quoted
  SensitiveFields sensitive_;
};

}  // namespace iz::store
