// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "focus/rows/focus_columns.hpp"
#include "support/issues.hpp"
#include <infrazen/abi/sink.h>

namespace iz::focus {

enum class Dataset : std::uint8_t { cost_and_usage, contract_commitment, billing_period, invoice_detail };
[[nodiscard]] std::string_view name_of(Dataset dataset);

// A column of the file as the daemon gets it.
struct FileColumn {
  std::string name;               // in the header
  std::string sent_as;            // of an extension: x_…, unique in the file
  const Column* focus = nullptr;  // nullptr: not of FOCUS, sent as an extension
};

// What the header line of a file says.
struct Header {
  Dataset dataset = Dataset::cost_and_usage;
  Version version = Version::v1_0;
  std::vector<FileColumn> columns;
  bool refused = false;  // a column is missing without which there is no charge

  [[nodiscard]] std::optional<std::size_t> place(std::uint32_t field) const;
};

// `stated`: the version by setting or metadata; else the oldest one that defines all the columns. Faults go to issues
// (line 0).
[[nodiscard]] Header read_header(std::span<const std::string_view> names, std::optional<Version> stated,
                                 support::Issues& issues);

}  // namespace iz::focus
