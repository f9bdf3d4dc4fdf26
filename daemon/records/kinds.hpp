// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <infrazen/abi/records.h>

// The record kinds, described once: wire limits, validation, store columns and documentation all read these tables.
namespace iz::records {

// The types of infrazen/abi/records.h.
enum class FieldType : std::uint8_t { text, decimal, integer, instant, date, json_object, json_array };

struct Field {
  std::uint32_t id = 0;   // IZ_<KIND>_*
  std::string_view name;  // snake_case; for charges the FOCUS column id
  FieldType type = FieldType::text;
  bool needed = false;  // a row without it is rejected
  std::uint32_t max_bytes = 0;
};

struct Kind {
  std::uint32_t id = 0;  // IZ_KIND_*
  std::string_view name;
  std::span<const Field> fields;

  [[nodiscard]] const Field* find(std::uint32_t field) const;
  [[nodiscard]] const Field* find(std::string_view name) const;
};

[[nodiscard]] std::span<const Kind> kinds();
// nullptr for an id this build does not know.
[[nodiscard]] const Kind* find_kind(std::uint32_t id);

}  // namespace iz::records
