// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/metrics/metrics_series_table.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace iz::ingest {

SeriesTable::SeriesTable(std::vector<store::KnownSeries> known)
    : series_(std::move(known)), first_new_(series_.size()) {
  grow();
}

SeriesTable::Slot SeriesTable::find(const store::SeriesIdentity& identity) const noexcept {
  const std::size_t mask = places_.size() - 1;
  for (std::size_t place = identity.low & mask;; place = (place + 1) & mask) {
    const Slot slot = places_[place];
    if (slot == kNone || series_[slot].identity == identity) return slot;
  }
}

SeriesTable::Slot SeriesTable::add(const store::SeriesIdentity& identity, const store::SeriesName& name) {
  const Slot slot = static_cast<Slot>(series_.size());
  series_.push_back({.identity = identity});
  if (series_.size() * 2 > places_.size()) {
    grow();
  } else {
    index(slot);
  }
  renew(slot, name);
  return slot;
}

void SeriesTable::renew(Slot slot, const store::SeriesName& name) {
  series_[slot].series_id = 0;
  first_new_ = std::min(first_new_, slot / store::kSeriesPerChunk * store::kSeriesPerChunk);
  uncreated_.push_back({.slot = slot,
                        .resource_type = std::string(name.resource_type),
                        .external_id = std::string(name.external_id),
                        .metric_name = std::string(name.metric_name),
                        .metric_unit = std::string(name.metric_unit),
                        .provider_metric_id = std::string(name.provider_metric_id),
                        .has_unit = name.metric_unit.data() != nullptr,
                        .has_provider_id = name.provider_metric_id.data() != nullptr});
  touch(slot);
}

store::SeriesName SeriesTable::Uncreated::name() const {
  return {.resource_type = resource_type,
          .external_id = external_id,
          .metric_name = metric_name,
          .metric_unit = has_unit ? std::string_view(metric_unit) : std::string_view(),
          .provider_metric_id = has_provider_id ? std::string_view(provider_metric_id) : std::string_view()};
}

void SeriesTable::raise_horizon(Slot slot, std::int64_t at_us) {
  if (at_us <= series_[slot].horizon_us) return;
  series_[slot].horizon_us = at_us;
  touch(slot);
}

std::vector<std::uint32_t> SeriesTable::touched_chunks() const {
  std::vector<std::uint32_t> chunks;
  for (std::uint32_t chunk = 0; chunk < touched_.size(); ++chunk) {
    if (touched_[chunk]) chunks.push_back(chunk);
  }
  return chunks;
}

void SeriesTable::committed() {
  uncreated_.clear();
  touched_.assign(touched_.size(), false);
  first_new_ = series_.size();
}

void SeriesTable::index(Slot slot) {
  const std::size_t mask = places_.size() - 1;
  std::size_t place = series_[slot].identity.low & mask;
  while (places_[place] != kNone) place = (place + 1) & mask;
  places_[place] = slot;
}

void SeriesTable::grow() {
  places_.assign(std::bit_ceil(std::max<std::size_t>(series_.size() * 3, 64)), kNone);
  for (Slot slot = 0; slot < series_.size(); ++slot) index(slot);
}

void SeriesTable::touch(Slot slot) {
  const std::size_t chunk = slot / store::kSeriesPerChunk;
  if (chunk >= touched_.size()) touched_.resize(chunk + 1, false);
  touched_[chunk] = true;
}

}  // namespace iz::ingest
