// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/clouds/frame/contents.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace iz::test {
namespace {

std::string text_of(const PgRow& row) {
  std::string text;
  for (const auto& cell : row) text += (text.empty() ? "" : " | ") + cell.value_or("∅");
  return text;
}

}  // namespace

Contents contents_of(PgSession& database, const std::string& tenant, const std::vector<CloudTable>& tables) {
  const std::string number = database.scalar("SELECT tenant_id FROM infrazen.tenants WHERE name = '" + tenant + "'");
  Contents out;
  for (const CloudTable& table : tables) {
    std::string sql = table.sql;
    for (auto at = sql.find("$1"); at != std::string::npos; at = sql.find("$1", at)) sql.replace(at, 2, number);
    auto& rows = out[table.name];
    for (const PgRow& row : database.query(sql)) rows.insert(text_of(row));
  }
  return out;
}

std::string difference(const Contents& wanted, const Contents& got, bool exactly) {
  std::string out;
  const auto missing = [&](const Contents& from, const Contents& in, std::string_view word) {
    for (const auto& [table, rows] : from) {
      std::vector<std::string> lost;
      std::ranges::set_difference(rows, in.at(table), std::back_inserter(lost));
      if (lost.empty()) continue;
      out += "\n  " + table + ": " + std::to_string(lost.size()) + ' ' + std::string(word);
      for (std::size_t i = 0; i < std::min<std::size_t>(lost.size(), 3); ++i) out += "\n    " + lost[i];
    }
  };
  missing(wanted, got, "missing");
  if (exactly) missing(got, wanted, "too many");
  return out;
}

}  // namespace iz::test
