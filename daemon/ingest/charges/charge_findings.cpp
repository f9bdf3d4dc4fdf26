// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_findings.hpp"

#include <algorithm>
#include <array>

namespace iz::ingest {

void ChargeFindings::compile(const records::BatchView& batch, const ChargePlan& plan) {
  signature_.clear();
  for (const auto& column : batch.columns) signature_.push_back({column.field, std::string(column.name)});
  std::array<finops::FocusRules::Columns, store::kCostGroups> groups;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const auto& cell : plan.groups[g]) groups[g].push_back(static_cast<std::size_t>(cell.column));
  }
  rules_.emplace(finops::detect_focus_version(batch.columns), batch.columns, groups);
  if (++judge_ == 0) {  // the numbers begin again: what the rules of the same number said before is void
    judge_ = 1;
    dimensions_.forget_judgements();
  }
}

void ChargeFindings::columns(const records::BatchView& batch, const ChargePlan& plan) {
  const bool same = rules_ && std::ranges::equal(batch.columns, signature_,
                                                 [](const records::Column& column, const Signature& known) {
                                                   return column.field == known.field && column.name == known.name;
                                                 });
  if (!same) compile(batch, plan);
  auto fold = folds_.find(batch.scope);
  if (fold == folds_.end()) fold = folds_.try_emplace(std::string(batch.scope)).first;
  out_.fold = &fold->second;
}

ChargeFindings::Judged ChargeFindings::judged(const records::BatchView& batch, std::size_t row, const EncodedCharge& charge) {
  Judged judged;
  for (std::size_t g = 0; g < judged.size(); ++g) {
    const auto& content = charge.contents[g];
    if (content.known == nullptr) {
      const bool has = content.stored_inline || (charge.texts != nullptr && (charge.texts->present >> g & 1) != 0);
      judged[g] = has ? finops::FocusRules::kJudgeAgain : finops::FocusRules::kNothing;
      continue;
    }
    if (content.known->judge != judge_) {
      content.known->judged = rules_->judge(g, batch, row);
      content.known->judge = judge_;
    }
    judged[g] = content.known->judged;
  }
  return judged;
}

void ChargeFindings::look_at(const records::BatchView& batch, std::size_t row, const EncodedCharge& charge) {
  out_.batch = &batch;
  out_.row = row;
  if (charge.texts == nullptr) {
    rules_->check(batch, row, out_, judged(batch, row, charge));
    return;
  }
  if (charge.texts->judge != judge_) {
    charge.texts->judged = judged(batch, row, charge);
    charge.texts->judge = judge_;
  }
  rules_->check(batch, row, out_, charge.texts->judged);
}

void ChargeFindings::flush(std::string_view scope) {
  const auto fold = folds_.find(scope);
  if (fold == folds_.end()) return;
  for (const auto& folded : fold->second.drain()) {
    store::Finding finding;
    finding.severity = IZ_SEVERITY_WARNING;
    finding.kind = "charge";
    finding.rule = folded.rule;
    finding.scope = scope;
    finding.origin = folded.origin;
    finding.position = folded.position;
    finding.column = folded.column;
    finding.value = folded.value;
    finding.message = folded.sentence();
    finding.count = folded.count;
    context_.findings().add(std::move(finding));
  }
  folds_.erase(fold);
}

}  // namespace iz::ingest
