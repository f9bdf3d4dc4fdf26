// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/focus_json.hpp"

#include "finops/focus_facts.hpp"
#include <infrazen/decimal.hpp>

namespace iz::finops {
namespace {

using infrazen::Decimal;
using Type = JsonValue::Type;

std::string_view object_fault(std::string_view text, JsonValue& out) {
  switch (parse_json(text, out)) {
    case JsonFault::malformed: return "is no JSON (KeyValueFormat-A-001, JsonObjectFormat)";
    case JsonFault::duplicate_key: return "has a key twice (KeyValueFormat-A-003)";
    case JsonFault::too_deep: return "is nested too deeply";
    case JsonFault::none: break;
  }
  return out.type == Type::object ? std::string_view{} : "is JSON, but no object (KeyValueFormat-A-001)";
}

bool is_text(const JsonValue* value) {
  return value != nullptr && value->type == Type::string && !value->text.empty();
}
bool is_given(const JsonValue* value) {
  return value != nullptr && value->type != Type::null;
}

// Numbers may be written as JSON numbers or, to stay exact, as strings.
bool to_decimal(const JsonValue& value, Decimal& out) {
  return (value.type == Type::number || value.type == Type::string) &&
         Decimal::parse(value.text, out) == infrazen::DecimalFault::none;
}

const std::vector<JsonValue>* list_of(const JsonValue& object, std::string_view name) {
  const JsonValue* list = object.member(name);
  return list == nullptr || list->type != Type::array || list->elements.empty() ? nullptr : &list->elements;
}

}  // namespace

std::string_view key_value_fault(std::string_view text) {
  JsonValue object;
  if (const std::string_view fault = object_fault(text, object); !fault.empty()) return fault;
  for (const auto& [key, value] : object.members) {
    if (!value.is_scalar()) return "has a value that is no number, string, true, false or null (KeyValueFormat-A-004)";
  }
  return {};
}

std::string_view sku_price_details_fault(std::string_view text) {
  if (const std::string_view fault = key_value_fault(text); !fault.empty()) return fault;
  JsonValue object;
  (void)parse_json(text, object);
  for (const auto& [key, value] : object.members) {
    if (!key.starts_with("x_") && !is_sku_price_key(key)) {
      return "has a key that FOCUS does not name and that does not start with x_ (SkuPriceDetails)";
    }
  }
  return {};
}

std::string_view contract_applied_fault(std::string_view text) {
  JsonValue object;
  if (const std::string_view fault = object_fault(text, object); !fault.empty()) return fault;
  const auto* elements = list_of(object, "Elements");
  if (elements == nullptr) return "has no Elements (ContractAppliedObject)";
  for (const JsonValue& element : *elements) {
    if (element.type != Type::object || !is_text(element.member("ContractId")) ||
        !is_text(element.member("ContractCommitmentId"))) {
      return "has an element without ContractId or ContractCommitmentId (ContractAppliedObject)";
    }
    const bool cost = is_given(element.member("ContractCommitmentAppliedCost"));
    const bool quantity = is_given(element.member("ContractCommitmentAppliedQuantity"));
    if (cost == quantity)
      return "has an element with neither or both of an applied cost and quantity (ContractAppliedObject)";
    if (quantity != is_given(element.member("ContractCommitmentAppliedUnit"))) {
      return "has an applied quantity without its unit, or a unit without a quantity (ContractAppliedObject)";
    }
  }
  return {};
}

std::string_view allocated_method_fault(std::string_view text) {
  JsonValue object;
  if (const std::string_view fault = object_fault(text, object); !fault.empty()) return fault;
  const auto* elements = list_of(object, "Elements");
  if (elements == nullptr) return "has no Elements (AllocatedMethodDetails)";
  for (const JsonValue& element : *elements) {
    const JsonValue* ratio = element.member("AllocatedRatio");
    Decimal value;
    if (ratio == nullptr || !to_decimal(*ratio, value) || value < Decimal(0) || value > Decimal(1)) {
      return "has an element whose AllocatedRatio does not lie in 0..1 (AllocatedMethodDetails)";
    }
    if (is_given(element.member("UsageQuantity")) && !is_given(element.member("UsageUnit"))) {
      return "has a UsageQuantity without its UsageUnit (AllocatedMethodDetails)";
    }
  }
  return {};
}

std::string_view program_eligibility_fault(std::string_view text) {
  JsonValue object;
  if (const std::string_view fault = object_fault(text, object); !fault.empty()) return fault;
  const auto* programs = list_of(object, "CommitmentPrograms");
  if (programs == nullptr) return "has no CommitmentPrograms (CommitmentProgramEligibilityDetails)";
  for (const JsonValue& program : *programs) {
    if (program.type != Type::object || !is_text(program.member("ProgramType"))) {
      return "has a program without ProgramType (CommitmentProgramEligibilityDetails)";
    }
  }
  return {};
}

}  // namespace iz::finops
