// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/costs/charge_batch.hpp"

#include <algorithm>
#include <array>

#include "support/unit_price.hpp"
#include "yandex/costs/service_words.hpp"
#include <infrazen/days.hpp>
#include <infrazen/json.hpp>

namespace iz::yandex {
namespace {

using infrazen::BatchBuilder;
using infrazen::Decimal;

enum Cell : std::size_t {
  billed_cost,
  effective_cost,
  list_cost,
  contracted_cost,
  list_unit_price,
  contracted_unit_price,
  pricing_quantity,
  pricing_unit,
  consumed_quantity,
  consumed_unit,
  charge_period_start,
  charge_period_end,
  billing_period_start,
  billing_period_end,
  billing_account_id,
  billing_account_name,
  billing_account_type,
  billing_currency,
  sub_account_id,
  sub_account_name,
  sub_account_type,
  service_name,
  service_category,
  resource_id,
  resource_type,
  sku_id,
  sku_price_id,
  sku_meter,
  charge_category,
  charge_class,
  charge_frequency,
  charge_description,
  pricing_category,
  commitment_id,
  commitment_name,
  commitment_type,
  commitment_category,
  commitment_status,
  commitment_quantity,
  commitment_unit,
  provider_name,
  publisher_name,
  invoice_issuer_name,
  host_provider_name,
  service_provider_name,
  tags,
  amount_basis,
  tax_rate,
  charge_status,
  x_cloud_id,
  x_cloud_name,
  x_service_id,
  x_credit_kind,
  x_reward,
  extras,
};

constexpr std::array<BatchBuilder::Column, extras> kCells{{{IZ_CHARGE_BILLED_COST},
                                                           {IZ_CHARGE_EFFECTIVE_COST},
                                                           {IZ_CHARGE_LIST_COST},
                                                           {IZ_CHARGE_CONTRACTED_COST},
                                                           {IZ_CHARGE_LIST_UNIT_PRICE},
                                                           {IZ_CHARGE_CONTRACTED_UNIT_PRICE},
                                                           {IZ_CHARGE_PRICING_QUANTITY},
                                                           {IZ_CHARGE_PRICING_UNIT},
                                                           {IZ_CHARGE_CONSUMED_QUANTITY},
                                                           {IZ_CHARGE_CONSUMED_UNIT},
                                                           {IZ_CHARGE_CHARGE_PERIOD_START},
                                                           {IZ_CHARGE_CHARGE_PERIOD_END},
                                                           {IZ_CHARGE_BILLING_PERIOD_START},
                                                           {IZ_CHARGE_BILLING_PERIOD_END},
                                                           {IZ_CHARGE_BILLING_ACCOUNT_ID},
                                                           {IZ_CHARGE_BILLING_ACCOUNT_NAME},
                                                           {IZ_CHARGE_BILLING_ACCOUNT_TYPE},
                                                           {IZ_CHARGE_BILLING_CURRENCY},
                                                           {IZ_CHARGE_SUB_ACCOUNT_ID},
                                                           {IZ_CHARGE_SUB_ACCOUNT_NAME},
                                                           {IZ_CHARGE_SUB_ACCOUNT_TYPE},
                                                           {IZ_CHARGE_SERVICE_NAME},
                                                           {IZ_CHARGE_SERVICE_CATEGORY},
                                                           {IZ_CHARGE_RESOURCE_ID},
                                                           {IZ_CHARGE_RESOURCE_TYPE},
                                                           {IZ_CHARGE_SKU_ID},
                                                           {IZ_CHARGE_SKU_PRICE_ID},
                                                           {IZ_CHARGE_SKU_METER},
                                                           {IZ_CHARGE_CHARGE_CATEGORY},
                                                           {IZ_CHARGE_CHARGE_CLASS},
                                                           {IZ_CHARGE_CHARGE_FREQUENCY},
                                                           {IZ_CHARGE_CHARGE_DESCRIPTION},
                                                           {IZ_CHARGE_PRICING_CATEGORY},
                                                           {IZ_CHARGE_COMMITMENT_DISCOUNT_ID},
                                                           {IZ_CHARGE_COMMITMENT_DISCOUNT_NAME},
                                                           {IZ_CHARGE_COMMITMENT_DISCOUNT_TYPE},
                                                           {IZ_CHARGE_COMMITMENT_DISCOUNT_CATEGORY},
                                                           {IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS},
                                                           {IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY},
                                                           {IZ_CHARGE_COMMITMENT_DISCOUNT_UNIT},
                                                           {IZ_CHARGE_PROVIDER_NAME},
                                                           {IZ_CHARGE_PUBLISHER_NAME},
                                                           {IZ_CHARGE_INVOICE_ISSUER_NAME},
                                                           {IZ_CHARGE_HOST_PROVIDER_NAME},
                                                           {IZ_CHARGE_SERVICE_PROVIDER_NAME},
                                                           {IZ_CHARGE_TAGS},
                                                           {IZ_CHARGE_AMOUNT_BASIS},
                                                           {IZ_CHARGE_TAX_RATE},
                                                           {IZ_CHARGE_CHARGE_STATUS},
                                                           {IZ_FIELD_EXTENSION, "x_CloudId"},
                                                           {IZ_FIELD_EXTENSION, "x_CloudName"},
                                                           {IZ_FIELD_EXTENSION, "x_ServiceId"},
                                                           {IZ_FIELD_EXTENSION, "x_CreditKind"},
                                                           {IZ_FIELD_EXTENSION, "x_Reward"}}};

constexpr std::string_view kProvider = "Yandex Cloud";
constexpr std::string_view kCommitmentType = "CVoS";
constexpr std::string_view kUnknownCommitment = "unknown";

std::vector<BatchBuilder::Column> cells_of(const ExportHeader& header) {
  std::vector<BatchBuilder::Column> cells(kCells.begin(), kCells.end());
  for (const NamedColumn& extra : header.extras) cells.push_back({IZ_FIELD_EXTENSION, extra.name});
  return cells;
}

std::string_view category_of(LineKind kind) {
  switch (kind) {
    case LineKind::usage:
    case LineKind::covered:
    case LineKind::unused: return "Usage";
    case LineKind::purchase: return "Purchase";
    case LineKind::credit: return "Credit";
  }
  return {};
}

}  // namespace

ChargeBatch::ChargeBatch(const infrazen::Sink& sink, const ExportHeader& header, const CostSettings& settings,
                         infrazen::Micros now, std::string_view origin)
    : header_(header), settings_(settings), now_(now), batch_(sink, infrazen::Kind::charge, cells_of(header)) {
  batch_.origin(origin);
}

void ChargeBatch::add(std::string_view scope, const ExportRow& row, const ChargeLine& line) {
  take_day(row.day, row.text(Column::currency));
  batch_.scope(scope);
  batch_.row(row.line);
  amount(billed_cost, line.billed);
  amount(effective_cost, line.effective);
  amount(list_cost, line.list);
  amount(contracted_cost, line.contracted);
  write_where(row, line);
  write_what(row, line);
  write_quantity(row, line);
  write_commitment(row, line);
  write_tags(row);
  for (std::size_t i = 0; i < header_.extras.size(); ++i) text(extras + i, row.cells[header_.extras[i].place]);
}

void ChargeBatch::amount(std::size_t column, const Decimal& value) {
  char* const out = batch_.reserve(Decimal::kMaxChars);
  batch_.written(column, out, value.to_chars(out));
}

void ChargeBatch::take_day(Day day, std::string_view currency) {
  if (day_ == day && currency_ == currency) return;
  day_ = day;
  currency_ = currency;
  start_ = infrazen::to_text(start_of(day));
  end_ = infrazen::to_text(end_of(day));
  month_start_ = infrazen::to_text(start_of(infrazen::month_of(day)));
  month_end_ = infrazen::to_text(start_of(infrazen::next_month(day)));
  tax_rate_ = settings_.tax_rate(day, currency);
}

void ChargeBatch::write_where(const ExportRow& row, const ChargeLine& line) {
  text(charge_period_start, start_);
  text(charge_period_end, end_);
  text(billing_period_start, month_start_);
  text(billing_period_end, month_end_);
  text(billing_account_id, row.text(Column::billing_account_id));
  text(billing_account_name, row.text(Column::billing_account_name));
  text(billing_account_type, "billing account");
  text(billing_currency, row.text(Column::currency));
  // Usage may belong to no cloud (Tracker, support), and a folder that is gone has no name any more.
  const bool folder = !row.text(Column::folder_id).empty();
  const std::string_view id = row.text(folder ? Column::folder_id : Column::cloud_id);
  if (!id.empty()) {
    const std::string_view name = row.text(folder ? Column::folder_name : Column::cloud_name);
    text(sub_account_id, id);
    text(sub_account_name, name.empty() ? id : name);
    text(sub_account_type, folder ? "folder" : "cloud");
  }
  text(x_cloud_id, row.text(Column::cloud_id));
  text(x_cloud_name, row.text(Column::cloud_name));
  for (const std::size_t column :
       {provider_name, publisher_name, invoice_issuer_name, host_provider_name, service_provider_name}) {
    batch_.borrow(column, kProvider);
  }
  if (line.kind == LineKind::unused) return;
  if (const std::string_view resource = row.text(Column::resource_id); !resource.empty()) {
    text(resource_id, resource);
    text(resource_type, resource_type_of(row.text(Column::service_name), row.text(Column::sku_name)));
  }
}

void ChargeBatch::write_what(const ExportRow& row, const ChargeLine& line) {
  const std::string_view service = row.text(Column::service_name);
  text(service_name, service.empty() ? row.text(Column::service_id) : service);
  text(x_service_id, row.text(Column::service_id));
  batch_.borrow(service_category, category_of_service(service));
  text(sku_id, row.text(Column::sku_id));
  text(charge_description, row.text(Column::sku_name));
  if (!row.text(Column::sku_id).empty()) text(sku_meter, row.text(Column::sku_name));
  batch_.borrow(charge_category, category_of(line.kind));
  batch_.borrow(charge_frequency, line.kind == LineKind::purchase ? "Recurring" : "Usage-Based");
  // Money given back for usage that was billed before.
  if (line.kind == LineKind::usage && row.cost.sign() < 0) batch_.borrow(charge_class, "Correction");
  text(x_credit_kind, line.credit_kind);
  if (line.kind == LineKind::usage || line.kind == LineKind::purchase) text(x_reward, row.text(Column::reward));
  if (settings_.vat != Vat::none) {
    batch_.borrow(amount_basis, settings_.vat == Vat::included ? "gross" : "net");
    if (tax_rate_) text(tax_rate, *tax_rate_);
  }
  batch_.borrow(charge_status, is_preliminary(row.day, now_) ? "preliminary" : "billed");
}

void ChargeBatch::write_quantity(const ExportRow& row, const ChargeLine& line) {
  if (line.kind == LineKind::credit) return;
  const bool committed = line.kind == LineKind::covered || line.kind == LineKind::unused;
  text(sku_price_id, row.text(Column::sku_id));
  batch_.borrow(pricing_category, committed ? "Committed" : "Standard");
  if (!line.quantity || row.text(Column::pricing_unit).empty()) return;
  amount(pricing_quantity, *line.quantity);
  text(pricing_unit, row.text(Column::pricing_unit));
  if (const auto price = support::unit_price(line.list, line.quantity)) amount(list_unit_price, *price);
  if (const auto price = support::unit_price(line.contracted, line.quantity)) amount(contracted_unit_price, *price);
  if (line.kind == LineKind::usage || line.kind == LineKind::covered) {
    amount(consumed_quantity, *line.quantity);
    text(consumed_unit, row.text(Column::pricing_unit));
  }
}

void ChargeBatch::write_commitment(const ExportRow& row, const ChargeLine& line) {
  if (line.commitment == nullptr && line.kind != LineKind::covered) return;
  const bool known = line.commitment != nullptr;
  text(commitment_id, known ? std::string_view(line.commitment->id) : kUnknownCommitment);
  text(commitment_name, known ? std::string_view(line.commitment->name) : kUnknownCommitment);
  batch_.borrow(commitment_type, kCommitmentType);
  batch_.borrow(commitment_category, "Usage");
  if (line.kind == LineKind::covered) batch_.borrow(commitment_status, "Used");
  if (line.kind == LineKind::unused) batch_.borrow(commitment_status, "Unused");
  if (line.quantity && !row.text(Column::pricing_unit).empty()) {
    amount(commitment_quantity, *line.quantity);
    text(commitment_unit, row.text(Column::pricing_unit));
  }
  if (line.kind == LineKind::purchase || line.kind == LineKind::unused) {
    text(resource_id, line.commitment->id);
    batch_.borrow(resource_type, kCommitmentType);
  }
}

// In the order of their names, so that a label more elsewhere in the file changes nothing here.
void ChargeBatch::write_tags(const ExportRow& row) {
  tags_.clear();
  for (const NamedColumn& label : header_.labels) {
    const std::string_view value = row.cells[label.place];
    if (value.empty()) continue;
    tags_ += tags_.empty() ? '{' : ',';
    infrazen::append_json_string(tags_, label.name);
    tags_ += ':';
    infrazen::append_json_string(tags_, value);
  }
  if (!tags_.empty()) text(tags, tags_ += '}');
}

}  // namespace iz::yandex
