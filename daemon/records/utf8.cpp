// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "records/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace iz::records {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);

// Eight bytes of ASCII, none of them NUL.
bool plain_word(const char* at) noexcept {
  constexpr std::uint64_t kHigh = 0x8080808080808080U;
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  std::uint64_t word = 0;
  std::memcpy(&word, at, kWord);
  return ((word | (word - kOnes)) & kHigh) == 0;
}

bool continuation(unsigned char byte) noexcept {
  return (byte & 0xC0U) == 0x80U;
}

}  // namespace

std::size_t utf8_character(std::string_view bytes, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) -> unsigned char {
    return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0;
  };
  const unsigned char first = byte(0);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continuation(byte(1)) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned char low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : 0xBF;
    return byte(1) >= low && byte(1) <= high && continuation(byte(2)) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned char low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xF4 ? 0x8F : 0xBF;
    return byte(1) >= low && byte(1) <= high && continuation(byte(2)) && continuation(byte(3)) ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (bytes.size() - at >= kWord) {
      if (plain_word(bytes.data() + at)) {
        at += kWord;
        continue;
      }
    } else if (bytes.size() >= kWord && plain_word(bytes.data() + bytes.size() - kWord)) {
      return true;  // the last eight, some of them for the second time
    }
    const std::size_t size = utf8_character(bytes, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

}  // namespace iz::records
