// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The provider's words for types and states, in the daemon's own words beside them. Pure functions.
namespace iz::ingest {

// Raise when anything below, or the way rows are hashed, gives another result for the same cells: every stored row hash then
// differs, and the next full listing normalises everything again.
inline constexpr std::uint64_t kNormaliserVersion = 2;

// "compute.instance" → "virtual_machine". A type that says nothing to the daemon is kept: lower case, '_' between words.
[[nodiscard]] std::string normalise_type(std::string_view raw);

// "RUNNING" → "running", "SHUTOFF" → "stopped". Unknown words are kept: lower case, '_' between words.
[[nodiscard]] std::string normalise_status(std::string_view raw);

// The FinOps name of the service that a normalised type belongs to: "virtual_machine" → "Compute"; "" when it has none.
[[nodiscard]] std::string_view service_of_type(std::string_view normalised);

}  // namespace iz::ingest
