// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <infrazen/decimal.hpp>

namespace iz::beget {

using Day = std::chrono::sys_days;

// Something that costs money as long as it is there, as it was seen last.
struct Priced {
  enum class Basis : std::uint8_t {
    daily,    // price a day, drawn from the balance every day
    monthly,  // price a month, spread over its days
    yearly,   // price a year of 365 days that ends before `until`; paid at once, so a day costs and draws nothing
    once,     // price on the day `until`, drawn; what it pays for is spread by another one
  };
  std::string type;  // of the resource
  std::string id;
  std::string name;
  std::string sku;
  std::string region;   // "" = none
  std::string project;  // "" = none
  Basis basis = Basis::daily;
  bool prepaid = false;  // of daily: paid before, not drawn
  infrazen::Decimal price;
  std::optional<Day> since;  // the first day it was there, if the provider says so
  Day until{};

  [[nodiscard]] bool same_as(const Priced& other) const {
    return id == other.id && type == other.type && basis == other.basis;
  }
};

// What a day of it costs: drawn from the balance that day, and worth.
struct Share {
  infrazen::Decimal billed;
  infrazen::Decimal effective;
};

// nullopt: nothing that day. What does not divide is spread to kopecks so that the days of the month, or of the year,
// add up to the price exactly. A daily price of 0 is a share of 0: the thing is there.
[[nodiscard]] std::optional<Share> share_of(const Priced& priced, Day day);

}  // namespace iz::beget
