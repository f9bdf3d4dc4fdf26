// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/session/pg_result.hpp"

#include <charconv>
#include <cstring>
#include <random>

#include <libpq-fe.h>

namespace iz::store {

std::string to_string(const Uuid& uuid) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(kHex[uuid.bytes[i] >> 4]);
    text.push_back(kHex[uuid.bytes[i] & 15]);
  }
  return text;
}

Uuid random_uuid() {
  std::random_device random;
  Uuid uuid;
  for (auto& byte : uuid.bytes) byte = static_cast<std::uint8_t>(random());
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x40);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
  return uuid;
}

void PgResult::Clear::operator()(pg_result* result) const noexcept { PQclear(result); }

PgResult::PgResult(pg_result* result) : result_(result) {}

int PgResult::rows() const { return PQntuples(result_.get()); }
int PgResult::columns() const { return PQnfields(result_.get()); }
bool PgResult::null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }

std::string_view PgResult::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t PgResult::i64(int row, int column) const {
  const auto value = text(row, column);
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

bool PgResult::boolean(int row, int column) const { return text(row, column) == "t"; }

std::int64_t PgResult::affected() const {
  const char* text = PQcmdTuples(result_.get());
  std::int64_t number = 0;
  std::from_chars(text, text + std::strlen(text), number);
  return number;
}

namespace {

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = (value << 8) | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

std::int16_t PgResult::binary_i16(int row, int column) const {
  return static_cast<std::int16_t>(big_endian(text(row, column)));
}
std::int32_t PgResult::binary_i32(int row, int column) const {
  return static_cast<std::int32_t>(big_endian(text(row, column)));
}
std::int64_t PgResult::binary_i64(int row, int column) const {
  return static_cast<std::int64_t>(big_endian(text(row, column)));
}
Uuid PgResult::binary_uuid(int row, int column) const {
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), PQgetvalue(result_.get(), row, column), 16);
  return uuid;
}

}  // namespace iz::store
