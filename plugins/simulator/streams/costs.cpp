// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <array>
#include <optional>

#include "simulator/estate/dice.hpp"
#include "simulator/streams/streams.hpp"
#include <infrazen/days.hpp>

namespace simulator {
namespace {

using infrazen::BatchBuilder;
using infrazen::Decimal;
using infrazen::Kind;
using infrazen::Micros;

enum Column : std::size_t {
  billed_cost,
  effective_cost,
  contracted_cost,
  list_cost,
  list_unit_price,
  contracted_unit_price,
  consumed_quantity,
  pricing_quantity,
  charge_period_start,
  charge_period_end,
  billing_period_start,
  billing_period_end,
  billing_account_id,
  billing_account_name,
  sub_account_id,
  sub_account_name,
  billing_currency,
  resource_id,
  resource_name,
  resource_type,
  service_name,
  service_category,
  sku_id,
  sku_price_id,
  region_id,
  region_name,
  charge_category,
  charge_frequency,
  charge_description,
  consumed_unit,
  pricing_unit,
  pricing_category,
  provider_name,
  publisher_name,
  invoice_issuer_name,
  tags,
  amount_basis,
  tax_rate,
  charge_status,
  x_environment
};
constexpr BatchBuilder::Column kColumns[] = {{IZ_CHARGE_BILLED_COST},
                                             {IZ_CHARGE_EFFECTIVE_COST},
                                             {IZ_CHARGE_CONTRACTED_COST},
                                             {IZ_CHARGE_LIST_COST},
                                             {IZ_CHARGE_LIST_UNIT_PRICE},
                                             {IZ_CHARGE_CONTRACTED_UNIT_PRICE},
                                             {IZ_CHARGE_CONSUMED_QUANTITY},
                                             {IZ_CHARGE_PRICING_QUANTITY},
                                             {IZ_CHARGE_CHARGE_PERIOD_START},
                                             {IZ_CHARGE_CHARGE_PERIOD_END},
                                             {IZ_CHARGE_BILLING_PERIOD_START},
                                             {IZ_CHARGE_BILLING_PERIOD_END},
                                             {IZ_CHARGE_BILLING_ACCOUNT_ID},
                                             {IZ_CHARGE_BILLING_ACCOUNT_NAME},
                                             {IZ_CHARGE_SUB_ACCOUNT_ID},
                                             {IZ_CHARGE_SUB_ACCOUNT_NAME},
                                             {IZ_CHARGE_BILLING_CURRENCY},
                                             {IZ_CHARGE_RESOURCE_ID},
                                             {IZ_CHARGE_RESOURCE_NAME},
                                             {IZ_CHARGE_RESOURCE_TYPE},
                                             {IZ_CHARGE_SERVICE_NAME},
                                             {IZ_CHARGE_SERVICE_CATEGORY},
                                             {IZ_CHARGE_SKU_ID},
                                             {IZ_CHARGE_SKU_PRICE_ID},
                                             {IZ_CHARGE_REGION_ID},
                                             {IZ_CHARGE_REGION_NAME},
                                             {IZ_CHARGE_CHARGE_CATEGORY},
                                             {IZ_CHARGE_CHARGE_FREQUENCY},
                                             {IZ_CHARGE_CHARGE_DESCRIPTION},
                                             {IZ_CHARGE_CONSUMED_UNIT},
                                             {IZ_CHARGE_PRICING_UNIT},
                                             {IZ_CHARGE_PRICING_CATEGORY},
                                             {IZ_CHARGE_PROVIDER_NAME},
                                             {IZ_CHARGE_PUBLISHER_NAME},
                                             {IZ_CHARGE_INVOICE_ISSUER_NAME},
                                             {IZ_CHARGE_TAGS},
                                             {IZ_CHARGE_AMOUNT_BASIS},
                                             {IZ_CHARGE_TAX_RATE},
                                             {IZ_CHARGE_CHARGE_STATUS},
                                             {IZ_FIELD_EXTENSION, "x_Environment"}};

constexpr std::string_view kProvider = "InfraZen Simulator";

// Texts of one account that many charges share.
struct AccountTexts {
  std::string id, name;
  std::vector<std::string> folders;
  std::array<std::array<std::string, kSizes>, kProducts.size()> skus;
  std::array<std::array<std::array<std::string, kSizes>, kProducts.size()>, kRegions.size()> sku_prices;
  std::array<std::string, kTeams.size() * kEnvironments.size()> tags;

