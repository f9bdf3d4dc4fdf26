// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/yaml/units.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>

namespace iz::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 6> kDurations{
    {{"w", 604'800'000}, {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

constexpr std::array<Unit, 11> kSizes{{{"", 1},
                                       {"B", 1},
                                       {"KiB", 1ULL << 10},
                                       {"MiB", 1ULL << 20},
                                       {"GiB", 1ULL << 30},
                                       {"TiB", 1ULL << 40},
                                       {"kB", 1'000},
                                       {"KB", 1'000},
                                       {"MB", 1'000'000},
                                       {"GB", 1'000'000'000},
                                       {"TB", 1'000'000'000'000}}};

// Takes digits and then letters off the front of `text` and multiplies them.
template <std::size_t N>
std::optional<std::uint64_t> take(std::string_view& text, const std::array<Unit, N>& units) {
  std::uint64_t number = 0;
  const auto [digits_end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(digits_end - text.data()));
  std::size_t letters = 0;
  while (letters < text.size() && (text[letters] < '0' || text[letters] > '9')) ++letters;
  const std::string_view name = text.substr(0, letters);
  text.remove_prefix(letters);
  for (const auto& unit : units) {
    if (unit.name != name) continue;
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(number, unit.factor, &product)) return std::nullopt;
    return product;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::milliseconds(0);
  if (text.empty()) return std::nullopt;
  std::uint64_t sum = 0;
  while (!text.empty()) {
    const auto part = take(text, kDurations);
    if (!part || __builtin_add_overflow(sum, *part, &sum)) return std::nullopt;
  }
  if (sum > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / 1'000'000)) return std::nullopt;
  return std::chrono::milliseconds(sum);
}

std::string format_duration(std::chrono::milliseconds duration) {
  if (duration.count() <= 0) return "0s";
  std::string out;
  auto rest = static_cast<std::uint64_t>(duration.count());
  for (const auto& unit : kDurations) {
    if (unit.name == "w") continue;  // 14d is easier to read than 2w
    if (rest / unit.factor == 0) continue;
    out += std::to_string(rest / unit.factor);
    out += unit.name;
    rest %= unit.factor;
  }
  return out;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto size = take(text, kSizes);
  return text.empty() ? size : std::nullopt;
}

bool is_time_zone(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.find("..") != std::string_view::npos)
    return false;
  for (const char c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                      c == '_' || c == '-' || c == '+';
    if (!fits) return false;
  }
  const auto file = std::filesystem::path("/usr/share/zoneinfo") / name;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return false;
  std::array<char, 4> magic{};
  std::ifstream(file, std::ios::binary).read(magic.data(), magic.size());
  return std::string_view(magic.data(), magic.size()) == "TZif";
}

}  // namespace iz::config
