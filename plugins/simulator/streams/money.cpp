// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>
#include <cmath>

#include "simulator/estate/dice.hpp"
#include "simulator/streams/streams.hpp"
#include <infrazen/days.hpp>

// Prices, rates of currencies, balances and documents.
namespace simulator {
namespace {

using infrazen::Decimal;
using infrazen::Kind;
using infrazen::Micros;
using infrazen::Rounding;

struct Currency {
  std::string_view code;
  double roubles;
};
constexpr std::array<Currency, 4> kCurrencies{{{"USD", 90}, {"EUR", 98}, {"CNY", 12.5}, {"KZT", 0.18}}};

Decimal tax_of(const Decimal& gross) {
  return Decimal::divide(gross * 22, 122, 2, Rounding::half_up);
}

// Of a wave with three periods, so that neighbouring days are near each other and no state is kept.
Decimal rate(std::uint64_t seed, std::size_t currency, std::chrono::sys_days day) {
  const auto number = static_cast<double>(day.time_since_epoch().count());
  double wave = 0;
  for (std::uint64_t k = 0; k < 3; ++k) {
    const double phase = chance(seed, About::rate, currency, k) * 6.28318530717958647692;
    wave += std::sin(number / (11 + 37 * static_cast<double>(k * k)) + phase) * (0.01 + 0.02 * static_cast<double>(k));
  }
  return Decimal::of(static_cast<std::int64_t>(kCurrencies[currency].roubles * (1 + wave) * 10'000), 4);
}

}  // namespace

void sync_prices(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  for (const Product& product : kProducts) {
    for (unsigned size = 0; size < kSizes; ++size) {
      for (std::size_t r = 0; r < settings.regions; ++r) {
        sync.push(infrazen::Price{.sku_id = std::string(product.name) + '.' + std::string(kFlavors[size]),
                                  .sku_name = std::string(product.service) + ' ' + std::string(kFlavors[size]),
                                  .service_name = product.service,
                                  .region = kRegions[r].id,
                                  .unit = product.unit,
                                  .unit_price = Decimal::of(product.price_micros << size, 6),
                                  .currency = settings.currency,
                                  .valid_from = Micros(month_of(settings.since)),
                                  .price_kind = "list"});
      }
    }
  }
  sync.mark(instant_cursor(Micros(month_of(settings.since))));
}

void sync_rates(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  const Micros first = cursor_instant(sync.full() ? "" : sync.cursor(), Micros(month_of(settings.start)));
  const auto tomorrow = std::chrono::floor<std::chrono::days>(settings.now) + std::chrono::days(1);
  for (auto day = std::chrono::floor<std::chrono::days>(first); day < tomorrow; day += std::chrono::days(1)) {
    for (std::size_t c = 0; c < kCurrencies.size(); ++c) {
      sync.push(infrazen::Rate{.base_currency = kCurrencies[c].code,
                               .quote_currency = "RUB",
                               .rate = rate(settings.seed, c, day),
                               .day = std::chrono::year_month_day(day),
                               .source = "simulator"});
    }
  }
  sync.mark(instant_cursor(Micros(tomorrow)));
}

void sync_balance(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  const auto month = month_of(settings.now);
  for (std::size_t a = 0; a < settings.accounts; ++a) {
    const Decimal spent = account_cost(estate, a, month, settings.now).rounded(2, Rounding::half_up);
    const auto days = std::max<std::int64_t>(1, (std::chrono::floor<std::chrono::days>(settings.now) - month).count());
    const Decimal daily = Decimal::divide(spent, days, 2, Rounding::half_up);
    // Paid in advance: one and a half months, at the first of the month.
    const Decimal left = daily * 45 - spent;
    sync.push(
        infrazen::Balance{.account_id = Estate::account_id(a),
                          .amount = left,
                          .currency = settings.currency,
                          .as_of = settings.now,
                          .balance_kind = "main",
                          .days_left = daily.is_zero() ? Decimal(0) : Decimal::divide(left, daily, 0, Rounding::down)});
  }
  sync.mark(instant_cursor(settings.now));
}

// One invoice per account and settled month; its amount is the sum of that month's charges, rounded once.
void sync_documents(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  auto month = month_of(cursor_instant(sync.full() ? "" : sync.cursor(), settings.start));
  for (; settings.now >= Micros(infrazen::next_month(month)) + std::chrono::days(3);
       month = infrazen::next_month(month)) {
    for (std::size_t a = 0; a < settings.accounts; ++a) {
      const Decimal amount = account_cost(estate, a, month, settings.now).rounded(2, Rounding::half_up);
      const std::string number = Estate::account_id(a) + '-' + month_name(month);
      sync.push(infrazen::Document{
          .account_id = Estate::account_id(a),
          .document_id = "invoice-" + number,
          .document_type = "invoice",
          .number = number,
          .issued_at = Micros(infrazen::next_month(month)) + std::chrono::days(3),
          .period_start = Micros(month),
          .period_end = Micros(infrazen::next_month(month)),
          .amount = amount,
          .tax_amount = tax_of(amount),
          .currency = settings.currency,
          .status = settings.now >= Micros(infrazen::next_month(month)) + std::chrono::days(10) ? "paid" : "issued"});
    }
    sync.mark(instant_cursor(Micros(infrazen::next_month(month))));
  }
}

}  // namespace simulator
