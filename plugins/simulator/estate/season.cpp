// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "simulator/estate/season.hpp"

#include <array>
#include <cmath>

namespace simulator {
namespace {

constexpr double kPi = 3.14159265358979323846;

// A bump of one day around an hour (Moscow time), with a width in hours.
double bump(double hour, double peak, double width) {
  const double distance = std::remainder(hour - peak, 24);
  return std::exp(-distance * distance / (2 * width * width));
}

constexpr std::size_t kDay = std::size_t{24} * 60;

// `minute` of a day in Moscow.
double shape(Profile profile, std::size_t minute, bool weekend) {
  const double hour = static_cast<double>(minute) / 60;
  switch (profile) {
    case Profile::office: return weekend ? 0.12 : 0.1 + 0.85 * std::max(bump(hour, 11.5, 2.2), bump(hour, 16, 2.4));
    case Profile::shop:
      return (weekend ? 0.25 : 0.15) + 0.7 * std::max(0.6 * bump(hour, 13, 2.5), bump(hour, 20.5, 2.3));
    case Profile::night: return 0.05 + 0.9 * bump(hour, 3, 1.5);
    case Profile::flat: return 0.5 + 0.05 * std::sin(2 * kPi * hour / 24);
  }
  return 0;
}

struct Tables {
  std::array<std::array<double, Season::kWeek>, 4> minutes;
  std::array<std::array<double, 7>, 4> days;
};

// Made anew in every run, which may last a few milliseconds: two days of each profile are computed, the rest is copied.
const Tables& tables() {
  static const Tables tables = [] {
    Tables made{};
    for (std::size_t p = 0; p < made.minutes.size(); ++p) {
      std::array<std::array<double, kDay>, 2> day;
      for (const bool weekend : {false, true}) {
        for (std::size_t m = 0; m < kDay; ++m) day[weekend ? 1 : 0][m] = shape(static_cast<Profile>(p), m, weekend);
      }
      for (std::size_t m = 0; m < Season::kWeek; ++m) {
        const std::size_t moscow = m + std::size_t{3} * 60;
        // The epoch was a Thursday: days 2 and 3 of this week are Saturday and Sunday.
        const std::size_t day_of_week = moscow / kDay % 7;
        const bool weekend = day_of_week == 2 || day_of_week == 3;
        made.minutes[p][m] = day[weekend ? 1 : 0][moscow % kDay];
        made.days[p][m / kDay] += made.minutes[p][m] / static_cast<double>(kDay);
      }
    }
    return made;
  }();
  return tables;
}

}  // namespace

const double* Season::week(Profile profile) {
  return tables().minutes[static_cast<std::size_t>(profile)].data();
}

double Season::at(Profile profile, infrazen::Micros instant, std::uint64_t dice) {
  const auto minutes = static_cast<std::uint64_t>(instant.time_since_epoch().count()) / 60'000'000;
  return busyness(dice) * week(profile)[(minutes + shift(dice)) % kWeek];
}

double Season::of_day(Profile profile, std::chrono::sys_days day, std::uint64_t dice) {
  const auto number = static_cast<std::uint64_t>(day.time_since_epoch().count());
  return busyness(dice) * tables().days[static_cast<std::size_t>(profile)][number % 7];
}

}  // namespace simulator
