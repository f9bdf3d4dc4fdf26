// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>

// Randomness without state: every number is a function of the seed and of what it is about, so that any part of the
// estate can be asked for at any time, in any order, and answers the same.
namespace simulator {

// SplitMix64's finaliser (Steele, Lea, Flood 2014).
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

// What a number is about: keeps the questions apart.
enum class About : std::uint64_t { thing, birth, end, noise, incident, runaway, log, component, rate, balance };

constexpr std::uint64_t roll(std::uint64_t seed, About about, std::uint64_t a, std::uint64_t b = 0) {
  return mix(mix(mix(seed ^ (static_cast<std::uint64_t>(about) << 56)) ^ a) ^ b);
}

// 0 ≤ x < 1
constexpr double unit(std::uint64_t rolled) {
  return static_cast<double>(rolled >> 11) * 0x1.0p-53;
}
constexpr double chance(std::uint64_t seed, About about, std::uint64_t a, std::uint64_t b = 0) {
  return unit(roll(seed, about, a, b));
}

}  // namespace simulator
