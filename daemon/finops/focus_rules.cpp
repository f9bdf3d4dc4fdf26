// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/focus_rules.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "finops/focus_links.hpp"
#include "finops/focus_values.hpp"
#include "records/kinds.hpp"

namespace iz::finops {
namespace {

using records::Cell;

constexpr std::string_view kNeverNull = "the column is never null in FOCUS";

struct InstantColumn {
  std::uint32_t field;
  std::array<char, 20> last{};  // judged right
};

// A class of rows and the columns they fill, found to be right.
struct Pattern {
  RowClass row;
  FieldSet filled;
  bool used = false;
};

// Columns whose texts repeat together, and what they were found to say where nothing was wrong.
struct Group {
  FocusTexts texts;
  std::vector<TextFacts> known{TextFacts()};  // the first: nothing at all
};

// Only asks whether there is something to report.
class AnyFinding final : public RowReport {
 public:
  void operator()(std::uint32_t, std::string_view, std::string_view) override { any = true; }
  bool any = false;
};

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
};

}  // namespace

struct FocusRules::State {
  State(FocusVersion of_version, std::span<const records::Column> columns, std::span<const Columns> of_groups)
      : version(of_version), rest(of_version), links(of_version) {
    places.fill(-1);
    for (std::size_t i = 0; i < of_groups.size(); ++i) groups.push_back({FocusTexts(version)});
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const FocusColumn* fact = find_focus_column(columns[i].field);
      if (fact == nullptr || places[fact->field - kFirstField] >= 0) continue;
      places[fact->field - kFirstField] = static_cast<std::int16_t>(i);
      present.add(fact->field);
      const auto group = std::ranges::find_if(
          of_groups, [&](const Columns& of_group) { return std::ranges::find(of_group, i) != of_group.end(); });
      (group == of_groups.end() ? rest : groups[static_cast<std::size_t>(group - of_groups.begin())].texts)
          .add(i, *fact);
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
    if (fact.format == Format::price) prices.push_back(fact.field);
    if (fact.format == Format::instant) instants.push_back({fact.field});
  }

  void judge_row(const FocusRow& row, const TextFacts& facts, RowReport& report);
  void judge_nulls(const TextFacts& facts, RowReport& report);
  void judge_prices(const FocusRow& row, RowReport& report) const;
  void judge_instants(const FocusRow& row, const FieldSet& filled, RowReport& report);
  static void judge_period(const FocusRow& row, std::uint32_t start, std::uint32_t end, std::string_view message,
                           RowReport& report);

  FocusVersion version;
  FocusRow::Places places{};
  FieldSet present;
  std::vector<Group> groups;
  FocusTexts rest;  // of the columns in no group
  OneValue seen;
  std::vector<std::uint32_t> never_null;
  std::vector<std::uint32_t> prices;
  std::vector<const NullRule*> rules;
  std::vector<InstantColumn> instants;
  FocusLinks links;
  std::array<Pattern, 256> clean{};
};

void FocusRules::State::judge_row(const FocusRow& row, const TextFacts& facts, RowReport& report) {
  const std::uint8_t subcategory = facts.codes.service_subcategory;
  const std::uint8_t category = facts.codes.service_category;
  if (subcategory != code::null && subcategory != code::unknown && category != code::null &&
      category != code::unknown && service_subcategories()[subcategory - 1U].category != category) {
    report(IZ_CHARGE_SERVICE_SUBCATEGORY, "enum_parent",
           "the ServiceSubcategory belongs to another ServiceCategory (ServiceSubcategory-C-004)");
  }
  judge_nulls(facts, report);
  judge_instants(row, facts.filled, report);
  judge_prices(row, report);
  links.check(row, facts.codes, facts.filled, report);
}

void FocusRules::State::judge_nulls(const TextFacts& facts, RowReport& report) {
  const FieldSet& filled = facts.filled;
  const RowClass& kind = facts.codes.row;
  std::uint64_t slot = 0;
  static_assert(sizeof(RowClass) == 4);
  std::memcpy(&slot, &kind, sizeof(RowClass));
  slot = (slot * 0xD6E8FEB86659FD93ULL) ^ filled.mixed();
  Pattern& pattern = clean[slot >> 56];
  if (pattern.used && pattern.row == kind && pattern.filled == filled) return;

  bool right = true;
  for (const std::uint32_t field : never_null) {
    if (filled.has(field)) continue;
    right = false;
    report(field, "null_not_allowed", kNeverNull);
  }
  for (const NullRule* rule : rules) {
    if (filled.has(rule->field) != rule->must_be_null) continue;
    if (rule->state != Other::ignored && filled.has(rule->other) != (rule->state == Other::filled)) continue;
    if (!holds(rule->when, kind)) continue;
    right = false;
    report(rule->field, rule->must_be_null ? "must_be_null" : "null_not_allowed", rule->message);
  }
  if (right) pattern = {kind, filled, true};
}

void FocusRules::State::judge_prices(const FocusRow& row, RowReport& report) const {
  for (const std::uint32_t field : prices) {
    const Cell cell = row[field];
    if (!cell.empty() && cell.front() == '-' && is_negative(cell)) {
      report(field, "negative_price",
             "a unit price is never negative (ListUnitPrice-C-008, ContractedUnitPrice-C-009)");
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

FocusRules::FocusRules(FocusVersion version, std::span<const records::Column> columns, std::span<const Columns> groups)
    : state_(std::make_unique<State>(version, columns, groups)) {}
FocusRules::~FocusRules() = default;
FocusRules::FocusRules(FocusRules&&) noexcept = default;
FocusRules& FocusRules::operator=(FocusRules&&) noexcept = default;

std::uint8_t FocusRules::judge(std::size_t group_index, const records::BatchView& batch, std::size_t row_index) {
  State& state = *state_;
  Group& group = state.groups[group_index];
  AnyFinding findings;
  const TextFacts facts = group.texts.judge(FocusRow(batch, row_index, state.places), state.seen, findings);
  if (findings.any) return kJudgeAgain;
  const auto known = std::ranges::find(group.known, facts);
  const auto number = static_cast<std::size_t>(known - group.known.begin()) + kNothing;
  if (number > kMostNumbers) return kJudgeAgain;
  if (known == group.known.end()) group.known.push_back(facts);
  return static_cast<std::uint8_t>(number);
}

void FocusRules::check(const records::BatchView& batch, std::size_t row_index, FindingOut& out,
                       std::span<const std::uint8_t> judged) {
  State& state = *state_;
  const FocusRow row(batch, row_index, state.places);
  Reporter report(row, out);
  TextFacts facts = state.rest.judge(row, state.seen, report);
  for (std::size_t g = 0; g < state.groups.size(); ++g) {
    const std::uint8_t number = judged.empty() ? kJudgeAgain : judged[g];
    Group& group = state.groups[g];
    facts.add(number == kJudgeAgain ? group.texts.judge(row, state.seen, report) : group.known[number - kNothing]);
  }
  state.judge_row(row, facts, report);
}

}  // namespace iz::finops
