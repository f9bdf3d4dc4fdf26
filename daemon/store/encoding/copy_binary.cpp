// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/encoding/copy_binary.hpp"

#include <stdexcept>
#include <utility>

#include "store/encoding/numeric.hpp"
#include "store/session/mark_session.hpp"

namespace iz::store {

void RowEncoder::numeric(const infrazen::Decimal& value) {
  char text[infrazen::Decimal::kMaxChars];
  const char* end = value.to_chars(text);
  numeric_text({text, static_cast<std::size_t>(end - text)});
}

void RowEncoder::numeric_text(std::string_view decimal) {
  if (decimal.data() == nullptr) return null();
  Numeric number;
  if (!parse_numeric(decimal, number)) throw std::invalid_argument("not a decimal: " + std::string(decimal));
  put(static_cast<std::uint32_t>(8 + 2 * number.count));
  put(static_cast<std::uint16_t>(number.count));
  put(static_cast<std::uint16_t>(number.weight));
  put(number.sign);
  put(number.scale);
  for (std::int16_t i = 0; i < number.count; ++i) put(number.digits[i]);
}

namespace {

// Header of a one-dimensional array; its length is patched by the caller once the elements are there.
void array_header(std::string& out, BinaryArray::Type type, std::size_t count) {
  RowEncoder encoder(out);
  encoder.put(std::uint32_t{count == 0 ? 0U : 1U});  // dimensions
  encoder.put(std::uint32_t{1});                     // may hold nulls
  encoder.put(static_cast<std::uint32_t>(type));
  if (count == 0) return;
  encoder.put(static_cast<std::uint32_t>(count));
  encoder.put(std::uint32_t{1});  // lower bound
}

void patch(std::string& out, std::size_t at, std::uint32_t value) {
  value = __builtin_bswap32(value);
  std::memcpy(out.data() + at, &value, 4);
}

template <typename T, typename Add>
void array_field(std::string& out, BinaryArray::Type type, std::span<const T> values, Add add) {
  const auto at = out.size();
  out.append(4, '\0');
  array_header(out, type, values.size());
  RowEncoder encoder(out);
  for (const auto& value : values) add(encoder, value);
  patch(out, at, static_cast<std::uint32_t>(out.size() - at - 4));
}

}  // namespace

void RowEncoder::int4_array(std::span<const std::int32_t> values) {
  array_field(out_, BinaryArray::int4, values, [](RowEncoder& e, std::int32_t value) { e.i32(value); });
}
void RowEncoder::int8_array(std::span<const std::int64_t> values) {
  array_field(out_, BinaryArray::int8, values, [](RowEncoder& e, std::int64_t value) { e.i64(value); });
}
void RowEncoder::float8_array(std::span<const double> values) {
  array_field(out_, BinaryArray::float8, values, [](RowEncoder& e, double value) { e.f8(value); });
}
void RowEncoder::text_array(std::span<const std::string_view> values) {
  array_field(out_, BinaryArray::text, values, [](RowEncoder& e, std::string_view value) { e.text(value); });
}

BinaryArray::BinaryArray(Type type) : type_(type) { clear(); }

void BinaryArray::clear() {
  buffer_.clear();
  count_ = 0;
  array_header(buffer_, type_, 1);
}

RowEncoder& BinaryArray::add() {
  ++count_;
  return encoder_;
}

void BinaryArray::add_raw(std::string_view binary_value) { add().bytea(binary_value); }

std::string_view BinaryArray::bytes() {
  if (count_ == 0) {
    buffer_.clear();
    array_header(buffer_, type_, 0);
    return buffer_;
  }
  patch(buffer_, 12, count_);
  return buffer_;
}

namespace {

constexpr std::string_view kCopyHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view kCopyTrailer("\377\377", 2);

}  // namespace

CopyWriter::CopyWriter(MarkSession& session, const std::string& sql) : session_(&session) {
  session_->copy_begin(sql);
  buffer_.reserve(kFlush + 64 * 1024);
  buffer_ = kCopyHeader;
}

CopyWriter::CopyWriter(CopyWriter&& other) noexcept
    : session_(std::exchange(other.session_, nullptr)), buffer_(std::move(other.buffer_)), rows_(other.rows_) {}

CopyWriter::~CopyWriter() {
  if (session_ != nullptr) session_->copy_abort();
}

void CopyWriter::encoded(std::string_view rows, std::int64_t count) {
  rows_ += count;
  if (buffer_.size() + rows.size() >= kFlush) flush();
  if (rows.size() >= kFlush) {
    session_->copy_data(rows);
  } else {
    buffer_.append(rows);
  }
}

void CopyWriter::flush() {
  session_->copy_data(buffer_);
  buffer_.clear();
}

std::int64_t CopyWriter::finish() {
  buffer_.append(kCopyTrailer);
  flush();
  auto* session = std::exchange(session_, nullptr);
  session->copy_end();
  return rows_;
}

}  // namespace iz::store
