// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace iz::bench {

// A FOCUS 1.2 file of one month: 50 columns, 20,000 resources, 400 SKUs, 3,000 tag sets, 6 x_ columns, all amounts
// different.
struct FocusFile {
  std::int64_t rows = 0;
  std::string billed_sum;  // exact decimal sum of BilledCost, without trailing zeros
};

// `restated_day` (1 to 30; 0 = none): the charges of that day cost one unit of the last place more.
// `changed_last`: the last row does.
FocusFile write_focus_file(const std::filesystem::path& path, std::int64_t rows, int restated_day = 0,
                           bool changed_last = false);

// CREATE TABLE with the file's columns and one index, for the reference.
[[nodiscard]] std::string flat_table_ddl(const std::string& name);

}  // namespace iz::bench
