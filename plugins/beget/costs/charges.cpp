// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/costs/charges.hpp"

#include "beget/words.hpp"
#include <infrazen/days.hpp>

namespace iz::beget {
namespace {

using infrazen::Charge;
using infrazen::Decimal;
using infrazen::Kind;
using std::chrono::days;

Charge on_day(const Settings& settings, Day day) {
  const std::chrono::year_month_day date(day);
  const auto month = date.year() / date.month();
  Charge charge;
  charge.billing_account_id = settings.login;
  charge.billing_account_name = settings.login;
  charge.billing_account_type = "Account";
  charge.billing_currency = kCurrency;
  charge.pricing_currency = kCurrency;
  charge.billing_period_start = settings.begin_of(Day(month / 1));
  charge.billing_period_end = settings.begin_of(Day((month + std::chrono::months(1)) / 1));
  charge.charge_period_start = settings.begin_of(day);
  charge.charge_period_end = settings.begin_of(day + days(1));
  charge.provider_name = kProvider;
  charge.publisher_name = kProvider;
  charge.invoice_issuer_name = kProvider;
  charge.service_provider_name = kProvider;
  charge.host_provider_name = kProvider;
  if (!settings.amount_basis.empty()) charge.amount_basis = settings.amount_basis;
  return charge;
}

void set_costs(Charge& charge, const Decimal& billed, const Decimal& effective, const Decimal& list) {
  charge.billed_cost = billed;
  charge.effective_cost = effective;
  charge.list_cost = list;
  charge.contracted_cost = list;
}

std::string_view status_of(const AccruedLine& line) {
  return line.estimated ? "estimated" : "preliminary";
}

Charge charge_of(const Settings& settings, const AccruedLine& line, Day day) {
  const Priced& priced = line.priced;
  const ServiceWords words = service_words(priced.type);
  const bool purchase = priced.basis == Priced::Basis::once;
  // What is listed for the day: drawn from the balance, or paid for before.
  const Decimal& listed = purchase ? line.share.billed : line.share.effective;
  Charge charge = on_day(settings, day);
  set_costs(charge, line.share.billed, line.share.effective, listed);
  charge.charge_category = purchase ? "Purchase" : "Usage";
  const bool by_use = priced.type != kHosting && priced.type != kDomain && priced.type != kLicense;
  charge.charge_frequency = purchase ? "One-Time" : by_use ? "Usage-Based" : "Recurring";
  charge.charge_description = purchase ? "Renewal of " + priced.name + " for a year"
                                       : std::string(words.name) + ": " + priced.name + ", one day";
  charge.resource_id = priced.id;
  charge.resource_name = priced.name.empty() ? priced.id : priced.name;
  charge.resource_type = priced.type;
  charge.service_name = words.name;
  charge.service_category = words.category;
  charge.service_subcategory = words.subcategory;
  charge.sku_id = priced.sku;
  charge.sku_price_id = priced.sku + (purchase ? "/year" : "/day");
  charge.sku_meter = purchase ? "Renewal" : "Existence";
  charge.pricing_category = "Standard";
  charge.pricing_quantity = 1;
  charge.pricing_unit = purchase ? "Years" : "Days";
  charge.list_unit_price = listed;
  charge.contracted_unit_price = listed;
  charge.pricing_currency_list_unit_price = listed;
  charge.pricing_currency_contracted_unit_price = listed;
  charge.pricing_currency_effective_cost = line.share.effective;
  if (!purchase) {
    charge.consumed_quantity = 1;
    charge.consumed_unit = "Days";
  }
  if (!priced.region.empty()) {
    charge.region_id = priced.region;
    charge.region_name = priced.region;
  }
  if (!priced.project.empty()) {
    charge.sub_account_id = priced.project;
    charge.sub_account_type = "Project";
  }
  charge.charge_status = status_of(line);
  return charge;
}

}  // namespace

void push_day(infrazen::Sync& sync, const Settings& settings, const AccruedDay& day) {
  auto scope = sync.scope(Kind::charge, "day/" + infrazen::day_text(day.day));
  std::uint64_t position = 0;
  for (const AccruedLine& line : day.lines) scope.push(charge_of(settings, line, day.day), ++position);
  scope.complete();
}

void push_adjustment(infrazen::Sync& sync, const Settings& settings, const Ledger::Difference& difference) {
  const Day day = difference.to - days(1);
  Charge charge = on_day(settings, day);
  set_costs(charge, difference.amount, difference.amount, difference.amount);
  charge.charge_category = "Adjustment";
  charge.charge_frequency = "One-Time";
  charge.charge_description = "Drawn from the balance beside what was accrued, " + infrazen::day_text(difference.from) +
                              " to " + infrazen::day_text(difference.to);
  charge.service_name = "Beget Account";
  charge.service_category = "Other";
  charge.service_subcategory = "Other (Other)";
  charge.pricing_currency_effective_cost = difference.amount;
  charge.charge_status = "adjusted";
  auto scope = sync.scope(Kind::charge, "true-up/" + infrazen::day_text(day));
  scope.push(charge, 1);
  scope.complete();
}

}  // namespace iz::beget
