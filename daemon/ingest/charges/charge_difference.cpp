// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_difference.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <infrazen/abi/base.h>

#include "records/run_sink.hpp"

namespace iz::ingest {

namespace {

// Charges compared at once: some 100 bytes each while they are.
constexpr std::int64_t kSlice = 150'000;
constexpr std::size_t kGoneAtOnce = 2'000;
constexpr std::size_t kLoadBytes = 1U << 20;

std::uint32_t prefix_of(const store::Uuid& hash) {
  return static_cast<std::uint32_t>(hash.bytes[0]) << 8 | hash.bytes[1];
}

bool same(const store::CostBucket& a, const store::CostBucket& b) {
  return a.charges == b.charges && a.hash_sum == b.hash_sum;
}

// New charges of a slice by what identifies them, each given away once.
class NewByIdentity {
 public:
  explicit NewByIdentity(const std::vector<std::string>& rows) : rows_(rows) {
    by_identity_.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      by_identity_.emplace(store::identity_of(store::CostFact::of(rows[i])).hash(), i);
    }
    taken_.resize(rows.size());
  }
  const std::string* take(const store::ChargeIdentity& identity) {
    const auto found = by_identity_.find(identity.hash());
    if (found == by_identity_.end()) return nullptr;
    const auto i = found->second;
    by_identity_.erase(found);
    taken_[i] = true;
    return &rows_[i];
  }
  [[nodiscard]] bool taken(std::size_t i) const { return taken_[i]; }

 private:
  const std::vector<std::string>& rows_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_identity_;
  std::vector<bool> taken_;
};

}  // namespace

void ChargeDifference::insert(const ChargePart::Day& day, std::string_view encoded) {
  const auto fact = store::CostFact::of(encoded);
  for (std::size_t g = 0; g < fact.group_ids.size(); ++g) {
    if (fact.group_ids[g]) dimensions_.need(g, *fact.group_ids[g]);
  }
  loader_.buffer(day.bill->billing_month).append(encoded);
  loader_.added(encoded.size());
  if (loader_.pending() >= kLoadBytes) loader_.write();
}

void ChargeDifference::insert_day(const ChargePart::Day& day) {
  for_each_charge(day, spool_, scratch_, [&](std::string_view encoded) { insert(day, encoded); });
}

void ChargeDifference::insert_all(const ChargePart& part) {
  for (const auto& day : part.days()) insert_day(day);
}

void ChargeDifference::compare_slice(store::CostDifference& difference, const ChargePart::Day* delivered, std::uint32_t from,
                                     std::uint32_t to) {
  auto stored = difference.load(from, to);
  // Of equal hashes the first entry counts how many are matched.
  std::vector<std::uint32_t> matched(stored.size(), 0);
  std::vector<std::string> fresh;
  if (delivered != nullptr) {
    for_each_charge(*delivered, spool_, scratch_, [&](std::string_view encoded) {
      const auto hash = store::CostFact::of(encoded).row_hash;
      if (const auto prefix = prefix_of(hash); prefix < from || prefix >= to) return;
      const auto first = std::ranges::lower_bound(stored, hash, {}, &store::StoredCharge::row_hash);
      const auto at = static_cast<std::size_t>(first - stored.begin());
      if (first != stored.end() && first->row_hash == hash) {
        const auto next = at + matched[at];
        if (next < stored.size() && stored[next].row_hash == hash) {
          ++matched[at];
          return;
        }
      }
      fresh.emplace_back(encoded);
    });
  }
  std::vector<store::RowAddress> gone;
  for (std::size_t i = 0; i < stored.size();) {
    auto run = i;
    while (run < stored.size() && stored[run].row_hash == stored[i].row_hash) ++run;
    for (auto left = i + matched[i]; left < run; ++left) gone.push_back(stored[left].address);
    i = run;
  }
  stored.clear();
  stored.shrink_to_fit();

  NewByIdentity by_identity(fresh);
  for (std::span<const store::RowAddress> rest(gone); !rest.empty();) {
    const auto chunk = rest.first(std::min(kGoneAtOnce, rest.size()));
    rest = rest.subspan(chunk.size());
    const auto identities = difference.identities(chunk);
    std::vector<store::GoneCharge> charges;
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      store::GoneCharge charge;
      charge.address = chunk[i];
      if (const auto* after = by_identity.take(identities[i])) {
        const auto fact = store::CostFact::of(*after);
        charge.changed = true;
        charge.hash_after = fact.row_hash;
        charge.billed_after = fact.billed_cost;
        charge.effective_after = fact.effective_cost;
      }
      charges.push_back(charge);
    }
    difference.remove(charges);
  }
  std::vector<store::CostFact> unpaired;
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    if (!by_identity.taken(i)) unpaired.push_back(store::CostFact::of(fresh[i]));
  }
  difference.note_new(unpaired);
  for (const auto& encoded : fresh) insert(*delivered, encoded);
  loader_.finish();  // the next slice asks the session again
}

