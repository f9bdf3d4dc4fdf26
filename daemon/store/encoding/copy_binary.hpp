// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include <infrazen/decimal.hpp>

#include "store/session/pg_result.hpp"

namespace iz::store {

class MarkSession;

// Microseconds between 1970-01-01 and PostgreSQL's epoch 2000-01-01; days likewise.
inline constexpr std::int64_t kPgEpochUs = 946'684'800'000'000;
inline constexpr std::int32_t kPgEpochDays = 10'957;

// Appends values in the form of COPY BINARY (and of binary parameters): a 32-bit length, then the value in network order.
// Works on any std::string, so that rows can be encoded long before a COPY is open.
class RowEncoder {
 public:
  explicit RowEncoder(std::string& out) : out_(out) {}

  // First of every row of a COPY: how many fields follow.
  void begin_row(std::int16_t fields) { put(static_cast<std::uint16_t>(fields)); }

  void null() { put(std::uint32_t{0xFFFFFFFF}); }
  void i16(std::int16_t value) { fixed(static_cast<std::uint16_t>(value)); }
  void i32(std::int32_t value) { fixed(static_cast<std::uint32_t>(value)); }
  void i64(std::int64_t value) { fixed(static_cast<std::uint64_t>(value)); }
  void f8(double value) { fixed(std::bit_cast<std::uint64_t>(value)); }
  void boolean(bool value) { put(std::uint32_t{1}); out_.push_back(value ? '\1' : '\0'); }
  // UTF-8 without NUL, checked before; a null view is NULL. Also for varchar, json and, as text, enums.
  void text(std::string_view value) { value.data() == nullptr ? null() : bytea(value); }
  void bytea(std::string_view value) {
    put(static_cast<std::uint32_t>(value.size()));
    out_.append(value);
  }
  void jsonb(std::string_view json) {  // a null view is NULL
    if (json.data() == nullptr) return null();
    put(static_cast<std::uint32_t>(json.size() + 1));
    out_.push_back('\1');
    out_.append(json);
  }
  void uuid(const Uuid& value) {
    put(std::uint32_t{16});
    out_.append(std::string_view(std::bit_cast<std::array<char, 16>>(value.bytes).data(), 16));
  }
  void timestamptz(std::int64_t us_since_1970) { i64(us_since_1970 - kPgEpochUs); }
  void date(std::chrono::sys_days day) { i32(static_cast<std::int32_t>(day.time_since_epoch().count()) - kPgEpochDays); }
  void numeric(const infrazen::Decimal& value);
  // Exactly the digits and decimals of a text that validate.hpp's decimal() accepted ("1.50" stays 1.50).
  void numeric_text(std::string_view decimal);
  void int4_array(std::span<const std::int32_t> values);
  void int8_array(std::span<const std::int64_t> values);
  void float8_array(std::span<const double> values);
  void text_array(std::span<const std::string_view> values);  // null views are NULL

  template <typename T>
  void put(T value) {
    if constexpr (std::endian::native == std::endian::little) {
      if constexpr (sizeof(T) == 2) value = __builtin_bswap16(value);
      if constexpr (sizeof(T) == 4) value = __builtin_bswap32(value);
      if constexpr (sizeof(T) == 8) value = __builtin_bswap64(value);
    }
    const auto at = out_.size();
    out_.resize(at + sizeof(T));
    std::memcpy(out_.data() + at, &value, sizeof(T));
  }

 private:
  template <typename T>
  void fixed(T value) {
    put(static_cast<std::uint32_t>(sizeof(T)));
    put(value);
  }
  std::string& out_;
};

// Builds one array as a binary parameter, element by element: `Param::binary(array.bytes())` for "$1::bigint[]".
class BinaryArray {
 public:
  enum Type : std::uint32_t { boolean = 16, bytea = 17, int8 = 20, int2 = 21, int4 = 23, text = 25, tid = 27, float8 = 701,
                              date = 1082, timestamptz = 1184, numeric = 1700, uuid = 2950, jsonb = 3802 };
  explicit BinaryArray(Type type);
  // Write exactly one value per call of add(), with the RowEncoder's member of the array's type.
  RowEncoder& add();
  void add_raw(std::string_view binary_value);  // the value's bytes without their length
  [[nodiscard]] std::string_view bytes();
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] std::size_t byte_size() const noexcept { return buffer_.size(); }
  void clear();

 private:
  Type type_;
  std::string buffer_;
  RowEncoder encoder_{buffer_};
  std::uint32_t count_ = 0;

 public:
  BinaryArray(const BinaryArray&) = delete;
  BinaryArray& operator=(const BinaryArray&) = delete;
};

// A running COPY … FROM STDIN (FORMAT binary). Values go in with the members of row(); finish() ends it.
// Destroyed without finish(): the COPY is aborted, and with it its transaction.
class CopyWriter {
 public:
  CopyWriter(MarkSession& session, const std::string& sql);
  ~CopyWriter();
  CopyWriter(CopyWriter&& other) noexcept;
  CopyWriter& operator=(CopyWriter&&) = delete;

  // The encoder to write the next row's fields with, after its begin_row().
  RowEncoder row(std::int16_t fields) {
    if (buffer_.size() >= kFlush) flush();
    ++rows_;
    RowEncoder encoder(buffer_);
    encoder.begin_row(fields);
    return encoder;
  }
  // Rows encoded before (each with its begin_row()).
  void encoded(std::string_view rows, std::int64_t count);
  // Ends the COPY and returns the number of rows.
  std::int64_t finish();
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }

 private:
  static constexpr std::size_t kFlush = 256 * 1024;
  void flush();

  MarkSession* session_;
  std::string buffer_;
  std::int64_t rows_ = 0;
};

}  // namespace iz::store
