// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/cursor_text.hpp"

#include <zstd.h>

#include <infrazen/abi/sink.h>
#include <infrazen/error.hpp>

namespace iz::beget {
namespace {

constexpr std::string_view kPacked = "zstd:";
constexpr std::size_t kMostUnpacked = std::size_t{16} << 20;

std::string packed(const std::string& text) {
  std::string out(kPacked);
  out.resize(kPacked.size() + ZSTD_compressBound(text.size()));
  const std::size_t size =
      ZSTD_compress(out.data() + kPacked.size(), out.size() - kPacked.size(), text.data(), text.size(), 9);
  if (ZSTD_isError(size) != 0) throw infrazen::Error(infrazen::ErrorClass::internal, "the cursor cannot be compressed");
  out.resize(kPacked.size() + size);
  return out;
}

}  // namespace

std::string cursor_of(std::string json, const char* what) {
  if (json.size() > IZ_CURSOR_MAX) json = packed(json);
  if (json.size() > IZ_CURSOR_MAX) {
    throw infrazen::Error(infrazen::ErrorClass::permanent,
                          std::string("the account has more ") + what + " than a cursor can keep track of");
  }
  return json;
}

std::string json_of(std::string_view cursor) {
  if (!cursor.starts_with(kPacked)) return std::string(cursor);
  cursor.remove_prefix(kPacked.size());
  const auto size = ZSTD_getFrameContentSize(cursor.data(), cursor.size());
  if (size > kMostUnpacked) damaged_cursor();  // the values for "unknown" and "damaged" are larger still
  std::string text(size, '\0');
  if (ZSTD_decompress(text.data(), text.size(), cursor.data(), cursor.size()) != size) damaged_cursor();
  return text;
}

void damaged_cursor() {
  throw infrazen::Error(infrazen::ErrorClass::internal,
                        "the cursor is not one of this connector: run the stream once with 'full'");
}

}  // namespace iz::beget
