// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "finops/finding_fold.hpp"
#include "finops/focus_rules.hpp"
#include "ingest/ingest_context.hpp"

namespace iz::ingest {

// Holds every charge that was taken against the rules of the FOCUS specification. Equal breaches of a scope become one finding.
class ChargeFindings {
 public:
  explicit ChargeFindings(IngestContext& context) : context_(context) {}

  // Before the rows of a batch.
  void columns(const records::BatchView& batch);
  void look_at(const records::BatchView& batch, std::size_t row);
  // At the end of a scope: what was found goes to the run's findings.
  void flush(std::string_view scope);

 private:
  struct Signature {
    std::uint32_t field = 0;
    std::string name;
  };
  class Out : public finops::FindingOut {
   public:
    void finding(const finops::RowFinding& finding) override { fold->add(batch->origin, batch->position(row), finding); }
    const records::BatchView* batch = nullptr;
    std::size_t row = 0;
    finops::FindingFold* fold = nullptr;
  };

  IngestContext& context_;
  std::vector<Signature> signature_;
  std::optional<finops::FocusRules> rules_;
  std::map<std::string, finops::FindingFold, std::less<>> folds_;
  Out out_;
};

}  // namespace iz::ingest
