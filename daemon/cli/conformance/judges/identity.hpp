// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cli/conformance/stage/run_record.hpp"

// Which thing a record is about, so that two runs can be compared.
namespace iz::cli::conformance {

// Kind and identifying fields, readable: "resource type=disk external_id=d-1 …".
[[nodiscard]] std::string identity(const RecordedRow& row);
// Every cell.
[[nodiscard]] std::string content(const RecordedRow& row);
// Whether two records with one identity are the same thing twice: not so for charges, which have no key.
[[nodiscard]] bool is_keyed(const RecordedRow& row);

// How often each thing was pushed: a bill may hold equal charges.
using Things = std::map<std::string, std::size_t>;
[[nodiscard]] Things things(const Life& life);
[[nodiscard]] Things things_behind_mark(const Life& life, std::size_t marks);
[[nodiscard]] Things things_in_scope(const Life& life, std::uint32_t kind, const std::string& scope);

// The first thing of `wanted` that `found` lacks.
[[nodiscard]] std::optional<std::string> first_missing(const Things& wanted, const Things& found);

}  // namespace iz::cli::conformance
