// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/focus_rules.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "finops/focus_json.hpp"
#include "finops/focus_links.hpp"
#include "finops/focus_values.hpp"
#include "records/kinds.hpp"

namespace iz::finops {
namespace {

using records::Cell;

constexpr std::string_view kNeverNull = "the column is never null in FOCUS";
constexpr std::string_view kEnum = "the value is none of those that FOCUS allows for this column";

// First bytes of white space in UTF-8.
bool may_begin_blank(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte <= ' ' || byte == 0xC2 || (byte >= 0xE1 && byte <= 0xE3) || byte == 0xEF;
}

using JsonCheck = std::string_view (*)(std::string_view);

JsonCheck json_check(const FocusColumn& column) {
  switch (column.field) {
    case IZ_CHARGE_SKU_PRICE_DETAILS: return &sku_price_details_fault;
    case IZ_CHARGE_CONTRACT_APPLIED: return &contract_applied_fault;
    case IZ_CHARGE_ALLOCATED_METHOD_DETAILS: return &allocated_method_fault;
    case IZ_CHARGE_COMMITMENT_PROGRAM_ELIGIBILITY_DETAILS: return &program_eligibility_fault;
    default: return &key_value_fault;
  }
}

// What is known about a column of the batch, with what was seen in it.
struct TextColumn {
  std::size_t column;
  std::uint32_t field;
  FieldSet alone;  // the field and no other
};
struct AllowedColumn {
  std::uint32_t field;
  AllowedTexts texts;
  std::uint8_t* code;  // where the row's code goes
};
struct InstantColumn {
  std::uint32_t field;
  std::array<char, 20> last{};  // judged right
};
struct CurrencyColumn {
  std::uint32_t field;
  std::array<char, 3> last{};  // judged right
};
struct JsonColumn {
  std::uint32_t field;
  JsonCheck check;
  CleanTexts clean;
};

// A class of rows and the columns they fill, found to be right.
struct Pattern {
  RowClass row;
  FieldSet filled;
  bool used = false;
};

struct SubcategoryNames {
  SubcategoryNames() {
    for (const ServiceSubcategory& entry : service_subcategories()) names.push_back(entry.name);
  }
  std::vector<std::string_view> names;
};

}  // namespace

struct FocusRules::State {
  State(FocusVersion of_version, std::span<const records::Column> columns) : version(of_version), links(of_version) {
    places.fill(-1);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const FocusColumn* fact = find_focus_column(columns[i].field);
      if (fact == nullptr || places[fact->field - kFirstField] >= 0) continue;
      places[fact->field - kFirstField] = static_cast<std::int16_t>(i);
      present.add(fact->field);
      FieldSet alone;
      alone.add(fact->field);
      texts.push_back({i, fact->field, alone});
      add(*fact);
    }
    for (const NullRule& rule : null_rules()) {
      const bool applies = version >= rule.since && version <= rule.until && present.has(rule.field) &&
                           (rule.other == 0 || present.has(rule.other));
      if (applies) rules.push_back(&rule);
    }
  }

  void add(const FocusColumn& fact) {
    if (fact.never_null && version >= fact.since && version <= fact.until) never_null.push_back(fact.field);
    if (!fact.allowed.empty()) allowed.push_back({fact.field, AllowedTexts(fact.allowed), code_of(fact.field)});
    if (fact.field == IZ_CHARGE_SERVICE_SUBCATEGORY) {
      allowed.push_back({fact.field, AllowedTexts(SubcategoryNames().names), &subcategory});
    }
    switch (fact.format) {
      case Format::price: prices.push_back(fact.field); break;
      case Format::instant: instants.push_back({fact.field}); break;
      case Format::currency: currencies.push_back({fact.field}); break;
      case Format::key_value:
      case Format::object:
        json.push_back({fact.field, json_check(fact), CleanTexts(fact.field == IZ_CHARGE_TAGS ? 8192 : 1024)});
        break;
      case Format::text:
      case Format::number: break;
    }
  }

