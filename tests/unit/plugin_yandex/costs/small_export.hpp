// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

// Exports of a few rows, written where they are tested.
namespace iz::yandex::test {

struct SmallRow {
  std::string date = "2026-10-14";
  std::string cost = "10";
  std::string sku_name = "Intel Ice Lake. RAM";
  std::string quantity = "2";
  std::string unit = "gbyte*hour";
  std::string grant = "0", volume = "0", cud = "0", misc = "0";
  std::string credit = {};  // "" = the sum is left out
  std::string account = "acc-1";
  std::string folder = "folder-1";
  std::string resource = "vm-1";
  std::string sku = "sku-1";
  std::string locale = "ru";
  std::string updated_at = "1792000000";
  std::string currency = "RUB";
};

inline std::string small_export(const std::vector<SmallRow>& rows) {
  std::string out =
      "billing_account_id,date,folder_id,resource_id,service_name,sku_id,sku_name,pricing_quantity,pricing_unit,cost,"
      "credit,monetary_grant_credit,volume_incentive_credit,cud_credit,misc_credit,currency,locale,updated_at\n";
  for (const SmallRow& row : rows) {
    const std::string* const cells[] = {&row.account, &row.date, &row.folder, &row.resource};
    for (const std::string* cell : cells) out += *cell + ',';
    out += "Compute Cloud," + row.sku + ",\"" + row.sku_name + "\"," + row.quantity + ',' + row.unit + ',' + row.cost +
           ',' + row.credit + ',' + row.grant + ',' + row.volume + ',' + row.cud + ',' + row.misc + ',' + row.currency +
           ',' + row.locale + ',' + row.updated_at + '\n';
  }
  return out;
}

}  // namespace iz::yandex::test
