// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "finops/focus_rules.hpp"
#include "records/kinds.hpp"

namespace iz::finops::test {

// A row by column names, judged by the rules of one version. Columns that are not named do not exist.
class ChargeRow {
 public:
  using Cells = std::map<std::string, std::optional<std::string>>;  // nullopt = null

  // An ordinary usage row that breaks nothing.
  static ChargeRow usage() {
    return ChargeRow({{"BilledCost", "0.3"},
                      {"EffectiveCost", "0.3"},
                      {"ListCost", "0.3"},
                      {"ContractedCost", "0.3"},
                      {"BillingAccountId", "B-1"},
                      {"BillingCurrency", "USD"},
                      {"BillingPeriodStart", "2026-09-01T00:00:00Z"},
                      {"BillingPeriodEnd", "2026-10-01T00:00:00Z"},
                      {"ChargePeriodStart", "2026-09-01T00:00:00Z"},
                      {"ChargePeriodEnd", "2026-09-02T00:00:00Z"},
                      {"ChargeCategory", "Usage"},
                      {"ChargeClass", std::nullopt},
                      {"ChargeFrequency", "Usage-Based"},
                      {"CommitmentDiscountId", std::nullopt},
                      {"CommitmentDiscountStatus", std::nullopt},
                      {"ConsumedQuantity", "3"},
                      {"ConsumedUnit", "Hours"},
                      {"ContractedUnitPrice", "0.1"},
                      {"ListUnitPrice", "0.1"},
                      {"PricingCategory", "Standard"},
                      {"PricingQuantity", "3"},
                      {"PricingUnit", "Hours"},
                      {"ResourceId", "vm-1"},
                      {"ServiceCategory", "Compute"},
                      {"ServiceName", "Servers"},
                      {"ServiceSubcategory", "Virtual Machines"},
                      {"SkuId", "S"},
                      {"SkuPriceId", "P"},
                      {"Tags", R"({"env":"prod"})"}});
  }

  ChargeRow& set(const std::string& column, std::optional<std::string> text) {
    cells_[column] = std::move(text);
    return *this;
  }
  ChargeRow& without(const std::string& column) {
    cells_.erase(column);
    return *this;
  }

  struct Finding {
    std::string rule, column, value, message;
    auto operator<=>(const Finding&) const = default;
  };
  [[nodiscard]] std::vector<Finding> judge(FocusVersion version) const {
    const records::Kind& charge = *records::find_kind(IZ_KIND_CHARGE);
    std::vector<records::Column> columns;
    std::vector<records::Cell> cells;
    for (const auto& [name, text] : cells_) {
      const records::Field* field = charge.find(std::string_view(name));
      columns.push_back(field == nullptr ? records::Column{IZ_FIELD_EXTENSION, name} : records::Column{field->id, {}});
      cells.push_back(text ? records::Cell(*text) : records::Cell{});
    }
    records::BatchView batch;
    batch.kind = IZ_KIND_CHARGE;
    batch.columns = columns;
    batch.cells = cells;
    batch.rows = 1;
    Out out;
    FocusRules rules(version, columns);
    rules.check(batch, 0, out);
    const std::size_t first = out.all.size();
    rules.check(batch, 0, out);  // what is remembered changes no judgement
    if (out.all.size() != 2 * first)
      out.all.push_back({"memory", "", "", "the second judgement differs from the first"});
    else
      out.all.resize(first);
    Out by_groups;
    judge_by_groups(version, batch, by_groups);
    if (sorted(by_groups.all) != sorted(out.all))
      out.all.push_back({"groups", "", "", "judged by groups of texts, the row gets other findings"});
    return out.all;
  }
  // "rule Column" of each finding.
  [[nodiscard]] std::vector<std::string> rules(FocusVersion version = FocusVersion::v1_2) const {
    std::vector<std::string> names;
    for (const Finding& finding : judge(version)) names.push_back(finding.rule + " " + finding.column);
    return names;
  }

 private:
  struct Out final : FindingOut {
    std::vector<Finding> all;
    void finding(const RowFinding& f) override {
      all.push_back({std::string(f.rule), std::string(f.column_name),
                     std::string(f.value.data() == nullptr ? "" : f.value), std::string(f.message)});
    }
  };

  static std::vector<Finding> sorted(std::vector<Finding> findings) {
    std::sort(findings.begin(), findings.end());
    return findings;
  }

  // As ingest does: what a group's texts say is asked once, and the row is judged by that number. Services, resources
  // and tags are groups; the other columns are in none.
  static void judge_by_groups(FocusVersion version, const records::BatchView& batch, FindingOut& out) {
    std::vector<FocusRules::Columns> groups(3);
    for (std::size_t i = 0; i < batch.columns.size(); ++i) {
      const records::Field* field = records::find_kind(IZ_KIND_CHARGE)->find(batch.columns[i].field);
      const std::string_view name = field == nullptr ? std::string_view() : field->name;
      if (name.starts_with("Service") || name.starts_with("Sku") || name.starts_with("Charge") ||
          name.starts_with("Pricing") || name == "ConsumedUnit")
        groups[0].push_back(i);
      if (name.starts_with("Resource") || name.starts_with("Commitment")) groups[1].push_back(i);
      if (name == "Tags") groups[2].push_back(i);
    }
    FocusRules rules(version, batch.columns, groups);
    std::vector<std::uint8_t> judged;
    for (std::size_t g = 0; g < groups.size(); ++g) judged.push_back(rules.judge(g, batch, 0));
    rules.check(batch, 0, out, judged);
  }

  explicit ChargeRow(Cells cells) : cells_(std::move(cells)) {}
  Cells cells_;
};

}  // namespace iz::finops::test
