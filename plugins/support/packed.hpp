// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What cursors and checkpoints of 64 KiB are made of when much has to go in.
namespace iz::support {

// As small as zlib makes it (RFC 1950). How long it was is not said in it.
[[nodiscard]] std::string deflated(std::string_view text);
// A text of `size` bytes again. Nothing when the bytes do not hold exactly that; more than 16 MiB are taken for damage.
[[nodiscard]] std::optional<std::string> inflated(std::string_view bytes, std::uint64_t size);

// Seven bits a byte, the lowest first, and the eighth says that more follow (protobuf's varint): most numbers are
// small.
void append_varint(std::string& out, std::uint64_t value);
// The number that `rest` begins with, which loses it. Nothing when it breaks off or does not fit 64 bits.
[[nodiscard]] std::optional<std::uint64_t> take_varint(std::string_view& rest);

}  // namespace iz::support
