// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/encoding.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace iz::support {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// 0x80…0xBF of Windows-1251; 0xC0…0xFF are U+0410…U+044F.
constexpr std::array<char16_t, 64> kWindows1251 = {
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A,
    0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0xFFFD, 0x2122,
    0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6,
    0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456,
    0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};

void append_utf8(std::string& out, char16_t c) {
  if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
  } else {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (c & 0x3F));
}

// Bytes of the character that begins here; 0 if none does.
std::size_t character(const unsigned char* at, const unsigned char* end) {
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return static_cast<std::size_t>(end - at) > i && at[i] >= low && at[i] <= high;
  };
  const unsigned char first = *at;
  if (first < 0x80) return first == 0 ? 0 : 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return follows(1) ? 2 : 0;
  if (first < 0xF0)
    return follows(1, first == 0xE0 ? 0xA0U : 0x80U, first == 0xED ? 0x9FU : 0xBFU) && follows(2) ? 3 : 0;
  if (first < 0xF5) {
    return follows(1, first == 0xF0 ? 0x90U : 0x80U, first == 0xF4 ? 0x8FU : 0xBFU) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

bool is_plain_ascii(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
#if defined(__SSE2__)
  const __m128i zero = _mm_setzero_si128();
  __m128i bad = zero;
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    bad = _mm_or_si128(bad, _mm_or_si128(bytes, _mm_cmpeq_epi8(bytes, zero)));  // the top bit of what is ≥ 0x80 or 0
  }
  if (_mm_movemask_epi8(bad) != 0) return false;
#else
  for (; end - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
    if (((word | (word - 0x0101010101010101ULL)) & kHigh) != 0) return false;
  }
#endif
  for (; at != end; ++at) {
    if (static_cast<signed char>(*at) <= 0) return false;
  }
  return true;
}

bool is_text(std::string_view text) {
  const unsigned char* at = bytes_of(text);
  const unsigned char* const end = at + text.size();
  while (at != end) {
    const std::size_t length = character(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string_view cut_text(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

void append_windows_1251(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) {
      out += kReplacement;
    } else if (byte < 0x80) {
      out += c;
    } else {
      append_utf8(out, byte < 0xC0 ? kWindows1251[byte - 0x80U] : static_cast<char16_t>(0x0410 + (byte - 0xC0)));
    }
  }
}

bool looks_like_windows_1251(std::string_view bytes) {
  std::size_t high = 0;
  std::size_t letters = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) return false;
    if (byte < 0x80) continue;
    ++high;
    if (byte >= 0xC0 || byte == 0xA8 || byte == 0xB8) ++letters;
  }
  return letters * 4 >= high * 3;
}

void append_repaired(std::string& out, std::string_view bytes) {
  const unsigned char* at = bytes_of(bytes);
  const unsigned char* const end = at + bytes.size();
  while (at != end) {
    const std::size_t length = character(at, end);
    if (length == 0) {
      out += kReplacement;
      ++at;
    } else {
      out.append(reinterpret_cast<const char*>(at), length);
      at += length;
    }
  }
}

}  // namespace iz::support
