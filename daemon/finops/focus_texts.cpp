// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/focus_texts.hpp"

#include <cstring>

#include "finops/focus_json.hpp"
#include "finops/focus_values.hpp"

namespace iz::finops {
namespace {

using records::Cell;

constexpr std::string_view kEnum = "the value is none of those that FOCUS allows for this column";

// First bytes of white space in UTF-8.
bool may_begin_blank(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte <= ' ' || byte == 0xC2 || (byte >= 0xE1 && byte <= 0xE3) || byte == 0xEF;
}

std::vector<std::string_view> subcategory_names() {
  std::vector<std::string_view> names;
  for (const ServiceSubcategory& entry : service_subcategories()) names.push_back(entry.name);
  return names;
}

// Where the code of a column stands in RowCodes.
std::size_t code_place(std::uint32_t field) {
  switch (field) {
    case IZ_CHARGE_CHARGE_CATEGORY: return offsetof(RowCodes, row.category);
    case IZ_CHARGE_CHARGE_CLASS: return offsetof(RowCodes, row.charge_class);
    case IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS: return offsetof(RowCodes, row.commitment_status);
    case IZ_CHARGE_CAPACITY_RESERVATION_STATUS: return offsetof(RowCodes, row.capacity_status);
    case IZ_CHARGE_CHARGE_FREQUENCY: return offsetof(RowCodes, frequency);
    case IZ_CHARGE_PRICING_CATEGORY: return offsetof(RowCodes, pricing_category);
    case IZ_CHARGE_SERVICE_CATEGORY: return offsetof(RowCodes, service_category);
    case IZ_CHARGE_SERVICE_SUBCATEGORY: return offsetof(RowCodes, service_subcategory);
    default: return sizeof(RowCodes);
  }
}

}  // namespace

FocusTexts::JsonCheck FocusTexts::json_check(const FocusColumn& column) {
  switch (column.field) {
    case IZ_CHARGE_SKU_PRICE_DETAILS: return &sku_price_details_fault;
    case IZ_CHARGE_CONTRACT_APPLIED: return &contract_applied_fault;
    case IZ_CHARGE_ALLOCATED_METHOD_DETAILS: return &allocated_method_fault;
    case IZ_CHARGE_COMMITMENT_PROGRAM_ELIGIBILITY_DETAILS: return &program_eligibility_fault;
    default: return &key_value_fault;
  }
}

void FocusTexts::add(std::size_t column, const FocusColumn& fact) {
  FieldSet alone;
  alone.add(fact.field);
  texts_.push_back({column, fact.field, alone});
  if (!fact.allowed.empty()) allowed_.push_back({fact.field, AllowedTexts(fact.allowed), code_place(fact.field)});
  if (fact.field == IZ_CHARGE_SERVICE_SUBCATEGORY) {
    allowed_.push_back({fact.field, AllowedTexts(subcategory_names()), code_place(fact.field)});
  }
  if (fact.format == Format::currency) currencies_.push_back({fact.field});
  if (fact.format == Format::key_value || fact.format == Format::object) {
    json_.push_back({fact.field, json_check(fact), CleanTexts(fact.field == IZ_CHARGE_TAGS ? 8192 : 1024)});
  }
}

TextFacts FocusTexts::judge(const FocusRow& row, OneValue& seen, RowReport& report) {
  TextFacts facts;
  facts.filled = blanks(row, report);
  facts.codes = allowed(row, report);
  currencies(row, facts.filled, report);
  json(row, facts.filled, report);
  one_value(row, facts.filled, seen, report);
  return facts;
}

FieldSet FocusTexts::blanks(const FocusRow& row, RowReport& report) const {
  FieldSet filled;
  for (const TextColumn& text : texts_) {
    const Cell cell = row.at(text.column);
    if (cell.data() == nullptr) continue;
    filled.add(text.alone);
    if (!cell.empty() && !may_begin_blank(cell.front())) continue;
    if (cell.empty()) {
      report(text.field, "empty_string", "an empty text stands where null is meant (NullHandling-A-001)");
    } else if (is_blank(cell)) {
      report(text.field, "blank_string", "a text of blanks stands where null is meant (NullHandling-A-001)");
    }
  }
  return filled;
}

RowCodes FocusTexts::allowed(const FocusRow& row, RowReport& report) {
  std::array<std::uint8_t, sizeof(RowCodes) + 1> codes{};
  for (AllowedColumn& column : allowed_) {
    const std::uint8_t found = column.texts.code(row[column.field]);
    codes[column.place] = found;
    if (found == code::unknown) report(column.field, "enum", kEnum);
  }
  RowCodes result;
  std::memcpy(&result, codes.data(), sizeof result);
  return result;
}

void FocusTexts::currencies(const FocusRow& row, const FieldSet& filled, RowReport& report) {
  for (CurrencyColumn& currency : currencies_) {
    if (!filled.has(currency.field)) continue;
    const Cell cell = row[currency.field];
    if (cell.size() == 3 && std::memcmp(cell.data(), currency.last.data(), 3) == 0) continue;
    // A pricing currency may be a virtual one ("credits") before 1.4.
    const bool billing = currency.field == IZ_CHARGE_BILLING_CURRENCY;
    if (billing ? is_national_currency(cell) : version_ < FocusVersion::v1_4 || is_currency(cell)) {
      if (cell.size() == 3) std::memcpy(currency.last.data(), cell.data(), 3);
    } else {
      report(currency.field, "currency",
             billing ? "BillingCurrency is no ISO 4217 code of a national currency (BillingCurrency-C-006)"
                     : "PricingCurrency is no ISO 4217 code (CurrencyFormat-A-001)");
    }
  }
}

void FocusTexts::json(const FocusRow& row, const FieldSet& filled, RowReport& report) {
  for (JsonColumn& column : json_) {
    if (!filled.has(column.field)) continue;
    const Cell cell = row[column.field];
    const std::uint64_t hash = text_hash(cell);
    if (column.clean.contains(hash)) continue;
    const std::string_view fault = column.check(cell);
    if (fault.empty()) {
      column.clean.add(hash);
    } else {
      report(column.field,
             column.check == &key_value_fault || column.check == &sku_price_details_fault ? "json_keyvalue"
                                                                                          : "json_object",
             fault);
    }
  }
}

void FocusTexts::one_value(const FocusRow& row, const FieldSet& filled, OneValue& seen, RowReport& report) const {
  if (filled.has(IZ_CHARGE_SKU_PRICE_ID) && filled.has(IZ_CHARGE_SKU_ID) &&
      !seen.sku_of_price.agrees(row[IZ_CHARGE_SKU_PRICE_ID], row[IZ_CHARGE_SKU_ID])) {
    report(IZ_CHARGE_SKU_ID, "one_value", "SkuPriceId occurs with more than one SkuId (SkuPriceId-C-008)");
  }
  if (filled.has(IZ_CHARGE_SERVICE_NAME) && filled.has(IZ_CHARGE_SERVICE_CATEGORY) &&
      row[IZ_CHARGE_SERVICE_CATEGORY] != "Other" &&
      !seen.category_of_service.agrees(row[IZ_CHARGE_SERVICE_NAME], row[IZ_CHARGE_SERVICE_CATEGORY])) {
    report(IZ_CHARGE_SERVICE_CATEGORY, "one_value",
           "ServiceName occurs with more than one ServiceCategory (ServiceName-C-005)");
  }
}

}  // namespace iz::finops
