// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/reports/imported_sums.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include <infrazen/days.hpp>

namespace iz::yandex {
namespace {

constexpr std::size_t kMostBytes = std::size_t{40} << 10;
constexpr std::size_t kMostOfComparisons = kMostBytes / 2;

std::string_view cut(std::string_view& rest, char at) {
  const std::string_view part = rest.substr(0, rest.find(at));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

}  // namespace

// Lines: "r <instant>", "c <account> <instant>", "d <account> <day> <service>=<amount> …".
ImportedSums::ImportedSums(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    const std::string_view what = cut(line, ' ');
    if (what == "r") last_request = infrazen::parse_instant(line).value_or(infrazen::Micros());
    if (what == "c") {
      const std::string account(cut(line, ' '));
      last_comparison[account] = infrazen::parse_instant(line).value_or(infrazen::Micros());
    }
    if (what != "d") continue;
    const std::string account(cut(line, ' '));
    const auto day = parse_day(cut(line, ' '));
    if (!day) continue;
    Services& services = days_[{account, *day}];
    while (!line.empty()) {
      std::string_view amount = cut(line, ' ');
      const std::string service(cut(amount, '='));
      if (const auto value = infrazen::Decimal::parse(amount)) services[service] = *value;
    }
  }
}

std::string ImportedSums::str() {
  std::string out = "r " + infrazen::to_text(last_request) + '\n';
  std::vector<std::pair<infrazen::Micros, std::string_view>> compared;
  for (const auto& [account, at] : last_comparison) compared.emplace_back(at, account);
  std::ranges::sort(compared, std::greater());
  for (const auto& [at, account] : compared) {
    const std::string line = "c " + std::string(account) + ' ' + infrazen::to_text(at) + '\n';
    if (out.size() + line.size() > kMostOfComparisons) break;
    out += line;
  }
  std::vector<const AccountDay*> newest;
  for (const auto& [key, services] : days_) newest.push_back(&key);
  std::ranges::sort(newest, [](const AccountDay* a, const AccountDay* b) { return a->day > b->day; });
  for (const AccountDay* key : newest) {
    std::string line = "d " + key->account + ' ' + infrazen::day_text(key->day);
    for (const auto& [service, amount] : days_.at(*key)) line += ' ' + service + '=' + amount.to_string();
    if (out.size() + line.size() >= kMostBytes) break;
    out += line + '\n';
  }
  return out;
}

}  // namespace iz::yandex
