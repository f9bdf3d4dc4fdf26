// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/csv.hpp"

#include <algorithm>
#include <cstring>

#include "support/bytes/csv_scan.hpp"
#include "support/encoding.hpp"

namespace iz::support {
namespace {

constexpr std::size_t kLeastBlock = 16;  // a byte order mark and something behind it

}  // namespace

CsvReader::CsvReader(ByteSource& source, CsvOptions options)
    : source_(source),
      options_(options),
      buffer_(std::max(std::min(options.block, options.max_record), kLeastBlock) + kSlack) {
  begin_ = end_ = buffer_.data();
}

CsvReader::~CsvReader() = default;

void CsvReader::grow() {
  const auto used = static_cast<std::size_t>(end_ - begin_);
  buffer_.resize(std::min((buffer_.size() - kSlack) * 2, options_.max_record) + kSlack);
  begin_ = buffer_.data();
  end_ = begin_ + used;
}

void CsvReader::read_block() {
  char* const limit = buffer_.data() + buffer_.size() - kSlack;
  while (end_ != limit && !source_ended_) {
    const std::size_t count = source_.read({end_, limit});
    source_ended_ = count == 0;
    end_ += count;
    bytes_ += count;
  }
}

void CsvReader::take_mark() {
  started_ = true;
  const std::string_view head(begin_, end_);
  using namespace std::string_view_literals;
  if (head.starts_with("\xEF\xBB\xBF")) {
    mark_ = ByteOrderMark::utf8;
    begin_ += 3;
  } else if (head.starts_with("\xFF\xFE\0\0"sv) || head.starts_with("\0\0\xFE\xFF"sv)) {
    mark_ = ByteOrderMark::utf32;
  } else if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
    mark_ = ByteOrderMark::utf16;
  }
}

bool CsvReader::fill() {
  if (failed_) return false;
  const auto rest = static_cast<std::size_t>(end_ - begin_);
  if (rest != 0) std::memmove(buffer_.data(), begin_, rest);
  begin_ = buffer_.data();
  end_ = begin_ + rest;
  // A record that does not fit: a larger buffer, up to the cap; next() judges one that does not fit there either.
  if (stalled_ && rest + kSlack >= buffer_.size() && buffer_.size() - kSlack < options_.max_record) grow();
  stalled_ = false;
  read_block();
  if (!started_) take_mark();
  if (begin_ == end_) return false;
  plain_ascii_ = is_plain_ascii({begin_, end_});
  return true;
}

bool CsvReader::skip_blank_lines() {
  while (begin_ != end_) {
    if (*begin_ == '\n') {
      begin_ += 1;
    } else if (*begin_ == '\r' && begin_ + 1 != end_ && begin_[1] == '\n') {
      begin_ += 2;
    } else {
      return true;
    }
    ++line_;
  }
  return false;
}

bool CsvReader::next(CsvRecord& record) {
  if (failed_ || !skip_blank_lines()) return false;
  fields_.clear();
  escaped_.clear();
  inner_lines_ = 0;
  record.fault = CsvFault::none;
  record.fault_field = 0;
  record.line = line_;

  char* at = begin_;
  for (;;) {
    Step step = Step::delimiter;
    if (at != end_ && *at == options_.delimiter) {
      add(at, at, false);
      ++at;
      continue;
    }
    step = at != end_ && *at == '"' ? quoted_field(at, record) : unquoted_field(at, record);
    if (step == Step::delimiter) continue;
    if (step != Step::incomplete) {
      finish(at, record, step);
      return true;
    }
    break;
  }

  // The block ends inside the record.
  if (static_cast<std::size_t>(end_ - begin_) >= options_.max_record) {
    failed_ = true;
    record.fault = CsvFault::record_too_long;
    record.fault_field = fields_.size();
    record.fields = {};
    record.cut = false;
    return true;
  }
  stalled_ = true;
  return false;
}

void CsvReader::add(char* begin, char* end, bool quoted) {
  fields_.push_back({begin, static_cast<std::uint32_t>(end - begin), quoted});
}

// At the byte behind a field.
CsvReader::Step CsvReader::after_field(char*& at) const {
  if (at == end_) return source_ended_ ? Step::input_end : Step::incomplete;
  if (*at++ == options_.delimiter) return Step::delimiter;
  return Step::line_end;
}

CsvReader::Step CsvReader::unquoted_field(char*& at, CsvRecord& record) {
  char* const start = at;
  at = find_field_end(start, end_, options_.delimiter);
  if (at != end_ && *at == '"') {
    if (record.fault == CsvFault::none) record.fault_field = fields_.size();
    record.fault = CsvFault::stray_quote;
    at = find_raw_end(at, end_, options_.delimiter);
  }
  char* end = at;
  // The CR of a CRLF; at the end of the input a CR alone is the half of one.
  if ((at == end_ || *at == '\n') && end != start && end[-1] == '\r') --end;
  add(start, end, false);
  return after_field(at);
}

CsvReader::Step CsvReader::quoted_field(char*& at, CsvRecord& record) {
  char* const start = at + 1;
  char* close = start;
  bool escaped = false;
  for (;;) {
    close = find_quote(close, end_, inner_lines_);
    if (close == end_ || close + 1 == end_ || close[1] != '"') break;
    escaped = true;
    close += 2;
  }
  if (close == end_) {
    if (!source_ended_) return Step::incomplete;
    record.fault = CsvFault::unterminated_quote;
    record.fault_field = fields_.size();
    at = end_;
    return Step::input_end;
  }
  if (close + 1 == end_ && !source_ended_) return Step::incomplete;

  at = close + 1;
  if (at + 1 < end_ && *at == '\r' && at[1] == '\n') ++at;
  if (at + 1 == end_ && *at == '\r') {
    if (!source_ended_) return Step::incomplete;
    ++at;
  }
  if (at == end_ || *at == options_.delimiter || *at == '\n') {
    if (escaped) escaped_.push_back(static_cast<std::uint32_t>(fields_.size()));
    add(start, close, true);
    return after_field(at);
  }
  // Text behind the closing quote: the field as it stands, from the opening quote to the next delimiter.
  if (record.fault == CsvFault::none) record.fault_field = fields_.size();
  record.fault = CsvFault::stray_quote;
  at = find_raw_end(at, end_, options_.delimiter);
  char* end = at;
  if (at != end_ && *at == '\n' && end[-1] == '\r') --end;
  add(start - 1, end, false);
  return after_field(at);
}

// Only now that the record is whole may its bytes be changed: doubled quotes become single ones where they stand.
void CsvReader::finish(char* at, CsvRecord& record, Step step) {
  for (const std::uint32_t index : escaped_) {
    CsvField& field = fields_[index];
    if (scratch_.size() < field.size + kSlack) scratch_.resize(2 * (field.size + kSlack));
    field.size = static_cast<std::uint32_t>(undouble_quotes(field.data, field.size, scratch_.data()));
    std::memcpy(begin_ + (field.data - begin_), scratch_.data(), field.size);
  }
  record.fields = fields_;
  record.cut = step == Step::input_end;
  line_ += inner_lines_ + 1;
  begin_ = at;
}

}  // namespace iz::support
