// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/costs/cost_report.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include <infrazen/abi/base.h>

#include "store/session/session.hpp"

namespace iz::store {

bool parse_cost_dimension(std::string_view text, CostDimension& dimension, std::string& tag_key) {
  static constexpr std::pair<std::string_view, CostDimension> kNames[] = {
      {"service", CostDimension::service},   {"account", CostDimension::account},       {"sub-account", CostDimension::sub_account},
      {"region", CostDimension::region},     {"connection", CostDimension::connection}, {"category", CostDimension::category}};
  for (const auto& [name, value] : kNames) {
    if (name == text) {
      dimension = value;
      return true;
    }
  }
  constexpr std::string_view kTag = "tag:";
  if (!text.starts_with(kTag) || text.size() == kTag.size()) return false;
  dimension = CostDimension::tag;
  tag_key = text.substr(kTag.size());
  return true;
}

namespace {

struct Columns {
  const char* key;
  const char* name;
};

Columns columns_of(CostDimension dimension) {
  switch (dimension) {
    case CostDimension::service: return {"service_name", "service_category"};
    case CostDimension::account: return {"billing_account_id", "billing_account_name"};
    case CostDimension::sub_account: return {"sub_account_id", "sub_account_name"};
    case CostDimension::region: return {"region_id", "region_name"};
    case CostDimension::connection: return {"connection", "provider"};
    case CostDimension::category: return {"charge_category", "''"};
    case CostDimension::tag: break;
  }
  return {"''", "''"};
}

std::string report_sql(const CostQuestion& question) {
  // $1 the month, $2 the connection or '', $3 the tag's key.
  if (question.by == CostDimension::tag) {
    return R"(
      SELECT coalesce(coalesce(g.tags, c.inline -> 'tags' -> 'tags') ->> $3, '') AS key, '' AS name, a.billing_currency,
             sum(c.billed_cost), sum(c.effective_cost), count(*)
      FROM infrazen.cost_charges c
      JOIN infrazen.cost_accounts a ON a.tenant_id = c.tenant_id AND a.id = c.account_id
      LEFT JOIN infrazen.cost_tags g ON g.tenant_id = c.tenant_id AND g.id = c.tags_id
      WHERE c.billing_month = $1::date
        AND ($2 = '' OR c.part_id IN (SELECT part_id FROM infrazen.cost_parts JOIN infrazen.connections k USING (connection_id)
                                      WHERE k.name = $2))
      GROUP BY 1, 2, 3)";
  }
  const auto columns = columns_of(question.by);
  return std::string("SELECT coalesce(") + columns.key + ", ''), coalesce(max(" + columns.name +
         "), ''), billing_currency, sum(billed_cost), sum(effective_cost), sum(charges) FROM infrazen.cost_report WHERE "
         "billing_month = $1::date AND ($2 = '' OR connection = $2) AND $3::text IS NOT NULL GROUP BY 1, 3";
}

infrazen::Decimal decimal_of(const std::string& text) {
  const auto value = infrazen::Decimal::parse(text);
  if (!value) throw records::RunError(IZ_ERR_PERMANENT, "the sum " + text + " has more than 38 digits: it cannot be reported");
  return *value;
}

}  // namespace

CostReport cost_report(Database& database, const CostQuestion& question) {
  char month[16];
  std::snprintf(month, sizeof(month), "%04d-%02u-01", static_cast<int>(question.month.year()),
                static_cast<unsigned>(question.month.month()));
  CostReport report;
  in_transaction(database, "report costs", [&](pqxx::work& tx) {
    for (const auto& row : query(tx, report_sql(question), std::string(month), question.connection, question.tag_key)) {
      CostLine line;
      line.key = row[0].as<std::string>();
      line.name = row[1].as<std::string>();
      line.currency = row[2].as<std::string>();
      line.billed = decimal_of(row[3].as<std::string>());
      if (!row[4].is_null()) line.effective = decimal_of(row[4].as<std::string>());
      line.charges = row[5].as<std::int64_t>();
      report.lines.push_back(std::move(line));
    }
  });
  std::ranges::sort(report.lines, [](const CostLine& a, const CostLine& b) {
    if (a.currency != b.currency) return a.currency < b.currency;
    if (a.billed != b.billed) return a.billed > b.billed;
    return a.key < b.key;
  });
  std::map<std::string, CostLine> totals;
  for (const auto& line : report.lines) {
    auto& total = totals[line.currency];
    total.currency = line.currency;
    total.billed += line.billed;
    total.effective += line.effective;
    total.charges += line.charges;
  }
  for (auto& [currency, total] : totals) report.totals.push_back(std::move(total));
  return report;
}

}  // namespace iz::store
