// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>

#include "finops/focus_texts.hpp"

// Rules that tie several columns of a row together: money (price × quantity and what follows from the category) and
// commitments.
namespace iz::finops {

class FocusLinks {
 public:
  explicit FocusLinks(FocusVersion version) : version_(version) {}
  // filled: the FOCUS columns of the row that are not null.
  void check(const FocusRow& row, const RowCodes& codes, const FieldSet& filled, RowReport& report) const;

 private:
  void money(const FocusRow& row, const RowClass& kind, const FieldSet& filled, RowReport& report) const;
  void commitments(const FocusRow& row, const RowCodes& codes, const FieldSet& filled, RowReport& report) const;

  FocusVersion version_;
};

}  // namespace iz::finops
