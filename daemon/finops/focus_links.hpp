// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>

#include "finops/focus_null_rules.hpp"
#include "finops/focus_row.hpp"
#include "finops/text_memory.hpp"

// Rules that tie several columns of a row together: money (price × quantity and what follows from the category) and
// commitments, and the two that tie rows together (one SkuId per SkuPriceId, one ServiceCategory per ServiceName).
namespace iz::finops {

// Takes the findings of one row, by field.
class RowReport {
 public:
  virtual void operator()(std::uint32_t field, std::string_view rule, std::string_view message) = 0;

 protected:
  ~RowReport() = default;
};

// The codes (focus_facts.hpp) of the row's columns with allowed values.
struct RowCodes {
  RowClass row;
  std::uint8_t frequency = 0;
  std::uint8_t pricing_category = 0;
};

class FocusLinks {
 public:
  explicit FocusLinks(FocusVersion version) : version_(version) {}
  // filled: the FOCUS columns of the row that are not null.
  void check(const FocusRow& row, const RowCodes& codes, const FieldSet& filled, RowReport& report);

 private:
  void money(const FocusRow& row, const RowClass& kind, const FieldSet& filled, RowReport& report) const;
  void commitments(const FocusRow& row, const RowCodes& codes, const FieldSet& filled, RowReport& report) const;
  void across_rows(const FocusRow& row, const FieldSet& filled, RowReport& report);

  FocusVersion version_;
  FirstValues sku_of_price_{4096};
  FirstValues category_of_service_{1024};
};

}  // namespace iz::finops
