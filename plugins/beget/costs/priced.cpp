// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/costs/priced.hpp"

namespace iz::beget {
namespace {

using infrazen::Decimal;

constexpr std::int64_t kDaysOfYear = 365;

// Of `whole` spread over `days`, what the first `passed` of them have, in kopecks.
Decimal up_to(const Decimal& whole, std::int64_t passed, std::int64_t days) {
  if (passed == days) return whole;
  return Decimal::divide(whole * passed, days, 2, infrazen::Rounding::half_up);
}

Decimal of_day(const Decimal& whole, std::int64_t number, std::int64_t days) {
  return up_to(whole, number, days) - up_to(whole, number - 1, days);
}

}  // namespace

std::optional<Share> share_of(const Priced& priced, Day day) {
  switch (priced.basis) {
    case Priced::Basis::daily: return Share{priced.prepaid ? Decimal(0) : priced.price, priced.price};
    case Priced::Basis::monthly: {
      const std::chrono::year_month_day date(day);
      const std::chrono::year_month_day last(date.year() / date.month() / std::chrono::last);
      const Decimal share = of_day(priced.price, unsigned(date.day()), unsigned(last.day()));
      return Share{share, share};
    }
    case Priced::Basis::yearly: {
      const std::int64_t number = kDaysOfYear + 1 - (priced.until - day).count();
      if (number < 1 || number > kDaysOfYear) return std::nullopt;
      return Share{0, of_day(priced.price, number, kDaysOfYear)};
    }
    case Priced::Basis::once: break;
  }
  return day == priced.until ? std::optional(Share{priced.price, 0}) : std::nullopt;
}

}  // namespace iz::beget
