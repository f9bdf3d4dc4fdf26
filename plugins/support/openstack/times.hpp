// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <infrazen/time.hpp>

namespace iz::openstack {

// OpenStack's services write an instant with Z, with an offset, or with neither, which means UTC:
// "2026-01-02T03:04:05.000000".
inline std::optional<infrazen::Micros> parse_time(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (const auto whole = infrazen::parse_instant(text)) return whole;
  return infrazen::parse_instant(std::string(text) + 'Z');
}

}  // namespace iz::openstack
