// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/kept_listings.hpp"

#include <algorithm>
#include <utility>

namespace iz::ingest {

std::optional<KeptListings::Listed> KeptListings::take(const store::StreamLease& lease, std::uint32_t kind) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(
      kept_, [&](const Kept& kept) { return kept.stream_id == lease.stream_id && kept.kind == kind; });
  if (found == kept_.end()) return std::nullopt;
  std::optional<Listed> listed;
  if (found->epoch + 1 == lease.epoch && found->mark_seq == lease.mark_seq && found->listing_version == lease.listing_version) {
    listed = std::move(found->listed);
  }
  bytes_ -= found->bytes;
  kept_.erase(found);
  return listed;
}

void KeptListings::keep(const store::StreamLease& lease, std::uint32_t kind, Listed listed) {
  const std::size_t bytes = listed.rows.memory_bytes() + listed.scopes.memory_bytes() + sizeof(Kept);
  const std::scoped_lock lock(mutex_);
  drop(lease.stream_id, kind);
  if (bytes > most_bytes_) return;
  while (bytes_ + bytes > most_bytes_) {
    bytes_ -= kept_.front().bytes;
    kept_.pop_front();
  }
  kept_.push_back({lease.stream_id, kind, lease.epoch, lease.mark_seq, lease.listing_version, bytes, std::move(listed)});
  bytes_ += bytes;
}

void KeptListings::drop(std::int32_t stream_id, std::uint32_t kind) {
  for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
    if (kept->stream_id != stream_id || kept->kind != kind) continue;
    bytes_ -= kept->bytes;
    kept_.erase(kept);
    return;
  }
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
