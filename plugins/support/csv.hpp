// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "support/byte_source.hpp"

// CSV (RFC 4180) of any size in bounded memory, without copying: fields are views of the block that was read.
//
//   CsvReader csv(source);
//   CsvRecord record;
//   while (csv.fill()) {
//     while (csv.next(record)) …   // record.fields[i].text()
//     …                            // the last moment to use what next() gave
//   }
namespace iz::support {

struct CsvOptions {
  char delimiter = ',';
  std::size_t block = std::size_t{1} << 20;       // bytes read at once
  std::size_t max_record = std::size_t{8} << 20;  // a longer one is a fault and the end
};

struct CsvField {
  const char* data = nullptr;
  std::uint32_t size = 0;
  bool quoted = false;  // "" is an empty text, an unquoted empty field is no value

  [[nodiscard]] std::string_view text() const { return {data, size}; }
  [[nodiscard]] bool absent() const { return size == 0 && !quoted; }
};

enum class CsvFault : std::uint8_t {
  none,
  stray_quote,         // a quote inside an unquoted field, or text behind a closing quote: taken as it stands
  unterminated_quote,  // the input ends inside a quoted field; fields holds those before it
  record_too_long,     // max_record bytes without an end: usually a quote that is never closed. Nothing follows.
};

struct CsvRecord {
  std::span<const CsvField> fields;
  std::uint64_t line = 0;  // where it begins, 1 = the first of the input
  CsvFault fault = CsvFault::none;
  std::size_t fault_field = 0;  // place of the (first) faulty field
  bool cut = false;             // the input ended without a line break behind it
};

enum class ByteOrderMark : std::uint8_t { none, utf8, utf16, utf32 };

// Line breaks are LF or CRLF; lines with nothing on them are skipped; a UTF-8 byte order mark is not part of the first
// field.
class CsvReader {
 public:
  explicit CsvReader(ByteSource& source, CsvOptions options = {});
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // Reads on. Everything next() gave before is gone. False when the input has ended.
  bool fill();
  // The next record of what was read; false: fill().
  bool next(CsvRecord& record);

  [[nodiscard]] ByteOrderMark byte_order_mark() const noexcept { return mark_; }  // known after the first fill()
  // Nothing in the block just read needs a look at its encoding.
  [[nodiscard]] bool plain_ascii() const noexcept { return plain_ascii_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }  // read from the source so far

 private:
  enum class Step : std::uint8_t { delimiter, line_end, input_end, incomplete };
  void grow();
  void read_block();
  void take_mark();
  bool skip_blank_lines();
  Step quoted_field(char*& at, CsvRecord& record);
  Step unquoted_field(char*& at, CsvRecord& record);
  Step after_field(char*& at) const;
  void add(char* begin, char* end, bool quoted);
  void finish(char* at, CsvRecord& record, Step step);

  ByteSource& source_;
  CsvOptions options_;
  std::vector<char> buffer_;  // with room for a vector load behind its last byte
  char* begin_ = nullptr;     // what is not handed out yet
  char* end_ = nullptr;
  std::vector<CsvField> fields_;
  std::vector<std::uint32_t> escaped_;  // fields with doubled quotes
  std::vector<char> scratch_;           // one of them, while its quotes become single ones
  std::uint64_t line_ = 1;
  std::uint64_t inner_lines_ = 0;  // line breaks inside the record being read
  std::uint64_t bytes_ = 0;
  ByteOrderMark mark_ = ByteOrderMark::none;
  bool started_ = false;
  bool source_ended_ = false;
  bool stalled_ = false;  // the buffer holds no whole record
  bool failed_ = false;
  bool plain_ascii_ = true;
};

}  // namespace iz::support
