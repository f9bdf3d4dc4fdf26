// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/session/pg_result.hpp"

namespace iz::store {

// A resource whose row is new or has changed, validated and normalised, on its way into the staging table. Views with
// data() == nullptr are NULL; decimals and JSON are texts that were checked.
struct ResourceRow {
  std::int64_t ordinal = 0;   // order within the mark: of rows with one key the last one counts
  Uuid key_hash;
  Uuid ref_hash;
  Uuid row_hash;
  std::int32_t scope = -1;    // index in the ScopeBook
  bool absent_before = false; // retired by this very run because it was not in the scope it used to be in
  std::string_view account_id, raw_type, external_id;
  std::string_view name, resource_type, region, zone, service_name, service_category, status, raw_status, pricing_model;
  std::string_view list_price, effective_cost;
  std::string_view currency, billing_period, project_id, parent_type, parent_id;
  std::string_view cpu_cores;
  std::optional<std::int64_t> memory_bytes, storage_bytes;
  std::string_view operating_system, tags, attributes;
  std::optional<std::int64_t> created_at_us;
  std::string_view extension;  // JSON object of the manifest's extension columns

  // Appends the row in COPY BINARY form.
  void encode(std::string& out) const;
};

// Table and columns that encode() fills, and the statement that makes the table (kept by the session, emptied by COMMIT).
extern const char* const kResourceStageColumns;
extern const char* const kCreateResourceStage;

}  // namespace iz::store
