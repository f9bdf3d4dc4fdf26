// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/kept_listings.hpp"

#include <algorithm>
#include <utility>

namespace iz::ingest {

std::optional<KeptListings::Listed> KeptListings::take(const store::StreamLease& lease, std::uint32_t kind) {
  const std::scoped_lock lock(mutex_);
  const auto found = find(lease.stream_id, kind);
  if (found == kept_.end()) return std::nullopt;
  std::optional<Listed> listed;
  if (found->epoch + 1 == lease.epoch && found->mark_seq == lease.mark_seq && found->listing_version == lease.listing_version) {
    listed = std::move(found->listed);
  }
  drop(found);
  return listed;
}

void KeptListings::keep(const store::StreamLease& lease, std::uint32_t kind, Listed listed) {
  const std::size_t bytes = listed.rows.memory_bytes() + listed.scopes.memory_bytes() + sizeof(Kept);
  const std::scoped_lock lock(mutex_);
  if (const auto older = find(lease.stream_id, kind); older != kept_.end()) drop(older);
  if (bytes > most_bytes_) return;
  while (bytes_ + bytes > most_bytes_) drop(kept_.begin());
  kept_.push_back({lease.stream_id, kind, lease.epoch, lease.mark_seq, lease.listing_version, bytes, std::move(listed)});
  bytes_ += bytes;
}

std::list<KeptListings::Kept>::iterator KeptListings::find(std::int32_t stream_id, std::uint32_t kind) {
  return std::ranges::find_if(kept_,
                              [&](const Kept& kept) { return kept.stream_id == stream_id && kept.kind == kind; });
}

void KeptListings::drop(std::list<Kept>::iterator kept) {
  bytes_ -= kept->bytes;
  kept_.erase(kept);
}

void KeptListings::clear() {
  const std::scoped_lock lock(mutex_);
  kept_.clear();
  bytes_ = 0;
}

std::size_t KeptListings::memory_bytes() const {
  const std::scoped_lock lock(mutex_);
  return bytes_;
}

}  // namespace iz::ingest
