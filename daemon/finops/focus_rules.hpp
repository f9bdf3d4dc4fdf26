// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "records/batch.hpp"

// The row-wise rules of the FOCUS specification. A breach is a finding, never a rejection: what cannot be represented
// (an unreadable number or date, no BilledCost, period, account or currency) is refused by ingest before these rules
// see the row.
namespace iz::finops {

enum class FocusVersion : std::uint8_t { v1_0, v1_1, v1_2, v1_3, v1_4 };

[[nodiscard]] std::string_view to_string(FocusVersion version);
// "1.2"; "v1.2" and "1.2.0" are read too.
[[nodiscard]] std::optional<FocusVersion> parse_focus_version(std::string_view text);
// The oldest version that defines every FOCUS column of the batch.
[[nodiscard]] FocusVersion detect_focus_version(std::span<const records::Column> columns);

// One breach in one row. All views live as long as the batch; rule and message for ever.
struct RowFinding {
  std::string_view rule;   // "null_not_allowed", "must_be_null", "enum", "enum_parent", "cost_product", "currency", …
  std::size_t column = 0;  // index into the columns given to FocusRules
  std::string_view column_name;  // its FOCUS column id
  records::Cell value;           // the offending cell; null for null_not_allowed
  std::string_view message;  // one sentence with the id of the rule in the FOCUS requirements model where it has one
};

class FindingOut {
 public:
  virtual ~FindingOut() = default;
  virtual void finding(const RowFinding& finding) = 0;
};

// Rules are compiled once per set of columns; check() then costs some 100 ns for a row without a breach. Not
// thread-safe: it remembers texts it has already judged. A rule about a column that the batch lacks is not applied:
// that a column is missing is a fault of the file, reported by the connector.
class FocusRules {
 public:
  using Columns = std::vector<std::size_t>;  // places in the batch

  // groups: disjoint sets of columns whose texts repeat together, for judge().
  FocusRules(FocusVersion version, std::span<const records::Column> columns, std::span<const Columns> groups = {});
  ~FocusRules();
  FocusRules(FocusRules&&) noexcept;
  FocusRules& operator=(FocusRules&&) noexcept;

  // What the texts of a group say to the rules, as a number that is good for every row with the same texts there, as
  // long as these rules live. kNothing is the number of a group whose columns are all null. kJudgeAgain: something is
  // wrong with them (or there are more numbers than a byte holds), so each such row has to be judged itself.
  static constexpr std::uint8_t kJudgeAgain = 0;
  static constexpr std::uint8_t kNothing = 1;
  [[nodiscard]] std::uint8_t judge(std::size_t group, const records::BatchView& batch, std::size_t row);

  // `batch` has the columns given to the constructor, in that order. judged: empty, or for each group a number that
  // judge() gave for the texts this row has in it.
  void check(const records::BatchView& batch, std::size_t row, FindingOut& out,
             std::span<const std::uint8_t> judged = {});

 private:
  static constexpr std::size_t kMostNumbers = 255;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace iz::finops
