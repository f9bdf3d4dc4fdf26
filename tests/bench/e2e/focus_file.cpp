// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "e2e/focus_file.hpp"

#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <infrazen/decimal.hpp>

namespace iz::bench {
namespace {

struct Column {
  const char* name;
  const char* type;
};

constexpr Column kColumns[] = {
    {"BilledCost", "numeric"},
    {"BillingAccountId", "text"},
    {"BillingAccountName", "text"},
    {"BillingCurrency", "text"},
    {"BillingPeriodStart", "timestamptz"},
    {"BillingPeriodEnd", "timestamptz"},
    {"ChargeCategory", "text"},
    {"ChargeClass", "text"},
    {"ChargeDescription", "text"},
    {"ChargeFrequency", "text"},
    {"ChargePeriodStart", "timestamptz"},
    {"ChargePeriodEnd", "timestamptz"},
    {"CommitmentDiscountId", "text"},
    {"ConsumedQuantity", "numeric"},
    {"ConsumedUnit", "text"},
    {"ContractedCost", "numeric"},
    {"ContractedUnitPrice", "numeric"},
    {"EffectiveCost", "numeric"},
    {"InvoiceId", "text"},
    {"InvoiceIssuerName", "text"},
    {"ListCost", "numeric"},
    {"ListUnitPrice", "numeric"},
    {"PricingCategory", "text"},
    {"PricingCurrency", "text"},
    {"PricingQuantity", "numeric"},
    {"PricingUnit", "text"},
    {"ProviderName", "text"},
    {"PublisherName", "text"},
    {"RegionId", "text"},
    {"RegionName", "text"},
    {"AvailabilityZone", "text"},
    {"ResourceId", "text"},
    {"ResourceName", "text"},
    {"ResourceType", "text"},
    {"ServiceCategory", "text"},
    {"ServiceSubcategory", "text"},
    {"ServiceName", "text"},
    {"SkuId", "text"},
    {"SkuMeter", "text"},
    {"SkuPriceId", "text"},
    {"SkuPriceDetails", "text"},
    {"SubAccountId", "text"},
    {"SubAccountName", "text"},
    {"Tags", "text"},
    {"x_Cluster", "text"},
    {"x_Namespace", "text"},
    {"x_CostCentre", "text"},
    {"x_OperationId", "text"},
    {"x_Tier", "text"},
    {"x_Environment", "text"},
};
static_assert(std::size(kColumns) == 50);

constexpr int kResources = 20'000;
constexpr int kSkus = 400;
constexpr int kTagSets = 3'000;
constexpr int kServices = 12;
constexpr int kAccounts = 5;
constexpr int kSubAccounts = 40;

// All texts that depend on the resource, made once.
std::string resource_text(int resource) {
  const int service = resource % kServices;
  const int sku = resource % kSkus;
  const int tags = resource % kTagSets;
  const int sub = resource % kSubAccounts;
  const char* region = resource % 3 == 0 ? "ru-central1" : resource % 3 == 1 ? "ru-msk" : "ru-spb";
  char text[2048];
  std::snprintf(
      text, sizeof text,
      "Lake Cloud,Lake Cloud,%s,Region %s,%s-%c,lake:vm:%05d:instance/i-%012x,machine-%05d,Virtual "
      "Machine,Compute,Virtual "
      "Machines,Service %02d,sku-%04d,Meter %04d,sku-price-%04d,\"{\"\"CoreCount\"\": %d, \"\"MemorySize\"\": "
      "%d}\",folder-%02d,Folder number %02d,\"{\"\"env\"\": \"\"%s\"\", \"\"team\"\": \"\"team-%d\"\", "
      "\"\"project\"\": \"\"project-%04d\"\"}\",cluster-%d,namespace-%d,cc-%03d,op-%02d,tier-%d,%s\n",
      region, region, region, 'a' + resource % 3, resource, static_cast<unsigned>(resource) * 2654435761U, resource,
      service, sku, sku, sku, 2 << (resource % 5), 4 << (resource % 5), sub, sub, tags % 2 == 0 ? "prod" : "dev",
      tags % 30, tags, resource % 20, resource % 60, resource % 100, resource % 17, resource % 3,
      tags % 2 == 0 ? "production" : "development");
  return text;
}

std::string places9(std::int64_t units) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%09lld", static_cast<long long>(units / 1'000'000'000),
                static_cast<long long>(units % 1'000'000'000));
  return text;
}

}  // namespace

FocusFile write_focus_file(const std::filesystem::path& path, std::int64_t rows, int restated_day, bool changed_last) {
  std::ofstream out(path, std::ios::binary);
  std::vector<char> buffer(1U << 20);
  out.rdbuf()->pubsetbuf(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  for (std::size_t i = 0; i < std::size(kColumns); ++i) out << (i == 0 ? "" : ",") << kColumns[i].name;
  out << '\n';
  std::vector<std::string> resources;
  resources.reserve(kResources);
  for (int i = 0; i < kResources; ++i) resources.push_back(resource_text(i));

  std::int64_t sum = 0;  // of the billed amounts, in units of the ninth place: at most 10^17
  for (std::int64_t row = 0; row < rows; ++row) {
    const int resource = static_cast<int>((row * 7919) % kResources);
    const int day = static_cast<int>(row * 30 / rows) + 1;
    const int hour = static_cast<int>(row % 24);
    // Different for every row, nine places; cost = unit price × quantity, as the specification asks.
    std::int64_t unit = 1'000'000'000 + row * 1'009 + resource;
    if (day == restated_day || (changed_last && row + 1 == rows)) ++unit;
    const int quantity = static_cast<int>(row % 4) + 1;
    const std::int64_t cost = unit * quantity;
    sum += cost;
    const std::string price = places9(unit);
    const std::string amount = places9(cost);
    char text[1024];
    const int length = std::snprintf(
        text, sizeof text,
        "%s,account-%d,Organisation number %d,RUB,2026-09-01T00:00:00Z,2026-10-01T00:00:00Z,Usage,,Virtual machine of "
        "size %d per "
        "hour,Usage-Based,2026-09-%02dT%02d:00:00Z,2026-09-%02dT%02d:59:59Z,,%d,Hours,%s,%s,%s,inv-2026-09-%d,Lake "
        "Cloud,%s,%s,Standard,RUB,%d,Hours,",
        amount.c_str(), resource % kAccounts, resource % kAccounts, resource % kSkus, day, hour, day, hour, quantity,
        amount.c_str(), price.c_str(), amount.c_str(), resource % kAccounts, amount.c_str(), price.c_str(), quantity);
    out.write(text, length);
    out << resources[static_cast<std::size_t>(resource)];
  }
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path.string());

  std::string digits;
  for (std::int64_t rest = sum; rest != 0; rest /= 10)
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  digits.insert(digits.size() - 9, ".");
  return {rows, infrazen::Decimal::parse(digits)->to_string()};
}

std::string flat_table_ddl(const std::string& name) {
  std::string ddl = "CREATE TABLE " + name + " (";
  for (std::size_t i = 0; i < std::size(kColumns); ++i)
    ddl += std::string(i == 0 ? "" : ", ") + '"' + kColumns[i].name + "\" " + kColumns[i].type;
  return ddl + "); CREATE INDEX ON " + name + " (\"BillingAccountId\", \"ChargePeriodStart\")";
}

}  // namespace iz::bench
