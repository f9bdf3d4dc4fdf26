// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "insight/quantile_sketch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace iz::insight {

namespace {

constexpr double kGamma = (1 + QuantileSketch::kRelativeError) / (1 - QuantileSketch::kRelativeError);
constexpr int kOffset = 1381;  // the bucket that ends at 1
constexpr std::uint64_t kMaxCount = std::numeric_limits<std::int16_t>::max();

double log_gamma(double value) {
  static const double scale = 1 / std::log(kGamma);
  return std::log(value) * scale;
}

void pack(std::vector<std::int16_t>& out, std::int16_t bucket, std::uint64_t count) {
  for (; count > 0; count -= std::min(count, kMaxCount)) {
    out.push_back(bucket);
    out.push_back(static_cast<std::int16_t>(std::min(count, kMaxCount)));
  }
}

}  // namespace

std::int16_t QuantileSketch::bucket_of(double value) {
  if (value == 0) return 0;
  const double exact = std::ceil(log_gamma(std::abs(value))) + kOffset;
  const auto bucket = static_cast<std::int16_t>(std::clamp(exact, 1.0, static_cast<double>(kBuckets)));
  return value < 0 ? static_cast<std::int16_t>(-bucket) : bucket;
}

double QuantileSketch::value_of(std::int16_t bucket) {
  if (bucket == 0) return 0;
  // The middle of the bucket in the sense of relative error: 2 gamma^k / (gamma + 1).
  const double middle = 2 * std::pow(kGamma, std::abs(bucket) - kOffset) / (1 + kGamma);
  return bucket < 0 ? -middle : middle;
}

void QuantileSketch::merge(const QuantileSketch& other) {
  for (const auto& [bucket, count] : other.counts_) counts_[bucket] += count;
}

std::uint64_t QuantileSketch::count() const {
  std::uint64_t total = 0;
  for (const auto& [bucket, count] : counts_) total += count;
  return total;
}

double QuantileSketch::quantile(double quantile) const {
  const auto rank = static_cast<std::uint64_t>(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count() - 1));
  std::uint64_t up_to = 0;
  for (const auto& [bucket, count] : counts_) {
    up_to += count;
    if (up_to > rank) return value_of(bucket);
  }
  throw std::logic_error("a quantile was asked of an empty sketch");
}

std::vector<std::int16_t> QuantileSketch::packed() const {
  std::vector<std::int16_t> out;
  for (const auto& [bucket, count] : counts_) pack(out, bucket, count);
  return out;
}

QuantileSketch QuantileSketch::unpacked(std::span<const std::int16_t> packed) {
  QuantileSketch sketch;
  if (packed.size() % 2 != 0) throw std::invalid_argument("a packed sketch has an odd length");
  for (std::size_t i = 0; i < packed.size(); i += 2) {
    const bool ascending = i == 0 || packed[i] >= packed[i - 2];
    if (!ascending || packed[i] < -kBuckets || packed[i] > kBuckets || packed[i + 1] < 1) {
      throw std::invalid_argument("a packed sketch has a bucket out of order or without a count");
    }
    sketch.counts_[packed[i]] += static_cast<std::uint64_t>(packed[i + 1]);
  }
  return sketch;
}

std::vector<std::int16_t> packed_sketch(std::span<const double> values) {
  std::vector<std::int16_t> buckets(values.size());
  std::transform(values.begin(), values.end(), buckets.begin(), QuantileSketch::bucket_of);
  std::sort(buckets.begin(), buckets.end());
  std::vector<std::int16_t> out;
  for (auto first = buckets.begin(); first != buckets.end();) {
    const auto last = std::upper_bound(first, buckets.end(), *first);
    pack(out, *first, static_cast<std::uint64_t>(last - first));
    first = last;
  }
  return out;
}

}  // namespace iz::insight
