// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "simulator/estate/estate.hpp"

#include <algorithm>
#include <cmath>

#include "simulator/estate/dice.hpp"
#include "simulator/estate/season.hpp"

namespace simulator {
namespace {

using infrazen::Micros;
using std::chrono::microseconds;

constexpr double kMonthMicros = 30.4375 * 86'400e6;

struct Share {
  Type type;
  unsigned first, end;  // slots of a block
};
constexpr Share kShares[] = {{Type::instance, 0, 40},  {Type::disk, 40, 65},     {Type::bucket, 65, 73},
                             {Type::postgres, 73, 79}, {Type::kafka, 79, 81},    {Type::cluster, 81, 83},
                             {Type::node, 83, 91},     {Type::balancer, 91, 94}, {Type::address, 94, 98},
                             {Type::snapshot, 98, 100}};

constexpr auto kTypes = [] {
  std::array<Type, Estate::kBlock> types{};
  for (const Share& share : kShares) {
    for (unsigned slot = share.first; slot < share.end; ++slot) types[slot] = share.type;
  }
  return types;
}();

}  // namespace

std::size_t Estate::count(Micros at) const {
  const double months = static_cast<double>((at - settings_.since).count()) / kMonthMicros;
  const double grown = static_cast<double>(settings_.resources) * settings_.growth * std::max(0.0, months);
  return settings_.resources + static_cast<std::size_t>(grown);
}

Thing Estate::thing(std::size_t index) const {
  const std::uint64_t dice = roll(settings_.seed, About::thing, index);
  Thing thing;
  thing.index = index;
  thing.block = index / kBlock;
  thing.slot = static_cast<unsigned>(index % kBlock);
  thing.type = kTypes[thing.slot];
  thing.account = thing.block % settings_.accounts;
  thing.folder = thing.block / settings_.accounts % settings_.folders;
  thing.region = (thing.block / 3 + thing.folder) % settings_.regions;
  thing.size = static_cast<unsigned>(dice % 31 < 14   ? 0
                                     : dice % 31 < 22 ? 1
                                     : dice % 31 < 27 ? 2
                                     : dice % 31 < 30 ? 3
                                                      : 4);
  thing.dice = dice;
  thing.idle = unit(mix(dice)) < settings_.waste;
  if (index < settings_.resources) {
    const auto age = static_cast<std::int64_t>(chance(settings_.seed, About::birth, index) * 400 * 86'400) + 86'400;
    thing.born = settings_.since - std::chrono::seconds(age);
  } else {
    const double months = static_cast<double>(index - settings_.resources + 1) /
                          (static_cast<double>(settings_.resources) * settings_.growth);
    thing.born = settings_.since + microseconds(static_cast<std::int64_t>(months * kMonthMicros));
  }
  thing.gone = Micros::max();
  if (settings_.churn > 0) {
    const double months = -std::log(1 - chance(settings_.seed, About::end, index)) / settings_.churn;
    const double micros = months * kMonthMicros;
    if (micros < 3e15)
      thing.gone = std::max(thing.born, settings_.since) + microseconds(static_cast<std::int64_t>(micros));
  }
  return thing;
}

std::optional<Thing> Estate::attached_to(const Thing& thing, Micros at) const {
  unsigned slot = 0;
  switch (thing.type) {
    case Type::disk:
      if (thing.idle) return std::nullopt;  // waste: attached to nothing
      slot = thing.slot - 40;
      break;
    case Type::node: slot = 81 + (thing.slot & 1); break;
    case Type::balancer: slot = thing.slot - 91; break;
    case Type::address: slot = thing.slot - 94; break;
    case Type::snapshot: slot = 40 + (thing.slot - 98); break;
    default: return std::nullopt;
  }
  const Thing other = this->thing(thing.block * kBlock + slot);
  if (!other.exists(at)) return std::nullopt;
  return other;
}

std::string_view Estate::relation(Type type) {
  switch (type) {
    case Type::disk: return "attached_to";
    case Type::node: return "member_of";
    case Type::snapshot: return "protects";
    default: return "uses";
  }
}

char* Estate::write_id(char* out, const Thing& thing) {
  const std::string_view prefix = thing.sold_as().prefix;
  out = std::copy(prefix.begin(), prefix.end(), out);
  *out++ = '-';
  return infrazen::detail::put_digits(out, static_cast<unsigned>(thing.index), 8);
}

std::string Estate::id(const Thing& thing) {
  char buffer[kIdChars];
  return {buffer, write_id(buffer, thing)};
}

std::string Estate::account_id(std::size_t account) {
  return "acc-" + std::to_string(account + 1);
}

std::string Estate::folder_id(std::size_t account, std::size_t folder) {
  return account_id(account) + "/folder-" + std::to_string(folder + 1);
}

double Estate::load(const Thing& thing, Micros at) const {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const double seasonal = Season::at(thing.sold_as().profile, at, thing.dice);
  const double noise =
      chance(settings_.seed, About::noise, thing.index, static_cast<std::uint64_t>(at.time_since_epoch().count()));
  const double share = thing.idle ? 0.01 + 0.02 * noise : seasonal * (0.9 + 0.2 * noise);
  return std::min(1.0, share * cost_factor(thing, day));
}

double Estate::cost_factor(const Thing& thing, std::chrono::sys_days day) const {
  const auto number = static_cast<std::uint64_t>(day.time_since_epoch().count());
  const std::uint64_t own = roll(settings_.seed, About::incident, thing.index, number);
  if (unit(own) < settings_.incidents / 30) return 3 + unit(mix(own)) * 3;
  const std::uint64_t service = thing.account * kProducts.size() + static_cast<std::size_t>(thing.type);
  if (settings_.incidents > 0 && chance(settings_.seed, About::runaway, service, number) < 1.0 / 180) return 2.5;
  return 1;
}

double Estate::day_load(const Thing& thing, std::chrono::sys_days day) const {
  if (thing.idle) return 0.02;
  return std::min(1.0, Season::of_day(thing.sold_as().profile, day, thing.dice));
}

}  // namespace simulator