  std::uint8_t* code_of(std::uint32_t field) {
    switch (field) {
      case IZ_CHARGE_CHARGE_CATEGORY: return &codes.row.category;
      case IZ_CHARGE_CHARGE_CLASS: return &codes.row.charge_class;
      case IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS: return &codes.row.commitment_status;
      case IZ_CHARGE_CAPACITY_RESERVATION_STATUS: return &codes.row.capacity_status;
      case IZ_CHARGE_CHARGE_FREQUENCY: return &codes.frequency;
      case IZ_CHARGE_PRICING_CATEGORY: return &codes.pricing_category;
      case IZ_CHARGE_SERVICE_CATEGORY: return &service_category;
      default: return &ignored;
    }
  }

  FieldSet judge_texts(const FocusRow& row, RowReport& report) const;
  void judge_allowed(const FocusRow& row, RowReport& report);
  void judge_nulls(const FieldSet& filled, RowReport& report);
  void judge_formats(const FocusRow& row, const FieldSet& filled, RowReport& report);
  void judge_instants(const FocusRow& row, const FieldSet& filled, RowReport& report);
  static void judge_period(const FocusRow& row, std::uint32_t start, std::uint32_t end, std::string_view message,
                           RowReport& report);

  FocusVersion version;
  FocusRow::Places places{};
  FieldSet present;
  std::vector<TextColumn> texts;
  std::vector<AllowedColumn> allowed;
  std::vector<std::uint32_t> never_null;
  std::vector<std::uint32_t> prices;
  std::vector<const NullRule*> rules;
  std::vector<InstantColumn> instants;
  std::vector<CurrencyColumn> currencies;
  std::vector<JsonColumn> json;
  FocusLinks links;
  std::array<Pattern, 256> clean{};

  // Of the row being judged.
  RowCodes codes;
  std::uint8_t service_category = 0;
  std::uint8_t subcategory = 0;
  std::uint8_t ignored = 0;
};

