// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <string>
#include <vector>

namespace iz::test {

// What a database holds, table by table, in an order and under keys that do not depend on how it came there: numbers
// that a sequence gave are replaced by what they stand for, and when and by which run a row was written is left out.
// Every table of schema infrazen is in it but those that only tell how the work went; breaches() looks at these.
using Tables = std::map<std::string, std::vector<std::string>>;  // rows as text, sorted

enum class Depth {
  step,    // what is determined as soon as a step's streams and jobs are done
  settled  // when every day is sealed and summed up: also how points are stored, roll-ups, usage
};

[[nodiscard]] Tables read_tables(const std::string& conninfo, Depth depth);

// Where two databases differ: a line per table, with how many rows are lost (in the first only) and too many, and some of
// them. Empty when they are equal.
[[nodiscard]] std::string differences(const Tables& expected, const Tables& found);

// What must hold in any database of a daemon that is not running, one line per breach: nothing is leased, no run is
// open, marks, run rows and audit agree, roll-ups are the sums of their charges, no charge lost its dimensions.
[[nodiscard]] std::string breaches(const std::string& conninfo);

}  // namespace iz::test
