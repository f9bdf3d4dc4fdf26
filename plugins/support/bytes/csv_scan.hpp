// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Finding the bytes that mean something in CSV. [at, end) may be followed by anything, but kSlack bytes behind end are
// readable.
namespace iz::support {

inline constexpr std::size_t kSlack = 16;

#if defined(__SSE2__)

// The first of `delimiter`, LF and the quote; end if there is none.
inline char* find_field_end(char* at, char* end, char delimiter) {
  const __m128i delimiters = _mm_set1_epi8(delimiter);
  const __m128i breaks = _mm_set1_epi8('\n');
  const __m128i quotes = _mm_set1_epi8('"');
  for (; at < end; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i hits = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, delimiters), _mm_cmpeq_epi8(bytes, breaks)),
                                      _mm_cmpeq_epi8(bytes, quotes));
    if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits)); mask != 0) {
      char* const found = at + std::countr_zero(mask);
      return found < end ? found : end;
    }
  }
  return end;
}

// The first quote; end if there is none. Adds the line breaks before it to `lines`.
inline char* find_quote(char* at, char* end, std::uint64_t& lines) {
  const __m128i breaks = _mm_set1_epi8('\n');
  const __m128i quotes = _mm_set1_epi8('"');
  for (; at < end; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    auto quote = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quotes)));
    auto lf = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, breaks)));
    if (end - at < 16) {
      const unsigned valid = (1U << (end - at)) - 1;
      quote &= valid;
      lf &= valid;
    }
    if (quote != 0) lf &= (quote & (0U - quote)) - 1;
    if (lf != 0) lines += static_cast<unsigned>(std::popcount(lf));
    if (quote != 0) return at + std::countr_zero(quote);
  }
  return end;
}

// Makes one quote of each two in [in, in + size), where every quote has its twin behind it. Writes to `out`, which has kSlack
// bytes behind the text's; returns how many of them count.
inline std::size_t undouble_quotes(const char* in, std::size_t size, char* out) {
  const __m128i quotes = _mm_set1_epi8('"');
  const char* const end = in + size;
  char* const begin = out;
  while (in < end) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
    const auto quote = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quotes)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
    const auto left = static_cast<std::size_t>(end - in);
    const std::size_t kept = quote == 0 ? 16 : static_cast<std::size_t>(std::countr_zero(quote)) + 1;
    if (kept > left) {  // what lies behind the text
      out += left;
      break;
    }
    out += kept;
    in += quote == 0 ? kept : kept + 1;
  }
  return static_cast<std::size_t>(out - begin);
}

#else

inline std::size_t undouble_quotes(const char* in, std::size_t size, char* out) {
  const char* const end = in + size;
  char* const begin = out;
  while (in != end) {
    *out++ = *in;
    in += *in == '"' ? 2 : 1;
  }
  return static_cast<std::size_t>(out - begin);
}

inline char* find_field_end(char* at, char* end, char delimiter) {
  while (at != end && *at != delimiter && *at != '\n' && *at != '"') ++at;
  return at;
}

inline char* find_quote(char* at, char* end, std::uint64_t& lines) {
  for (; at != end && *at != '"'; ++at) lines += *at == '\n' ? 1 : 0;
  return at;
}

#endif

// Without regard to quotes.
inline char* find_raw_end(char* at, char* end, char delimiter) {
  while (at != end && *at != delimiter && *at != '\n') ++at;
  return at;
}

}  // namespace iz::support
