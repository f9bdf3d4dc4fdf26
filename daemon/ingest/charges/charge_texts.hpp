// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ingest/charges/charge_dimensions.hpp"
#include "ingest/charges/charge_plan.hpp"
#include "records/batch.hpp"
#include "store/costs/cost_tables.hpp"

namespace iz::ingest {

// What all the texts of a charge together were found to be: every group that it has is known and as its columns want
// it.
struct KnownTexts {
  std::array<Digest, store::kCostGroups> digests;
  std::uint8_t present = 0;                               // a bit for each group that the charge has
  bool needed = false;                                    // its contents are noted as needed
  std::array<std::uint8_t, store::kCostGroups> judged{};  // what finops::FocusRules said of its groups …
  std::uint8_t judge = 0;                                 // … the rules of that number; 0 = none yet
};

// The charges of a bill repeat each other's texts, hour after hour: a charge whose texts are all as they were in an
// earlier one is recognised by one hash instead of one for each group. At most some 10 MB; a run whose charges hardly
// repeat goes without. Good for one plan: clear() for another.
class ChargeTexts {
 public:
  [[nodiscard]] bool worth_it() const noexcept { return worth_it_; }
  // The key of a row's texts; what is known of them is on its way into the cache when this returns.
  [[nodiscard]] Digest key(const ChargePlan& plan, const records::BatchView& batch, std::size_t row);
  // nullptr when they were not seen yet. Stays until the next add().
  [[nodiscard]] KnownTexts* find(Digest key);
  KnownTexts& add(Digest key);
  void clear();

 private:
  static constexpr std::size_t kFewest = 256;
  static constexpr std::size_t kMost = 65'536;  // slots; powers of two

  std::size_t slot_of(Digest key) const;
  void resize(std::size_t slots);

  // Apart, so that looking for a key touches little memory. A key of zeros is free; one that hashes so is never known.
  std::vector<Digest> keys_;
  std::vector<KnownTexts> texts_;
  std::size_t count_ = 0;
  std::uint64_t found_ = 0;  // since it was empty
  bool worth_it_ = true;
  std::vector<char> bytes_;
};

}  // namespace iz::ingest
