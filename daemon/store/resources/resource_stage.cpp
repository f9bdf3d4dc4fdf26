// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/resources/resource_stage.hpp"

#include "store/encoding/copy_binary.hpp"

namespace iz::store {

// The columns after `extension` are filled by the writer.
const char* const kCreateResourceStage = R"(
CREATE TEMPORARY TABLE IF NOT EXISTS iz_stage_resources (
    n bigint, key_hash uuid, ref_hash uuid, row_hash uuid, scope_ix integer, absent_before boolean,
    account_id text, raw_type text, external_id text, name text, resource_type text, region text, zone text,
    service_name text, service_category text, status text, raw_status text, pricing_model text, list_price numeric,
    effective_cost numeric, currency text, billing_period text, project_id text, parent_type text, parent_id text,
    cpu_cores numeric, memory_bytes bigint, storage_bytes bigint, operating_system text, tags jsonb, attributes jsonb,
    provider_created_at timestamptz, extension jsonb,
    business_unit text, feature_tag text, cost_center text, environment text,
    id bigint, prior_id bigint, incarnation integer NOT NULL DEFAULT 1, is_new boolean NOT NULL DEFAULT false,
    adopted boolean NOT NULL DEFAULT false, tags_changed boolean NOT NULL DEFAULT true
) ON COMMIT DELETE ROWS)";

const char* const kResourceStageColumns =
    "iz_stage_resources (n, key_hash, ref_hash, row_hash, scope_ix, absent_before, account_id, raw_type, external_id, name, "
    "resource_type, region, zone, service_name, service_category, status, raw_status, pricing_model, list_price, "
    "effective_cost, currency, billing_period, project_id, parent_type, parent_id, cpu_cores, memory_bytes, storage_bytes, "
    "operating_system, tags, attributes, provider_created_at, extension)";

void ResourceRow::encode(std::string& out) const {
  RowEncoder row(out);
  const auto decimal = [&row](std::string_view text) {
    text.data() == nullptr ? row.null() : row.numeric_text(text);
  };
  const auto integer = [&row](const std::optional<std::int64_t>& value) { value ? row.i64(*value) : row.null(); };

  row.begin_row(33);
  row.i64(ordinal);
  row.uuid(key_hash);
  row.uuid(ref_hash);
  row.uuid(row_hash);
  row.i32(scope);
  row.boolean(absent_before);
  for (const std::string_view text : {account_id, raw_type, external_id, name, resource_type, region, zone, service_name,
                                      service_category, status, raw_status, pricing_model}) {
    row.text(text);
  }
  decimal(list_price);
  decimal(effective_cost);
  for (const std::string_view text : {currency, billing_period, project_id, parent_type, parent_id}) row.text(text);
  decimal(cpu_cores);
  integer(memory_bytes);
  integer(storage_bytes);
  row.text(operating_system);
  row.jsonb(tags);
  row.jsonb(attributes);
  created_at_us ? row.timestamptz(*created_at_us) : row.null();
  row.jsonb(extension);
}

}  // namespace iz::store