void ChargeDifference::compare_day(store::MarkTransaction& tx, std::int32_t part_id, const store::CostBucket& stored,
                                   const ChargePart::Day* delivered) {
  store::CostDifference difference(tx, part_id, stored);
  const auto charges = std::max(stored.charges, delivered != nullptr ? delivered->charges : 0);
  const auto slices = static_cast<std::uint32_t>(std::clamp<std::int64_t>((charges + kSlice - 1) / kSlice, 1, 4096));
  for (std::uint32_t slice = 0; slice < slices; ++slice) {
    compare_slice(difference, delivered, slice * 0x10000 / slices, (slice + 1) * 0x10000 / slices);
  }
}

void ChargeDifference::add_to_day(store::MarkTransaction& tx, std::int32_t part_id, const store::CostBucket& stored,
                                  const ChargePart::Day& day) {
  store::CostDifference difference(tx, part_id, stored);
  std::vector<std::string> fresh;
  const auto write = [&] {
    std::vector<store::CostFact> facts;
    for (const auto& encoded : fresh) facts.push_back(store::CostFact::of(encoded));
    difference.note_new(facts);
    for (const auto& encoded : fresh) insert(day, encoded);
    loader_.finish();
    fresh.clear();
  };
  for_each_charge(day, spool_, scratch_, [&](std::string_view encoded) {
    fresh.emplace_back(encoded);
    if (fresh.size() >= static_cast<std::size_t>(kSlice)) write();
  });
  write();
}

void ChargeDifference::write(store::MarkTransaction& tx, ChargePart& part) {
  std::map<std::pair<std::int64_t, std::chrono::sys_days>, store::CostBucket> stored;
  if (part.delivered_before()) {
    for (const auto& bucket : store::load_buckets(tx, part.part_id())) stored[{bucket.bill_id, bucket.charge_day}] = bucket;
  }
  std::vector<store::CostBucket> touched;
  std::vector<const ChargePart::Day*> first_delivered;
  for (const auto& day : part.days()) {
    const auto bucket = bucket_of(day);
    const auto known = stored.extract({bucket.bill_id, bucket.charge_day});
    if (day.settled && (!known || !same(known.mapped(), *day.stored))) {
      throw records::RunError(IZ_ERR_TRANSIENT,
                              "the stored charges of part \"" + part.scope() +
                                  "\" were replaced by somebody else while it was delivered; nothing was written");
    }
    if (known && same(known.mapped(), bucket)) continue;
    touched.push_back(bucket);
    if (day.settled) {
      add_to_day(tx, part.part_id(), known.mapped(), day);
    } else if (known) {
      compare_day(tx, part.part_id(), known.mapped(), &day);
    } else {
      first_delivered.push_back(&day);
    }
  }
  for (const auto& [key, bucket] : stored) {  // days that the delivery does not have any more
    if (window_ && (bucket.charge_day < window_->first || bucket.charge_day > window_->last)) continue;
    compare_day(tx, part.part_id(), bucket, nullptr);
    touched.push_back(bucket);
    touched.back().charges = 0;
  }
  for (const auto* day : first_delivered) insert_day(*day);
  loader_.finish();
  store::write_buckets(tx, part.part_id(), touched);
  store::part_delivered(tx, part.part_id());
  store::roll_up_days(tx, part.part_id(), touched);
}

}  // namespace iz::ingest
