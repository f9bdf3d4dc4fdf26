// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <span>
#include <string>

// The statements that turn iz_stage_resources into resources. Parameters are named at each.
namespace iz::store::sql {

extern const char* const kBusinessContext;
extern const char* const kUndoAbsence;        // $1 tenant, $2 provider, $3 run
extern const char* const kMatchActive;        // $1 tenant, $2 provider
extern const char* const kMatchPlaceholders;  // $1 tenant, $2 provider, $3 connection
extern const char* const kFindPrior;          // $1 tenant, $2 provider
[[nodiscard]] const std::string& retire_recreated();  // $1 tenant, $2 run
[[nodiscard]] const std::string& insert_changes();    // $1 tenant, $2 run
[[nodiscard]] const std::string& update_items();      // $1 tenant, $2 connection, $3 scope ids
[[nodiscard]] const std::string& insert_items();      // $1 tenant, $2 connection, $3 scope ids, $4 provider
[[nodiscard]] const std::string& upsert_sightings();  // $1 tenant, $2 stream, $3 scope ids
extern const char* const kFollowIncarnation[4];       // $1 tenant
extern const char* const kDeleteTags;                 // $1 tenant
extern const char* const kUpsertTags;                 // $1 tenant, $2 who
extern const char* const kMove;                       // $1 tenant, $2 stream, $3 keys, $4 scope ids
extern const char* const kRetireAbsent;               // $1 tenant, $2 stream, $3 keys, $4 run
// $1 tenant, $2 connection, $3 provider, $4 references, $5 instants, $6 run; returns stream and key of sightings that ended.
extern const char* const kRetireReported;
// $1 tenant, $2 run; `table` and `columns` are quoted.
[[nodiscard]] std::string extension_changes(const std::string& table, std::span<const std::string> columns);
[[nodiscard]] std::string upsert_extension(const std::string& table, std::span<const std::string> columns);  // $1 tenant

}  // namespace iz::store::sql
