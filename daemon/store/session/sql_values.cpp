// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/session/sql_values.hpp"

#include <algorithm>

namespace iz::store {

namespace {

unsigned nibble(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    out.push_back(kHex[static_cast<unsigned char>(byte) >> 4]);
    out.push_back(kHex[static_cast<unsigned char>(byte) & 15]);
  }
  return out;
}

std::string from_hex(std::string_view hexadecimal) {
  std::string out;
  out.reserve(hexadecimal.size() / 2);
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    out.push_back(static_cast<char>(nibble(hexadecimal[i]) << 4 | nibble(hexadecimal[i + 1])));
  }
  return out;
}

Uuid parse_uuid(std::string_view text) {
  std::string hexadecimal(text);
  std::erase(hexadecimal, '-');
  const auto bytes = from_hex(hexadecimal);
  Uuid uuid;
  std::copy_n(bytes.begin(), std::min<std::size_t>(bytes.size(), 16), uuid.bytes.begin());
  return uuid;
}

}  // namespace iz::store
