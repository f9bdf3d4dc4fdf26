// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/packed.hpp"

#include <zlib.h>

namespace iz::support {
namespace {

constexpr std::uint64_t kMostUnpacked = std::uint64_t{16} << 20;

}  // namespace

std::string deflated(std::string_view text) {
  auto length = compressBound(static_cast<uLong>(text.size()));
  std::string packed(length, ' ');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &length, reinterpret_cast<const Bytef*>(text.data()),
            static_cast<uLong>(text.size()), Z_BEST_COMPRESSION);
  packed.resize(length);
  return packed;
}

std::optional<std::string> inflated(std::string_view bytes, std::uint64_t size) {
  if (size > kMostUnpacked) return std::nullopt;
  std::string text(size, ' ');
  auto length = static_cast<uLongf>(size);
  if (uncompress(reinterpret_cast<Bytef*>(text.data()), &length, reinterpret_cast<const Bytef*>(bytes.data()),
                 static_cast<uLong>(bytes.size())) != Z_OK ||
      length != size) {
    return std::nullopt;
  }
  return text;
}

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  out += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

}  // namespace iz::support
