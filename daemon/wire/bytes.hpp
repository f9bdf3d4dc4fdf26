// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "wire/frame.hpp"

namespace iz::wire {

using Bytes = std::vector<std::byte>;

[[nodiscard]] inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Appends to a payload. The mirror of ByteReader.
class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}

  template <class Number>
  requires std::is_arithmetic_v<Number>
  void number(Number value) { raw({reinterpret_cast<const std::byte*>(&value), sizeof value}); }
  // Null and empty are different texts.
  void text(std::string_view value) {
    number(value.data() == nullptr ? kNull : static_cast<std::uint32_t>(value.size()));
    raw(as_bytes(value));
  }
  void raw(std::span<const std::byte> bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

 private:
  Bytes& out_;
};

// Takes a payload apart; every step is checked and throws MalformedFrame. Texts are views into the payload.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> payload) : rest_(payload) {}

  template <class Number>
  requires std::is_arithmetic_v<Number> Number number() {
    Number value{};
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  // At most `max_bytes`; null only where `nullable`.
  std::string_view blob(std::size_t max_bytes, bool nullable = false);
  // The same, and UTF-8 without NUL.
  std::string_view text(std::size_t max_bytes, bool nullable = false);
  std::span<const std::byte> take(std::size_t size);
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  // Nothing may be left over.
  void end() const;

 private:
  std::span<const std::byte> rest_;
};

}  // namespace iz::wire
