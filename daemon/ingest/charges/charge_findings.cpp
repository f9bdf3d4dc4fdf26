// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_findings.hpp"

#include <algorithm>

namespace iz::ingest {

void ChargeFindings::columns(const records::BatchView& batch) {
  const bool same = rules_ && std::ranges::equal(batch.columns, signature_, [](const records::Column& column, const Signature& known) {
    return column.field == known.field && column.name == known.name;
  });
  if (!same) {
    signature_.clear();
    for (const auto& column : batch.columns) signature_.push_back({column.field, std::string(column.name)});
    rules_.emplace(finops::detect_focus_version(batch.columns), batch.columns);
  }
  auto fold = folds_.find(batch.scope);
  if (fold == folds_.end()) fold = folds_.try_emplace(std::string(batch.scope)).first;
  out_.fold = &fold->second;
}

void ChargeFindings::look_at(const records::BatchView& batch, std::size_t row) {
  out_.batch = &batch;
  out_.row = row;
  rules_->check(batch, row, out_);
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