  AccountTexts(const Estate& estate, std::size_t account)
      : id(Estate::account_id(account)), name("Simulated account " + std::to_string(account + 1)) {
    for (std::size_t f = 0; f < estate.settings().folders; ++f) folders.push_back(Estate::folder_id(account, f));
    for (std::size_t p = 0; p < kProducts.size(); ++p) {
      for (std::size_t s = 0; s < kSizes; ++s) {
        skus[p][s] = std::string(kProducts[p].name) + '.' + std::string(kFlavors[s]);
        for (std::size_t r = 0; r < kRegions.size(); ++r)
          sku_prices[r][p][s] = skus[p][s] + '@' + std::string(kRegions[r].id);
      }
    }
    for (std::size_t t = 0; t < kTeams.size(); ++t) {
      for (std::size_t e = 0; e < kEnvironments.size(); ++e) {
        tags[t * kEnvironments.size() + e] =
            infrazen::JsonObject().text("env", kEnvironments[e]).text("team", kTeams[t]).str();
      }
    }
  }
};

// One account's charges of one month, up to `until`.
class MonthBill {
 public:
  MonthBill(infrazen::Sync& sync, const Estate& estate, std::size_t account, std::chrono::sys_days month)
      : estate_(estate),
        texts_(estate, account),
        account_(account),
        month_(month),
        start_(infrazen::to_text(Micros(month))),
        end_(infrazen::to_text(Micros(infrazen::next_month(month)))),
        // Three days after its end a month is settled.
        status_(estate.settings().now >= Micros(infrazen::next_month(month)) + std::chrono::days(3) ? "billed"
                                                                                                    : "estimated"),
        batch_(sync.sink(), Kind::charge, kColumns),
        pace_(sync, estate.settings().rows_per_second) {}

  void emit(std::string_view scope, Micros until) {
    batch_.scope(scope);
    const Micros end = std::min(until, Micros(infrazen::next_month(month_)));
    estate_.each_during(account_, month_, end, [&](const Thing& thing) {
      const auto first = std::max(month_, std::chrono::floor<std::chrono::days>(thing.born));
      for (auto day = first; Micros(day) + std::chrono::days(1) <= end && Micros(day) < thing.gone;
           day += std::chrono::days(1)) {
        charge(thing, day);
      }
    });
    batch_.flush();
  }

 private:
  void decimal(Column column, std::int64_t coefficient, unsigned scale) {
    char* const out = batch_.reserve(Decimal::kMaxChars);
    batch_.written(column, out, Decimal::of(coefficient, scale).to_chars(out));
  }
  void instant(Column column, Micros at) {
    char* const out = batch_.reserve(infrazen::kInstantChars);
    batch_.written(column, out, infrazen::write_instant(out, at));
  }

  // One row per day, or that many equal parts of a day.
  void charge(const Thing& thing, std::chrono::sys_days day) {
    const auto parts = static_cast<std::int64_t>(estate_.settings().charges_per_day);
    const DayCost cost = day_cost(estate_, thing, day);
    for (std::int64_t part = 0; part < parts; ++part) {
      // What does not divide goes into the first part, so that the day's sum stays exact.
      const auto share = [&](std::int64_t whole) { return whole / parts + (part == 0 ? whole % parts : 0); };
      row(thing, Micros(day) + std::chrono::hours(24 * part / parts),
          Micros(day) + std::chrono::hours(24 * (part + 1) / parts),
          {share(cost.quantity_milli), share(cost.list_nano), share(cost.effective_nano)});
    }
    pace_.emitted(estate_.settings().charges_per_day);
  }

