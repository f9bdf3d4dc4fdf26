// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/focus_facts.hpp"

#include <algorithm>

#include <infrazen/abi/records.h>

namespace iz::finops {
namespace {

using enum FocusVersion;
constexpr bool never_null = true;
constexpr bool may_be_null = false;

constexpr std::string_view kChargeCategories[] = {"Usage", "Purchase", "Tax", "Credit", "Adjustment"};
constexpr std::string_view kChargeClasses[] = {"Correction"};
constexpr std::string_view kChargeFrequencies[] = {"One-Time", "Recurring", "Usage-Based"};
constexpr std::string_view kCommitmentCategories[] = {"Spend", "Usage"};
constexpr std::string_view kUsedUnused[] = {"Used", "Unused"};
constexpr std::string_view kPricingCategories[] = {"Standard", "Dynamic", "Committed", "Other"};
constexpr std::string_view kServiceCategories[] = {"AI and Machine Learning",
                                                   "Analytics",
                                                   "Business Applications",
                                                   "Compute",
                                                   "Databases",
                                                   "Developer Tools",
                                                   "Multicloud",
                                                   "Identity",
                                                   "Integration",
                                                   "Internet of Things",
                                                   "Management and Governance",
                                                   "Media",
                                                   "Migration",
                                                   "Mobile",
                                                   "Networking",
                                                   "Security",
                                                   "Storage",
                                                   "Web",
                                                   "Other"};

// Where the published column tables disagree with the requirement model, the model's mended meaning is used:
// BillingAccountType may be null where BillingAccountId is (BillingAccountType-C-004).
constexpr FocusColumn kColumns[] = {
    {IZ_CHARGE_ALLOCATED_METHOD_DETAILS, v1_3, v1_4, may_be_null, Format::object, {}},
    {IZ_CHARGE_ALLOCATED_METHOD_ID, v1_3, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_ALLOCATED_RESOURCE_ID, v1_3, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_ALLOCATED_RESOURCE_NAME, v1_3, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_ALLOCATED_TAGS, v1_3, v1_4, may_be_null, Format::key_value, {}},
    {IZ_CHARGE_AVAILABILITY_ZONE, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_BILLED_COST, v1_0, v1_4, never_null, Format::number, {}},
    {IZ_CHARGE_BILLING_ACCOUNT_ID, v1_0, v1_4, never_null, Format::text, {}},
    {IZ_CHARGE_BILLING_ACCOUNT_NAME, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_BILLING_ACCOUNT_TYPE, v1_2, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_BILLING_CURRENCY, v1_0, v1_4, never_null, Format::currency, {}},
    {IZ_CHARGE_BILLING_PERIOD_END, v1_0, v1_4, never_null, Format::instant, {}},
    {IZ_CHARGE_BILLING_PERIOD_START, v1_0, v1_4, never_null, Format::instant, {}},
    {IZ_CHARGE_CAPACITY_RESERVATION_ID, v1_1, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_CAPACITY_RESERVATION_STATUS, v1_1, v1_4, may_be_null, Format::text, kUsedUnused},
    {IZ_CHARGE_CHARGE_CATEGORY, v1_0, v1_4, never_null, Format::text, kChargeCategories},
    {IZ_CHARGE_CHARGE_CLASS, v1_0, v1_4, may_be_null, Format::text, kChargeClasses},
    {IZ_CHARGE_CHARGE_DESCRIPTION, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_CHARGE_FREQUENCY, v1_0, v1_4, never_null, Format::text, kChargeFrequencies},
    {IZ_CHARGE_CHARGE_PERIOD_END, v1_0, v1_4, never_null, Format::instant, {}},
    {IZ_CHARGE_CHARGE_PERIOD_START, v1_0, v1_4, never_null, Format::instant, {}},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_CATEGORY, v1_0, v1_4, may_be_null, Format::text, kCommitmentCategories},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_ID, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_NAME, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, v1_1, v1_4, may_be_null, Format::number, {}},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS, v1_0, v1_4, may_be_null, Format::text, kUsedUnused},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_TYPE, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_UNIT, v1_1, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_COMMITMENT_PROGRAM_ELIGIBILITY_DETAILS, v1_4, v1_4, may_be_null, Format::object, {}},
    {IZ_CHARGE_CONSUMED_QUANTITY, v1_0, v1_4, may_be_null, Format::number, {}},
    {IZ_CHARGE_CONSUMED_UNIT, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_CONTRACT_APPLIED, v1_3, v1_4, may_be_null, Format::object, {}},
    {IZ_CHARGE_CONTRACTED_COST, v1_0, v1_4, never_null, Format::number, {}},
    {IZ_CHARGE_CONTRACTED_UNIT_PRICE, v1_0, v1_4, may_be_null, Format::price, {}},
    {IZ_CHARGE_EFFECTIVE_COST, v1_0, v1_4, never_null, Format::number, {}},
    {IZ_CHARGE_HOST_PROVIDER_NAME, v1_3, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_INVOICE_DETAIL_ID, v1_4, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_INVOICE_ID, v1_2, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_INVOICE_ISSUER_NAME, v1_0, v1_4, never_null, Format::text, {}},
    {IZ_CHARGE_LIST_COST, v1_0, v1_4, never_null, Format::number, {}},
    {IZ_CHARGE_LIST_UNIT_PRICE, v1_0, v1_4, may_be_null, Format::price, {}},
    {IZ_CHARGE_PRICING_CATEGORY, v1_0, v1_4, may_be_null, Format::text, kPricingCategories},
    {IZ_CHARGE_PRICING_CURRENCY, v1_2, v1_4, never_null, Format::currency, {}},
    {IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, v1_2, v1_4, may_be_null, Format::price, {}},
    {IZ_CHARGE_PRICING_CURRENCY_EFFECTIVE_COST, v1_2, v1_4, never_null, Format::number, {}},
    {IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE, v1_2, v1_4, may_be_null, Format::price, {}},
    {IZ_CHARGE_PRICING_QUANTITY, v1_0, v1_4, may_be_null, Format::number, {}},
    {IZ_CHARGE_PRICING_UNIT, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_PROVIDER_NAME, v1_0, v1_3, never_null, Format::text, {}},
    {IZ_CHARGE_PUBLISHER_NAME, v1_0, v1_3, never_null, Format::text, {}},
    {IZ_CHARGE_REGION_ID, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_REGION_NAME, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_RESOURCE_ID, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_RESOURCE_NAME, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_RESOURCE_TYPE, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_SERVICE_CATEGORY, v1_0, v1_4, never_null, Format::text, kServiceCategories},
    {IZ_CHARGE_SERVICE_NAME, v1_0, v1_4, never_null, Format::text, {}},
    {IZ_CHARGE_SERVICE_PROVIDER_NAME, v1_3, v1_4, never_null, Format::text, {}},
    {IZ_CHARGE_SERVICE_SUBCATEGORY, v1_1, v1_4, never_null, Format::text, {}},
    {IZ_CHARGE_SKU_ID, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_SKU_METER, v1_1, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_SKU_PRICE_DETAILS, v1_1, v1_4, may_be_null, Format::key_value, {}},
    {IZ_CHARGE_SKU_PRICE_ID, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_SUB_ACCOUNT_ID, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_SUB_ACCOUNT_NAME, v1_0, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_SUB_ACCOUNT_TYPE, v1_2, v1_4, may_be_null, Format::text, {}},
    {IZ_CHARGE_TAGS, v1_0, v1_4, may_be_null, Format::key_value, {}},
};

