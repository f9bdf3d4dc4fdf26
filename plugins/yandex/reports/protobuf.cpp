// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/reports/protobuf.hpp"

#include "support/packed.hpp"
#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

constexpr std::uint64_t kVarint = 0;
constexpr std::uint64_t kFixed64 = 1;
constexpr std::uint64_t kBytes = 2;
constexpr std::uint64_t kFixed32 = 5;

[[noreturn]] void fail() {
  throw infrazen::Error(infrazen::ErrorClass::transient, "the usage report is no whole protobuf message");
}

}  // namespace

void MessageWriter::number(std::uint32_t field, std::uint64_t value) {
  support::append_varint(out_, std::uint64_t{field} << 3 | kVarint);
  support::append_varint(out_, value);
}

void MessageWriter::bytes(std::uint32_t field, std::string_view value) {
  support::append_varint(out_, std::uint64_t{field} << 3 | kBytes);
  support::append_varint(out_, value.size());
  out_ += value;
}

std::uint64_t MessageReader::varint() {
  const auto value = support::take_varint(rest_);
  if (!value) fail();
  return *value;
}

std::string_view MessageReader::take(std::uint64_t size) {
  if (size > rest_.size()) fail();
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::optional<Field> MessageReader::next() {
  if (rest_.empty()) return std::nullopt;
  const std::uint64_t key = varint();
  Field field{.number = static_cast<std::uint32_t>(key >> 3)};
  switch (key & 7) {
    case kVarint: field.value = varint(); break;
    case kFixed64: (void)take(8); break;
    case kBytes: field.bytes = take(varint()); break;
    case kFixed32: (void)take(4); break;
    default: fail();
  }
  return field;
}

std::string framed(std::string_view message) {
  std::string out(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(message.size() >> shift & 0xFF);
  return out.append(message);
}

std::string_view unframed(std::string_view body) {
  if (body.empty()) return body;  // a message without a field
  if (body.size() < 5 || body[0] != '\0') fail();
  std::uint64_t size = 0;
  for (std::size_t i = 1; i < 5; ++i) size = size << 8 | static_cast<unsigned char>(body[i]);
  if (size != body.size() - 5) fail();
  return body.substr(5);
}

}  // namespace iz::yandex