  void row(const Thing& thing, Micros from, Micros to, const DayCost& cost) {
    const Product& product = thing.sold_as();
    const auto type = static_cast<std::size_t>(thing.type);
    const std::int64_t price = product.price_micros << thing.size;
    const std::size_t environment = thing.block % kEnvironments.size();
    const std::size_t team = (thing.block + (thing.dice >> 8) % 2) % kTeams.size();
    batch_.row();
    decimal(billed_cost, cost.effective_nano, 9);
    decimal(effective_cost, cost.effective_nano, 9);
    decimal(contracted_cost, cost.effective_nano, 9);
    decimal(list_cost, cost.list_nano, 9);
    decimal(list_unit_price, price, 6);
    decimal(contracted_unit_price, price * kContractPercent, 8);
    decimal(consumed_quantity, cost.quantity_milli, 3);
    decimal(pricing_quantity, cost.quantity_milli, 3);
    instant(charge_period_start, from);
    instant(charge_period_end, to);
    char* const id = batch_.reserve(Estate::kIdChars);
    char* const id_end = Estate::write_id(id, thing);
    batch_.written(resource_id, id, id_end);
    batch_.borrow(resource_name, {id, id_end});
    batch_.borrow(billing_period_start, start_);
    batch_.borrow(billing_period_end, end_);
    batch_.borrow(billing_account_id, texts_.id);
    batch_.borrow(billing_account_name, texts_.name);
    batch_.borrow(sub_account_id, texts_.folders[thing.folder]);
    batch_.borrow(sub_account_name, texts_.folders[thing.folder]);
    batch_.borrow(billing_currency, estate_.settings().currency);
    batch_.borrow(resource_type, product.name);
    batch_.borrow(service_name, product.service);
    batch_.borrow(service_category, product.category);
    batch_.borrow(sku_id, texts_.skus[type][thing.size]);
    batch_.borrow(sku_price_id, texts_.sku_prices[thing.region][type][thing.size]);
    batch_.borrow(region_id, kRegions[thing.region].id);
    batch_.borrow(region_name, kRegions[thing.region].name);
    batch_.borrow(charge_category, "Usage");
    batch_.borrow(charge_frequency, "Usage-Based");
    batch_.borrow(charge_description, texts_.skus[type][thing.size]);
    batch_.borrow(consumed_unit, product.unit);
    batch_.borrow(pricing_unit, product.unit);
    batch_.borrow(pricing_category, "Standard");
    batch_.borrow(provider_name, kProvider);
    batch_.borrow(publisher_name, kProvider);
    batch_.borrow(invoice_issuer_name, kProvider);
    batch_.borrow(tags, texts_.tags[team * kEnvironments.size() + environment]);
    batch_.borrow(amount_basis, "gross");
    batch_.borrow(tax_rate, "0.22");
    batch_.borrow(charge_status, status_);
    batch_.borrow(x_environment, kEnvironments[environment]);
  }

  const Estate& estate_;
  AccountTexts texts_;
  std::size_t account_;
  std::chrono::sys_days month_;
  std::string start_, end_;
  std::string_view status_;
  BatchBuilder batch_;
  Pace pace_;
};

}  // namespace

// Each account and month is a scope, delivered whole. Months that were settled when they were delivered last are not
// sent again; the cursor is the month from which on they are.
void sync_costs(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  const auto first = month_of(settings.start);
  auto month = sync.full() ? first : month_of(cursor_instant(sync.cursor(), settings.start));
  Micros until = settings.now;
  if (const auto window = sync.window()) {
    month = month_of(window->since);
    until = std::min(until, window->until);
  }
  std::optional<std::chrono::sys_days> open;  // the first month that is not settled: where the next run begins
  for (; Micros(month) < until; month = infrazen::next_month(month)) {
    for (std::size_t a = 0; a < settings.accounts; ++a) {
      const std::string name = Estate::account_id(a) + '/' + month_name(month);
      auto scope = sync.scope(Kind::charge, name);
      MonthBill(sync, estate, a, month).emit(name, settings.now);
      scope.complete();
    }
    const bool settled = settings.now >= Micros(infrazen::next_month(month)) + std::chrono::days(3);
    if (!settled && !open) open = month;
    sync.mark(sync.window() ? std::string(sync.cursor())
                            : instant_cursor(Micros(open.value_or(infrazen::next_month(month)))));
  }
}

}  // namespace simulator
