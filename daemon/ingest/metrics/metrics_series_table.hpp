// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "store/metrics/metrics_directory.hpp"

namespace iz::ingest {

// The series of one stream by identity, during a run: slot i is series i of the stream's directory, new ones follow.
// Looked up once per segment: open addressing, half full at most, nothing allocated for a series that is known.
class SeriesTable {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot kNone = 0xFFFFFFFF;

  explicit SeriesTable(std::vector<store::KnownSeries> known);

  [[nodiscard]] Slot find(const store::SeriesIdentity& identity) const noexcept;
  // `identity` is not in the table. Its name is copied and kept until created().
  Slot add(const store::SeriesIdentity& identity, const store::SeriesName& name);
  // The series is to be created anew under the identity it has.
  void renew(Slot slot, const store::SeriesName& name);

  [[nodiscard]] std::span<const store::KnownSeries> series() const noexcept { return series_; }
  [[nodiscard]] std::int64_t id(Slot slot) const { return series_[slot].series_id; }
  // The newest point that is committed or waits for the mark.
  [[nodiscard]] std::int64_t horizon(Slot slot) const { return series_[slot].horizon_us; }
  void raise_horizon(Slot slot, std::int64_t at_us);

  struct Uncreated {
    Slot slot = 0;
    std::string resource_type, external_id, metric_name, metric_unit, provider_metric_id;
    bool has_unit = false, has_provider_id = false;
    [[nodiscard]] store::SeriesName name() const;
  };
  [[nodiscard]] const std::vector<Uncreated>& uncreated() const noexcept { return uncreated_; }
  void set_id(Slot slot, std::int64_t series_id) { series_[slot].series_id = series_id; }

  // Chunks of the directory with a series that is new or whose horizon moved since committed(), ascending.
  [[nodiscard]] std::vector<std::uint32_t> touched_chunks() const;
  // The first slot of the first chunk that has to be written whole.
  [[nodiscard]] std::size_t first_new() const noexcept { return first_new_; }
  void committed();

 private:
  void index(Slot slot);
  void grow();
  void touch(Slot slot);

  std::vector<store::KnownSeries> series_;
  std::vector<Slot> places_;  // a power of two; kNone = free
  std::vector<Uncreated> uncreated_;
  std::vector<bool> touched_;  // per chunk
  std::size_t first_new_ = 0;
};

}  // namespace iz::ingest