FieldSet FocusRules::State::judge_texts(const FocusRow& row, RowReport& report) const {
  FieldSet filled;
  for (const TextColumn& text : texts) {
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

void FocusRules::State::judge_allowed(const FocusRow& row, RowReport& report) {
  for (AllowedColumn& column : allowed) {
    *column.code = column.texts.code(row[column.field]);
    if (*column.code == code::unknown) report(column.field, "enum", kEnum);
  }
  if (subcategory != code::null && subcategory != code::unknown && service_category != code::null &&
      service_category != code::unknown && service_subcategories()[subcategory - 1U].category != service_category) {
    report(IZ_CHARGE_SERVICE_SUBCATEGORY, "enum_parent",
           "the ServiceSubcategory belongs to another ServiceCategory (ServiceSubcategory-C-004)");
  }
}

void FocusRules::State::judge_nulls(const FieldSet& filled, RowReport& report) {
  std::uint64_t slot = 0;
  static_assert(sizeof(RowClass) == 4);
  std::memcpy(&slot, &codes.row, sizeof(RowClass));
  slot = (slot * 0xD6E8FEB86659FD93ULL) ^ filled.mixed();
  Pattern& pattern = clean[slot >> 56];
  if (pattern.used && pattern.row == codes.row && pattern.filled == filled) return;

  bool right = true;
  for (const std::uint32_t field : never_null) {
    if (filled.has(field)) continue;
    right = false;
    report(field, "null_not_allowed", kNeverNull);
  }
  for (const NullRule* rule : rules) {
    if (filled.has(rule->field) != rule->must_be_null) continue;
    if (rule->state != Other::ignored && filled.has(rule->other) != (rule->state == Other::filled)) continue;
    if (!holds(rule->when, codes.row)) continue;
    right = false;
    report(rule->field, rule->must_be_null ? "must_be_null" : "null_not_allowed", rule->message);
  }
  if (right) pattern = {codes.row, filled, true};
}

void FocusRules::State::judge_formats(const FocusRow& row, const FieldSet& filled, RowReport& report) {
  for (const std::uint32_t field : prices) {
    const Cell cell = row[field];
    if (!cell.empty() && cell.front() == '-' && is_negative(cell)) {
      report(field, "negative_price",
             "a unit price is never negative (ListUnitPrice-C-008, ContractedUnitPrice-C-009)");
    }
  }
  for (CurrencyColumn& currency : currencies) {
    if (!filled.has(currency.field)) continue;
    const Cell cell = row[currency.field];
    if (cell.size() == 3 && std::memcmp(cell.data(), currency.last.data(), 3) == 0) continue;
    // A pricing currency may be a virtual one ("credits") before 1.4.
    const bool billing = currency.field == IZ_CHARGE_BILLING_CURRENCY;
    if (billing ? is_national_currency(cell) : version < FocusVersion::v1_4 || is_currency(cell)) {
      if (cell.size() == 3) std::memcpy(currency.last.data(), cell.data(), 3);
    } else {
      report(currency.field, "currency",
             billing ? "BillingCurrency is no ISO 4217 code of a national currency (BillingCurrency-C-006)"
                     : "PricingCurrency is no ISO 4217 code (CurrencyFormat-A-001)");
    }
  }
  for (JsonColumn& column : json) {
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

void FocusRules::State::judge_instants(const FocusRow& row, const FieldSet& filled, RowReport& report) {
  for (InstantColumn& column : instants) {
    if (!filled.has(column.field)) continue;
    const Cell cell = row[column.field];
    if (cell.size() == column.last.size() && same_text(cell, {column.last.data(), column.last.size()})) continue;
    switch (instant_fault(cell)) {
      case InstantFault::none: std::memcpy(column.last.data(), cell.data(), column.last.size()); break;
      case InstantFault::format:
        report(column.field, "date_format", "the time is not written as YYYY-MM-DDTHH:mm:ssZ (DateTimeFormat-A-001)");
        break;
      case InstantFault::value: report(column.field, "date_value", "there is no such date or time of day"); break;
    }
  }
  judge_period(row, IZ_CHARGE_CHARGE_PERIOD_START, IZ_CHARGE_CHARGE_PERIOD_END,
               "the charge period ends before it starts, or is empty: its end is exclusive", report);
  judge_period(row, IZ_CHARGE_BILLING_PERIOD_START, IZ_CHARGE_BILLING_PERIOD_END,
               "the billing period ends before it starts, or is empty: its end is exclusive", report);
}

void FocusRules::State::judge_period(const FocusRow& row, std::uint32_t start, std::uint32_t end,
                                     std::string_view message, RowReport& report) {
  const Cell from = row[start];
  const Cell to = row[end];
  // Only texts of one form compare like their instants.
  if (from.size() != 20 || to.size() != 20 || from.back() != 'Z' || to.back() != 'Z') return;
  if (std::memcmp(from.data(), to.data(), 20) >= 0) report(end, "period_order", message);
}

FocusRules::FocusRules(FocusVersion version, std::span<const records::Column> columns)
    : state_(std::make_unique<State>(version, columns)) {}
FocusRules::~FocusRules() = default;
FocusRules::FocusRules(FocusRules&&) noexcept = default;
FocusRules& FocusRules::operator=(FocusRules&&) noexcept = default;

void FocusRules::check(const records::BatchView& batch, std::size_t row_index, FindingOut& out) {
  State& state = *state_;
  const FocusRow row(batch, row_index, state.places);
  class Reporter final : public RowReport {
   public:
    Reporter(const FocusRow& row, FindingOut& out) : row_(row), out_(out) {}
    void operator()(std::uint32_t field, std::string_view rule, std::string_view message) override {
      const records::Field* described = records::find_kind(IZ_KIND_CHARGE)->find(field);
      out_.finding({.rule = rule,
                    .column = row_.column(field),
                    .column_name = described->name,
                    .value = row_[field],
                    .message = message});
    }

   private:
    const FocusRow& row_;
    FindingOut& out_;
  } report(row, out);

  const FieldSet filled = state.judge_texts(row, report);
  state.judge_allowed(row, report);
  state.judge_nulls(filled, report);
  state.judge_instants(row, filled, report);
  state.judge_formats(row, filled, report);
  state.links.check(row, state.codes, filled, report);
}

}  // namespace iz::finops