constexpr ServiceSubcategory kSubcategories[] = {
    // AI and Machine Learning
    {"AI Platforms", 1},
    {"Bots", 1},
    {"Generative AI", 1},
    {"Machine Learning", 1},
    {"Natural Language Processing", 1},
    {"Other (AI and Machine Learning)", 1},
    // Analytics
    {"Analytics Platforms", 2},
    {"Business Intelligence", 2},
    {"Data Processing", 2},
    {"Search", 2},
    {"Streaming Analytics", 2},
    {"Other (Analytics)", 2},
    // Business Applications
    {"Productivity and Collaboration", 3},
    {"Other (Business Applications)", 3},
    // Compute
    {"Containers", 4},
    {"End User Computing", 4},
    {"Quantum Compute", 4},
    {"Serverless Compute", 4},
    {"Virtual Machines", 4},
    {"Other (Compute)", 4},
    // Databases
    {"Caching", 5},
    {"Data Warehouses", 5},
    {"Ledger Databases", 5},
    {"NoSQL Databases", 5},
    {"Relational Databases", 5},
    {"Time Series Databases", 5},
    {"Other (Databases)", 5},
    // Developer Tools
    {"Developer Platforms", 6},
    {"Continuous Integration and Deployment", 6},
    {"Development Environments", 6},
    {"Source Code Management", 6},
    {"Quality Assurance", 6},
    {"Other (Developer Tools)", 6},
    // Multicloud
    {"Multicloud Integration", 7},
    {"Other (Multicloud)", 7},
    // Identity
    {"Identity and Access Management", 8},
    {"Other (Identity)", 8},
    // Integration
    {"API Management", 9},
    {"Messaging", 9},
    {"Workflow Orchestration", 9},
    {"Other (Integration)", 9},
    // Internet of Things
    {"IoT Analytics", 10},
    {"IoT Platforms", 10},
    {"Other (Internet of Things)", 10},
    // Management and Governance
    {"Architecture", 11},
    {"Compliance", 11},
    {"Cost Management", 11},
    {"Data Governance", 11},
    {"Disaster Recovery", 11},
    {"Endpoint Management", 11},
    {"Observability", 11},
    {"Support", 11},
    {"Other (Management and Governance)", 11},
    // Media
    {"Content Creation", 12},
    {"Gaming", 12},
    {"Media Streaming", 12},
    {"Mixed Reality", 12},
    {"Other (Media)", 12},
    // Migration
    {"Data Migration", 13},
    {"Resource Migration", 13},
    {"Other (Migration)", 13},
    // Mobile
    {"Other (Mobile)", 14},
    // Networking
    {"Application Networking", 15},
    {"Content Delivery", 15},
    {"Network Connectivity", 15},
    {"Network Infrastructure", 15},
    {"Network Routing", 15},
    {"Network Security", 15},
    {"Other (Networking)", 15},
    // Security
    {"Secret Management", 16},
    {"Security Posture Management", 16},
    {"Threat Detection and Response", 16},
    {"Other (Security)", 16},
    // Storage
    {"Backup Storage", 17},
    {"Block Storage", 17},
    {"File Storage", 17},
    {"Object Storage", 17},
    {"Storage Platforms", 17},
    {"Other (Storage)", 17},
    // Web
    {"Application Platforms", 18},
    {"Other (Web)", 18},
    // Other
    {"Other (Other)", 19},
};

