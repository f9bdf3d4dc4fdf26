// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/encoding/hash128.hpp"

#include <cstring>

#include <xxhash.h>

namespace iz::store {

Uuid hash128(std::string_view bytes, std::uint64_t seed) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed));
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), canonical.digest, uuid.bytes.size());
  return uuid;
}

void append_hashed(std::string& bytes, std::string_view text) {
  const std::uint32_t length = text.data() == nullptr ? 0xFFFFFFFFU : static_cast<std::uint32_t>(text.size());
  const auto at = bytes.size();
  bytes.resize(at + sizeof length + text.size());
  std::memcpy(bytes.data() + at, &length, sizeof length);
  if (!text.empty()) std::memcpy(bytes.data() + at + sizeof length, text.data(), text.size());
}

Uuid hash128(std::initializer_list<std::string_view> texts, std::uint64_t seed) {
  std::string bytes;
  for (const std::string_view text : texts) append_hashed(bytes, text);
  return hash128(bytes, seed);
}

Uuid resource_key(std::string_view account_id, std::string_view raw_type, std::string_view external_id) {
  return hash128({account_id, raw_type, external_id});
}

Uuid resource_reference(std::string_view raw_type, std::string_view external_id) {
  return hash128({raw_type, external_id});
}

}  // namespace iz::store
