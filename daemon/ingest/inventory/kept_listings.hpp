// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>

#include "store/listing/known_rows.hpp"
#include "store/listing/scope_book.hpp"
#include "store/session/mark_session.hpp"

namespace iz::ingest {

// What streams knew at their last marks, kept between their runs: an inventory in which nothing changed then reads nothing.
// It is believed only by the next holder of the stream's lease, when neither another mark nor another stream has touched what
// the stream lists (StreamLease: epoch, mark_seq, listing_version); otherwise the database is asked. Any thread.
class KeptListings {
 public:
  // Beyond so much the listings that were kept first go first.
  explicit KeptListings(std::size_t most_bytes = std::size_t{16} << 20) : most_bytes_(most_bytes) {}

  struct Listed {
    store::ScopeBook scopes;
    store::KnownRows rows;
  };
  // Hands out what was kept, once; nothing when it is not what the database holds under this lease.
  [[nodiscard]] std::optional<Listed> take(const store::StreamLease& lease, std::uint32_t kind);
  // `lease` as it is after the run's last mark.
  void keep(const store::StreamLease& lease, std::uint32_t kind, Listed listed);
  // The database was away: it may have come back as another one.
  void clear();
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Kept {
    std::int32_t stream_id;
    std::uint32_t kind;
    std::int64_t epoch;
    std::int64_t mark_seq;
    std::int64_t listing_version;
    std::size_t bytes;
    Listed listed;
  };
  [[nodiscard]] std::list<Kept>::iterator find(std::int32_t stream_id, std::uint32_t kind);
  void drop(std::list<Kept>::iterator kept);

  std::size_t most_bytes_;
  mutable std::mutex mutex_;
  std::list<Kept> kept_;  // the oldest first
  std::size_t bytes_ = 0;
};

}  // namespace iz::ingest
