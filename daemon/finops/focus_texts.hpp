// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "finops/focus_facts.hpp"
#include "finops/focus_null_rules.hpp"
#include "finops/focus_row.hpp"
#include "finops/text_memory.hpp"

// The rules about the texts of some columns of a row: blank texts, allowed values, JSON, currencies, and what ties two
// of them together. They depend on nothing else in the row, so a content that comes again need not be judged again.
namespace iz::finops {

// Takes the findings of one row, by field.
class RowReport {
 public:
  virtual void operator()(std::uint32_t field, std::string_view rule, std::string_view message) = 0;

 protected:
  ~RowReport() = default;
};

// The codes (focus_facts.hpp) of the row's columns with allowed values; 0 where the column is null.
struct RowCodes {
  RowClass row;
  std::uint8_t frequency = 0;
  std::uint8_t pricing_category = 0;
  std::uint8_t service_category = 0;
  std::uint8_t service_subcategory = 0;
  bool operator==(const RowCodes&) const = default;
};
static_assert(sizeof(RowCodes) == 8);

// What the rules about whole rows have to know of a row's texts. That of disjoint sets of columns adds up.
struct TextFacts {
  FieldSet filled;  // FOCUS columns that are not null
  RowCodes codes;

  void add(const TextFacts& other) {
    filled.add(other.filled);
    codes = std::bit_cast<RowCodes>(std::bit_cast<std::uint64_t>(codes) | std::bit_cast<std::uint64_t>(other.codes));
  }
  bool operator==(const TextFacts&) const = default;
};

// Values that are one and the same for a key in all rows.
struct OneValue {
  FirstValues sku_of_price{16384};
  FirstValues category_of_service{1024};
};

class FocusTexts {
 public:
  explicit FocusTexts(FocusVersion version) : version_(version) {}
  // One of the columns, by its place in the batch.
  void add(std::size_t column, const FocusColumn& fact);

  TextFacts judge(const FocusRow& row, OneValue& seen, RowReport& report);

 private:
  using JsonCheck = std::string_view (*)(std::string_view);
  struct TextColumn {
    std::size_t column;
    std::uint32_t field;
    FieldSet alone;  // the field and no other
  };
  struct AllowedColumn {
    std::uint32_t field;
    AllowedTexts texts;
    std::size_t place;  // of its code in RowCodes; sizeof(RowCodes) = nobody asks for it
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

  FieldSet blanks(const FocusRow& row, RowReport& report) const;
  RowCodes allowed(const FocusRow& row, RowReport& report);
  void currencies(const FocusRow& row, const FieldSet& filled, RowReport& report);
  void json(const FocusRow& row, const FieldSet& filled, RowReport& report);
  void one_value(const FocusRow& row, const FieldSet& filled, OneValue& seen, RowReport& report) const;
  static JsonCheck json_check(const FocusColumn& column);

  FocusVersion version_;
  std::vector<TextColumn> texts_;
  std::vector<AllowedColumn> allowed_;
  std::vector<CurrencyColumn> currencies_;
  std::vector<JsonColumn> json_;
};

}  // namespace iz::finops
