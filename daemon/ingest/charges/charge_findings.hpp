// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "finops/finding_fold.hpp"
#include "finops/focus_rules.hpp"
#include "ingest/charges/charge_rows.hpp"
#include "ingest/ingest_context.hpp"

namespace iz::ingest {

// Holds every charge that was taken against the rules of the FOCUS specification. Equal breaches of a scope become one
// finding.
class ChargeFindings {
 public:
  ChargeFindings(IngestContext& context, ChargeDimensions& dimensions) : context_(context), dimensions_(dimensions) {}

  // Before the rows of a batch; plan: of its columns.
  void columns(const records::BatchView& batch, const ChargePlan& plan);
  // charge: what the row was found to be; each content is judged once.
  void look_at(const records::BatchView& batch, std::size_t row, const EncodedCharge& charge);
  // At the end of a scope: what was found goes to the run's findings.
  void flush(std::string_view scope);

 private:
  struct Signature {
    std::uint32_t field = 0;
    std::string name;
  };
  class Out : public finops::FindingOut {
   public:
    void finding(const finops::RowFinding& finding) override {
      fold->add(batch->origin, batch->position(row), finding);
    }
    const records::BatchView* batch = nullptr;
    std::size_t row = 0;
    finops::FindingFold* fold = nullptr;
  };

  using Judged = std::array<std::uint8_t, store::kCostGroups>;
  [[nodiscard]] Judged judged(const records::BatchView& batch, std::size_t row, const EncodedCharge& charge);
  void compile(const records::BatchView& batch, const ChargePlan& plan);

  IngestContext& context_;
  ChargeDimensions& dimensions_;
  std::vector<Signature> signature_;
  std::optional<finops::FocusRules> rules_;
  std::uint8_t judge_ = 0;  // number of these rules, in Known::judge
  std::map<std::string, finops::FindingFold, std::less<>> folds_;
  Out out_;
};

}  // namespace iz::ingest
