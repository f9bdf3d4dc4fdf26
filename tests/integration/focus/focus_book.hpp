// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pg_cluster.hpp"
#include "harness/temp_dir.hpp"
#include "records/manifest.hpp"
#include "store/session/database.hpp"
#include "supervise/run.hpp"

namespace iz::test {

// A migrated database, and the focus connector run into it by the real connector-host, as infrazend does it.
class FocusBook {
 public:
  FocusBook();

  struct Ended {
    supervise::RunOutcome outcome;
    std::uint64_t rejected = 0;
    std::uint64_t records = 0;  // committed
    std::uint64_t marks = 0;
  };
  // One run of the stream "costs" of the connection. settings: JSON members without braces, beside the path.
  Ended sync(const std::filesystem::path& path, const std::string& settings = "",
             const std::string& connection = "bills", std::uint32_t mode = 0);

  [[nodiscard]] PgRows query(const std::string& sql) const;  // as superuser, search_path infrazen
  [[nodiscard]] std::string scalar(const std::string& sql) const;

  // "BilledCost" and "EffectiveCost" by BillingAccountId, of one file or of all, as the database adds them up.
  struct Sums {
    std::string billed;
    std::string effective;
    bool operator==(const Sums&) const = default;
  };
  [[nodiscard]] std::map<std::string, Sums> sums(std::string_view part = {}) const;

 private:
  std::string admin_conninfo_;
  std::unique_ptr<store::Database> database_;
  records::Manifest manifest_;
  TempDir spool_;
};

// The same sums out of the file itself, by code that shares nothing with the product: a CSV reader of a page and
// decimal addition on digits. Texts that mean null are none.
std::map<std::string, FocusBook::Sums> sums_of_file(const std::filesystem::path& file);
// a + b for decimal numbers as text, exactly, without zeros at the end.
std::string add_decimals(const std::string& a, const std::string& b);

std::string read_file(const std::filesystem::path& path);

}  // namespace iz::test