// Every code of ISO 4217 that names money, three letters each; sorted.
constexpr std::string_view kNational =
    "AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBHDBIFBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCLFCLPCNYCOPCOUCRCCUC"
    "CUP"
    "CVECZKDJFDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYDHKDHNLHTGHUFIDRILSINRIQDIRRISKJMDJODJPYKESKGSKHRKMFKPW"
    "KRW"
    "KWDKYDKZTLAKLBPLKRLRDLSLLYDMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDOMRPABPENPGKPHPPKRPLNPYG"
    "QAR"
    "RONRSDRUBRWFSARSBDSCRSDGSEKSGDSHPSLESLLSOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTNDTOPTRYTTDTWDTZSUAHUGXUSDUSNUYIUYUUYWUZSVED"
    "VES"
    "VNDVUVWSTXAFXCDXCGXOFXPFYERZARZMWZWGZWL";
// Metals, bond market units, SDR, Sucre, ADB unit, testing, none.
constexpr std::string_view kOther = "XAGXAUXBAXBBXBCXBDXDRXPDXPTXSUXTSXUAXXX";

// Both lists are sorted triples.
bool has_code(std::string_view triples, std::string_view text) {
  if (text.size() != 3) return false;
  std::size_t low = 0;
  std::size_t high = triples.size() / 3;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const int order = triples.substr(middle * 3, 3).compare(text);
    if (order == 0) return true;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

constexpr std::string_view kSkuPriceKeys[] = {"CoreCount",      "DiskMaxIops",          "DiskSpace",       "DiskType",
                                              "GpuCount",       "InstanceType",         "InstanceSeries",  "MemorySize",
                                              "NetworkMaxIops", "NetworkMaxThroughput", "OperatingSystem", "Redundancy",
                                              "StorageClass"};

}  // namespace

std::span<const FocusColumn> focus_columns() {
  return kColumns;
}

const FocusColumn* find_focus_column(std::uint32_t field) {
  const auto* it = std::ranges::find(kColumns, field, &FocusColumn::field);
  return it == std::end(kColumns) ? nullptr : it;
}

std::span<const ServiceSubcategory> service_subcategories() {
  return kSubcategories;
}

bool is_national_currency(std::string_view text) {
  return has_code(kNational, text);
}

bool is_currency(std::string_view text) {
  return has_code(kNational, text) || has_code(kOther, text);
}

bool is_sku_price_key(std::string_view key) {
  return std::ranges::find(kSkuPriceKeys, key) != std::end(kSkuPriceKeys);
}

}  // namespace iz::finops
