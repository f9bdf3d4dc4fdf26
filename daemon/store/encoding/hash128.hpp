// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "store/session/pg_result.hpp"

namespace iz::store {

// XXH3-128 of bytes, in canonical (big-endian) order.
[[nodiscard]] Uuid hash128(std::string_view bytes, std::uint64_t seed = 0);

// Of several texts; where one ends and the next begins counts, and null is not the empty text.
[[nodiscard]] Uuid hash128(std::initializer_list<std::string_view> texts, std::uint64_t seed = 0);

// The two hashes by which resources are found (resource_items.key_hash, ref_hash).
[[nodiscard]] Uuid resource_key(std::string_view account_id, std::string_view raw_type, std::string_view external_id);
[[nodiscard]] Uuid resource_reference(std::string_view raw_type, std::string_view external_id);

// Appends a text to bytes that will be hashed: its length, then itself.
void append_hashed(std::string& bytes, std::string_view text);

}  // namespace iz::store
