// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <cmath>

#include "wire/messages.hpp"

// The frames about rate budgets.
namespace iz::wire {
namespace {

void check(bool holds, const char* what) {
  if (!holds) throw MalformedFrame(what);
}

std::string_view host_of(ByteReader& reader) {
  const std::string_view host = reader.text(kMaxRateHostBytes);
  check(!host.empty(), "rate budget without a host");
  return host;
}

bool flag(ByteReader& reader) {
  const auto value = reader.number<std::uint8_t>();
  check(value <= 1, "a flag that is neither 0 nor 1");
  return value == 1;
}

bool matches(std::string_view pattern, std::string_view host) {
  if (pattern == "*" || pattern == host) return true;
  return pattern.starts_with("*.") && host.size() >= pattern.size() && host.ends_with(pattern.substr(1));
}

}  // namespace

void encode(const RateGrant& message, Bytes& out) {
  ByteWriter writer(out);
  writer.text(message.host);
  writer.number<std::uint8_t>(message.answers ? 1 : 0);
  writer.number<std::uint8_t>(message.limited ? 1 : 0);
  writer.number(message.not_before);
  writer.number(static_cast<std::uint32_t>(message.slots.size()));
  for (const std::int64_t slot : message.slots) writer.number(slot);
}

RateGrant decode_rate_grant(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  RateGrant message;
  message.host = host_of(reader);
  message.answers = flag(reader);
  message.limited = flag(reader);
  message.not_before = reader.number<std::int64_t>();
  const auto count = reader.number<std::uint32_t>();
  check(count <= kMaxRateSlots && reader.left() == std::size_t{count} * sizeof(std::int64_t), "wrong number of slots");
  message.slots.resize(count);
  for (std::int64_t& slot : message.slots) slot = reader.number<std::int64_t>();
  reader.end();
  return message;
}

void encode(const RateAsk& message, Bytes& out) {
  ByteWriter writer(out);
  writer.text(message.host);
  writer.number(message.wanted);
}

RateAsk decode_rate_ask(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  RateAsk message;
  message.host = host_of(reader);
  message.wanted = reader.number<std::uint32_t>();
  check(message.wanted <= kMaxRateSlots, "too many slots are asked for");
  reader.end();
  return message;
}

void encode(const RateThrottled& message, Bytes& out) {
  ByteWriter writer(out);
  writer.text(message.host);
  writer.number(message.retry_after_ms);
  writer.number(message.observed);
}

RateThrottled decode_rate_throttled(std::span<const std::byte> payload) {
  constexpr std::int64_t kLongest = std::int64_t{7} * 24 * 3600 * 1000;  // as the host reads Retry-After
  ByteReader reader(payload);
  RateThrottled message;
  message.host = host_of(reader);
  message.retry_after_ms = reader.number<std::int64_t>();
  check(message.retry_after_ms >= -1 && message.retry_after_ms <= kLongest, "a Retry-After out of range");
  message.observed = reader.number<double>();
  check(std::isfinite(message.observed) && message.observed >= 0 && message.observed <= 1e6, "a rate out of range");
  reader.end();
  return message;
}

const RateLimit* rate_limit_of(std::span<const RateLimit> limits, std::string_view host) {
  const std::string_view name =
      host.starts_with('[') ? host.substr(1, host.find(']') - 1) : host.substr(0, host.find(':'));
  const auto found = std::ranges::find_if(
      limits, [&](const RateLimit& limit) { return matches(limit.host, host) || matches(limit.host, name); });
  return found == limits.end() ? nullptr : &*found;
}

}  // namespace iz::wire
