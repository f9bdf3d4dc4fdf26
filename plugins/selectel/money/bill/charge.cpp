// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/money/bill/charge.hpp"

#include "selectel/money/answers.hpp"
#include "support/unit_price.hpp"
#include <infrazen/days.hpp>

namespace iz::selectel {
namespace {

using infrazen::Decimal;
using support::JsonValue;

infrazen::Text text_or_null(const JsonValue& value) {
  return value.text().empty() ? infrazen::Text() : infrazen::Text(value.text());
}

}  // namespace

RegionAndZone region_and_zone(std::string_view text) {
  const bool lettered = text.size() >= 2 && text.back() >= 'a' && text.back() <= 'z' && text[text.size() - 2] >= '0' &&
                        text[text.size() - 2] <= '9';
  if (!lettered) return {std::string(text), {}};
  return {std::string(text.substr(0, text.size() - 1)), std::string(text)};
}

ChargeOfHour::ChargeOfHour(const Settings& settings, const JsonValue& row, std::chrono::sys_days day,
                           infrazen::Micros hour)
    : settings_(settings),
      row_(row),
      day_(day),
      hour_(hour),
      service_(service_of(row["object"]["type"].text(), row["metric"]["id"].text(), row["provider_key"].text())),
      cost_(roubles(row["value"], "consumption of " + infrazen::to_text(hour))) {}

infrazen::Charge ChargeOfHour::common() const {
  const JsonValue object = row_["object"];
  const JsonValue project = row_["project"];
  const std::chrono::sys_days month = infrazen::month_of(day_);
  infrazen::Charge charge;
  charge.billing_account_id = row_["account_id"].text().empty() ? settings_.account : row_["account_id"].text();
  charge.billing_currency = "RUB";
  charge.billing_period_start = infrazen::Micros(month) - settings_.billing_offset;
  charge.billing_period_end = infrazen::Micros(infrazen::next_month(month)) - settings_.billing_offset;
  charge.charge_period_start = hour_;
  charge.charge_period_end = hour_ + std::chrono::hours(1);
  charge.provider_name = settings_.provider_name;
  charge.publisher_name = settings_.provider_name;
  charge.invoice_issuer_name = settings_.provider_name;
  charge.sub_account_id = text_or_null(project["id"]);
  charge.sub_account_name = text_or_null(project["name"]);
  charge.resource_id = text_or_null(object["id"]);
  charge.resource_name = text_or_null(object["name"]);
  charge.resource_type = text_or_null(object["type"]);
  charge.service_name = service_.name;
  charge.service_category = service_.category;
  charge.service_subcategory = service_.subcategory;
  const RegionAndZone place = region_and_zone(row_["metric"]["region"].text());
  if (!place.region.empty()) charge.region_id = place.region;
  if (!place.region.empty()) charge.region_name = place.region;
  if (!place.zone.empty()) charge.availability_zone = place.zone;

  auto& kept = charge.extensions;
  kept.set("x_ProviderKey", text_or_null(row_["provider_key"]));
  kept.set("x_Balance", text_or_null(row_["balance"]));
  kept.set("x_Metric", text_or_null(row_["metric"]["id"]));
  // A thing that hangs on none has the project for a parent.
  const std::string_view parent = object["parent_id"].text();
  if (!parent.empty() && parent != project["id"].text()) kept.set("x_ParentResourceId", parent);
  return charge;
}

void ChargeOfHour::quantities(infrazen::Charge& charge) const {
  const JsonValue metric = row_["metric"];
  const auto quantity = metric["quantity"].decimal();
  charge.sku_id = text_or_null(metric["id"]);
  charge.sku_meter = text_or_null(metric["name"]);
  if (!quantity || metric["id"].text().empty()) return;
  std::string price(metric["id"].text());
  if (!metric["region"].text().empty()) price.append("@").append(metric["region"].text());
  charge.sku_price_id = price;
  charge.pricing_category = metric["id"].text().ends_with("_preemptible") ? "Dynamic" : "Standard";
  charge.pricing_quantity = *quantity;
  charge.pricing_unit = unit_of(metric["unit"].text());
  charge.consumed_quantity = *quantity;
  charge.consumed_unit = unit_of(metric["unit"].text());
  // The provider does not state it: what the hour cost by its quantity.
  const auto unit_price = support::unit_price(cost_, quantity);
  if (!unit_price) return;
  charge.list_unit_price = *unit_price;
  charge.contracted_unit_price = *unit_price;
}

infrazen::Charge ChargeOfHour::usage() const {
  infrazen::Charge charge = common();
  charge.charge_category = "Usage";
  charge.charge_frequency = "Usage-Based";
  // Money given back for usage that was billed before.
  if (cost_.sign() < 0) charge.charge_class = "Correction";
  charge.billed_cost = cost_;
  charge.effective_cost = cost_;
  charge.list_cost = cost_;
  charge.contracted_cost = cost_;
  std::string description(row_["object"]["type_name"].text());
  if (!description.empty() && !row_["metric"]["name"].text().empty()) description += ": ";
  description.append(row_["metric"]["name"].text());
  if (!description.empty()) charge.charge_description = description;
  quantities(charge);
  return charge;
}

infrazen::Charge ChargeOfHour::credit() const {
  infrazen::Charge charge = common();
  charge.charge_category = "Credit";
  charge.charge_frequency = "One-Time";
  charge.charge_description = "Paid from the balance " + std::string(row_["balance"].text());
  charge.billed_cost = -cost_;
  charge.effective_cost = -cost_;
  charge.list_cost = -cost_;
  charge.contracted_cost = -cost_;
  return charge;
}

}  // namespace iz::selectel
