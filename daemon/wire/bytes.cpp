// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "wire/bytes.hpp"

#include <fmt/format.h>

#include "wire/text.hpp"

namespace iz::wire {

std::span<const std::byte> ByteReader::take(std::size_t size) {
  if (size > rest_.size()) {
    throw MalformedFrame(fmt::format("frame ends {} bytes early", size - rest_.size()));
  }
  const auto taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

std::string_view ByteReader::blob(std::size_t max_bytes, bool nullable) {
  const auto size = number<std::uint32_t>();
  if (size == kNull) {
    if (!nullable) throw MalformedFrame("null text where one is needed");
    return {};
  }
  if (size > max_bytes) throw MalformedFrame(fmt::format("text of {} bytes, at most {} are allowed", size, max_bytes));
  const auto bytes = take(size);
  // An empty text must not turn into a null one: any non-null address does.
  return size == 0 ? std::string_view("", 0) : std::string_view(reinterpret_cast<const char*>(bytes.data()), size);
}

std::string_view ByteReader::text(std::size_t max_bytes, bool nullable) {
  const std::string_view value = blob(max_bytes, nullable);
  if (!is_text(value)) throw MalformedFrame("text that is not UTF-8 or holds a NUL");
  return value;
}

void ByteReader::end() const {
  if (!rest_.empty()) throw MalformedFrame(fmt::format("{} bytes left over at the end of a frame", rest_.size()));
}

}  // namespace iz::wire
