// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

// JSON as FOCUS uses it in cells: small objects whose shape is checked. Nothing is decoded; names and values are views
// of the text.
namespace iz::finops {

struct JsonMember;

struct JsonValue {
  enum class Type : std::uint8_t { null, boolean, number, string, array, object };
  Type type = Type::null;
  std::string_view text;  // as written; of a string without its quotes
  std::vector<JsonMember> members;
  std::vector<JsonValue> elements;

  [[nodiscard]] const JsonValue* member(std::string_view name) const;  // nullptr: none of that name
  [[nodiscard]] bool is_scalar() const { return type != Type::array && type != Type::object; }
};

struct JsonMember {
  std::string_view name;
  JsonValue value;
};

enum class JsonFault : std::uint8_t { none, malformed, duplicate_key, too_deep };

// One value and nothing behind it (RFC 8259). At most 32 levels.
[[nodiscard]] JsonFault parse_json(std::string_view text, JsonValue& out);

// What is wrong with a cell of KeyValueFormat (KeyValueFormat-A-001 to A-004) as a sentence; empty = nothing.
[[nodiscard]] std::string_view key_value_fault(std::string_view text);
// The same for SkuPriceDetails, whose keys are FOCUS names or start with x_.
[[nodiscard]] std::string_view sku_price_details_fault(std::string_view text);
// ContractApplied (ContractAppliedObject-O-*), AllocatedMethodDetails, CommitmentProgramEligibilityDetails.
[[nodiscard]] std::string_view contract_applied_fault(std::string_view text);
[[nodiscard]] std::string_view allocated_method_fault(std::string_view text);
[[nodiscard]] std::string_view program_eligibility_fault(std::string_view text);

}  // namespace iz::finops
