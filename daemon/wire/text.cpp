// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "wire/text.hpp"

#include "records/utf8.hpp"

namespace iz::wire {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool continuation(unsigned char byte) {
  return (byte & 0xC0U) == 0x80U;
}

}  // namespace

bool is_text(std::string_view bytes) { return records::is_utf8(bytes); }

std::string to_text(std::string_view bytes, std::size_t max_bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = records::utf8_character(bytes, at);
    const std::string_view piece = size == 0 ? kReplacement : bytes.substr(at, size);
    if (text.size() + piece.size() > max_bytes) break;
    text += piece;
    at += size == 0 ? 1 : size;
  }
  return text;
}

std::string_view cut_text(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && continuation(static_cast<unsigned char>(text[end]))) --end;
  return text.substr(0, end);
}

}  // namespace iz::wire
