// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/clouds/frame/plan.hpp"

#include <algorithm>
#include <functional>
#include <regex>

namespace iz::test {
namespace {

constexpr std::size_t kFaultsOfAPlace = 2;

// What a listing may overlook, take for an empty answer, or take for something else than it is.
bool may_be_swallowed(const Fault& fault) {
  using enum FaultKind;
  switch (fault.kind) {
    case part_forbidden:
    case service_missing:
    case cut_unnoticed:
    case garbage: return true;
    case broken:
    case cut_body:
    case reset: return fault.times == 0;
    default: return false;
  }
}

// Of these those that are not asked again in the same run, so that it takes no time to meet them everywhere.
bool is_final(const Fault& fault) {
  return may_be_swallowed(fault) && fault.kind != FaultKind::broken && fault.kind != FaultKind::cut_body &&
         fault.kind != FaultKind::reset;
}

bool is_of_pages(const Fault& fault) {
  using enum FaultKind;
  return fault.kind == place_lost || fault.kind == page_again || fault.kind == rows_change;
}

// Has no place: it strikes logins, or everything.
bool is_of_all(const Fault& fault) {
  return fault.kind == FaultKind::key_revoked || fault.kind == FaultKind::token_expired;
}

class Planner {
 public:
  Planner(const std::vector<Oracle>& oracles, const PlanOptions& options) : oracles_(oracles), options_(options) {}

  std::vector<Trial> run() {
    for (const Expectation& one : expectations()) {
      if (!options_.without.contains(one.fault.name)) whole(one);
    }
    for (std::size_t i = oracles_.size() > 1 ? 1 : 0; i < oracles_.size(); ++i) by_place(oracles_[i]);
    return std::move(trials_);
  }

 private:
  void whole(const Expectation& one) {
    const Oracle& all = oracles_.front();
    const auto first = places(all.first, one), later = places(all.later, one);
    if (first.empty()) return;
    trials_.push_back({.expected = &one,
                       .oracle = &all,
                       .first = drawn(one.fault.name + " first", first),
                       .later = later.empty() ? "" : drawn(one.fault.name + " later", later),
                       .begins_anywhere = one.fault.kind == FaultKind::key_revoked,
                       .sweeps = is_final(one.fault)});
  }

  void by_place(const Oracle& oracle) {
    std::map<std::string, std::vector<const Expectation*>> faults;
    for (const Expectation& one : expectations()) {
      if (options_.without.contains(one.fault.name) || is_of_all(one.fault)) continue;
      if (!options_.everything && !may_be_swallowed(one.fault) && !is_of_pages(one.fault)) continue;
      for (const std::string& place : places(oracle.first, one)) faults[place].push_back(&one);
    }
    for (auto& [place, all] : faults) {
      std::ranges::sort(all, {}, [&](const Expectation* one) { return number(one->fault.name, place); });
      if (!options_.everything) all.resize(std::min(all.size(), kFaultsOfAPlace));
      for (const Expectation* one : all) at_place(oracle, *one, place);
    }
  }

  void at_place(const Oracle& oracle, const Expectation& one, const std::string& place) {
    const auto later = oracle.later.find(one.fault.kind);
    const bool again = options_.everything && later != oracle.later.end() && later->second.contains(place);
    trials_.push_back(
        {.expected = &one, .oracle = &oracle, .first = place, .later = again ? place : "", .stays = true});
  }

  // One of each kind.
  [[nodiscard]] std::set<std::string> places(const Places& of, const Expectation& one) const {
    const auto found = of.find(one.fault.kind);
    if (found == of.end()) return {};
    if (options_.everything) return found->second;
    std::map<std::string, std::string> by_kind;
    for (const std::string& place : found->second) by_kind.emplace(kind_of_place(place), place);
    std::set<std::string> out;
    for (const auto& [kind, place] : by_kind) out.insert(place);
    return out;
  }

  // The same for the same words, whatever else is drawn.
  [[nodiscard]] std::size_t number(const std::string& what, const std::string& place) const {
    return std::hash<std::string>()(std::to_string(options_.seed) + '\n' + what + '\n' + place);
  }
  [[nodiscard]] std::string drawn(const std::string& what, const std::set<std::string>& places) const {
    return *std::ranges::min_element(places, {}, [&](const std::string& place) { return number(what, place); });
  }

  const std::vector<Oracle>& oracles_;
  const PlanOptions& options_;
  std::vector<Trial> trials_;
};

}  // namespace

std::string kind_of_place(const std::string& place) {
  static const std::regex kPart("[^/, ]*[0-9][^/, ]*");
  static const std::regex kVersion("v[0-9]+[a-z0-9.]*");
  std::string out;
  auto rest = place.cbegin();
  for (std::sregex_iterator part(place.begin(), place.end(), kPart), end; part != end; ++part) {
    out.append(rest, (*part)[0].first);
    out += std::regex_match(part->str(), kVersion) ? part->str() : "*";
    rest = (*part)[0].second;
  }
  return out.append(rest, place.cend());
}

std::vector<Trial> plan(const std::vector<Oracle>& oracles, const PlanOptions& options) {
  return Planner(oracles, options).run();
}

}  // namespace iz::test
