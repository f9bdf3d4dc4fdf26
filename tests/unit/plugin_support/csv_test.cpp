// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/csv.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iz::support {
namespace {

using ::testing::ElementsAre;

struct Row {
  std::vector<std::string> fields;
  std::uint64_t line = 0;
  CsvFault fault = CsvFault::none;
  std::size_t fault_field = 0;
  bool cut = false;
  std::vector<bool> quoted;
};

std::vector<Row> read(std::string_view text, CsvOptions options = {}, std::size_t most_at_once = SIZE_MAX) {
  MemorySource source(text, most_at_once);
  CsvReader csv(source, options);
  CsvRecord record;
  std::vector<Row> rows;
  while (csv.fill()) {
    while (csv.next(record)) {
      Row& row = rows.emplace_back();
      for (const CsvField& field : record.fields) {
        row.fields.emplace_back(field.text());
        row.quoted.push_back(field.quoted);
      }
      row.line = record.line;
      row.fault = record.fault;
      row.fault_field = record.fault_field;
      row.cut = record.cut;
    }
  }
  return rows;
}

TEST(Csv, fields_are_what_lies_between_delimiters_and_line_breaks) {
  const auto rows = read("a,bb,\n,,c\nlast,row,here");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0].fields, ElementsAre("a", "bb", ""));
  EXPECT_THAT(rows[1].fields, ElementsAre("", "", "c"));
  EXPECT_THAT(rows[2].fields, ElementsAre("last", "row", "here"));
  EXPECT_FALSE(rows[1].cut);
  EXPECT_TRUE(rows[2].cut);
}

TEST(Csv, a_byte_order_mark_and_crlf_are_not_part_of_any_field) {
  const auto rows = read("\xEF\xBB\xBFx,y\r\n1,2\r\n\"3\",\"4\"\r\n5,\r\n");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_THAT(rows[0].fields, ElementsAre("x", "y"));
  EXPECT_THAT(rows[1].fields, ElementsAre("1", "2"));
  EXPECT_THAT(rows[2].fields, ElementsAre("3", "4"));
  EXPECT_THAT(rows[3].fields, ElementsAre("5", ""));
}

TEST(Csv, quoted_fields_hold_delimiters_doubled_quotes_and_line_breaks_and_lines_are_counted_through_them) {
  const auto rows = read("\"web \"\"front\"\"\nline two, with comma\r\nline three\",b\nc,\"tail\n\"\nd,e\n");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0].fields, ElementsAre("web \"front\"\nline two, with comma\r\nline three", "b"));
  EXPECT_THAT(rows[1].fields, ElementsAre("c", "tail\n"));
  EXPECT_EQ(rows[0].line, 1U);
  EXPECT_EQ(rows[1].line, 4U);
  EXPECT_EQ(rows[2].line, 6U);
}

// Sixteen bytes are looked at at once: quotes at every place, alone and in crowds.
TEST(Csv, doubled_quotes_become_single_ones_wherever_they_stand) {
  std::uint64_t dice = 1;
  for (std::size_t size = 0; size < 70; ++size) {
    for (const unsigned one_in : {1U, 2U, 5U, 17U, 60U}) {
      std::string text;
      std::string doubled;
      for (std::size_t i = 0; i < size; ++i) {
        dice = dice * 6364136223846793005U + 1442695040888963407U;
        const bool quote = (dice >> 33) % one_in == 0;
        text += quote ? '"' : static_cast<char>('a' + (dice >> 40) % 26);
        doubled += quote ? "\"\"" : text.substr(text.size() - 1);
      }
      const auto rows = read("x,\"" + doubled + "\",\"" + doubled + "\"\n\"" + doubled + "\"");
      ASSERT_EQ(rows.size(), 2U);
      ASSERT_THAT(rows[0].fields, ElementsAre("x", text, text));
      ASSERT_THAT(rows[1].fields, ElementsAre(text));
    }
  }
}

TEST(Csv, a_quoted_empty_field_is_not_an_absent_one) {
  const auto rows = read("\"\",,\"\"\"\"\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows[0].fields, ElementsAre("", "", "\""));
  EXPECT_THAT(rows[0].quoted, ElementsAre(true, false, true));
}

TEST(Csv, lines_with_nothing_on_them_are_no_records_but_count_as_lines) {
  const auto rows = read("a,b\n\n\r\nc,d\n\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].line, 4U);
  EXPECT_TRUE(read("").empty());
  EXPECT_TRUE(read("\xEF\xBB\xBF").empty());
}

TEST(Csv, a_quote_inside_an_unquoted_field_is_taken_as_it_stands_and_reported) {
  const auto rows = read("a,5\" disk,c\nd,\"x\"y,f\ng,h,i\n");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0].fields, ElementsAre("a", "5\" disk", "c"));
  EXPECT_EQ(rows[0].fault, CsvFault::stray_quote);
  EXPECT_EQ(rows[0].fault_field, 1U);
  EXPECT_THAT(rows[1].fields, ElementsAre("d", "\"x\"y", "f"));
  EXPECT_EQ(rows[1].fault, CsvFault::stray_quote);
  EXPECT_THAT(rows[2].fields, ElementsAre("g", "h", "i"));
  EXPECT_EQ(rows[2].fault, CsvFault::none);
}

TEST(Csv, an_input_cut_inside_a_quoted_field_says_where_and_keeps_the_fields_before_it) {
  const auto rows = read("a,b,c\n1,2,\"three and");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].fault, CsvFault::unterminated_quote);
  EXPECT_EQ(rows[1].fault_field, 2U);
  EXPECT_THAT(rows[1].fields, ElementsAre("1", "2"));
  EXPECT_TRUE(rows[1].cut);
}

TEST(Csv, the_delimiter_is_an_option) {
  const auto rows = read("a;b,c;\"d;e\"\n", {.delimiter = ';'});
  EXPECT_THAT(rows.at(0).fields, ElementsAre("a", "b,c", "d;e"));
}

TEST(Csv, a_record_longer_than_the_cap_is_a_fault_and_the_end) {
  const std::string text = "a,b\n1,\"" + std::string(100'000, 'x') + "\",2\n3,4\n";
  EXPECT_EQ(read(text, {.block = 1024, .max_record = 200'000}).size(), 3U);
  const auto rows = read(text, {.block = 1024, .max_record = 50'000});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].fault, CsvFault::record_too_long);
  EXPECT_EQ(rows[1].line, 2U);
}

// Blocks end anywhere: inside a CRLF, between doubled quotes, behind a closing quote, inside a byte order mark.
TEST(Csv, the_same_records_come_out_whatever_the_sizes_of_blocks_and_reads) {
  std::string text = "\xEF\xBB\xBFid,\"na\"\"me\",note\r\n";
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i);
    text += n + ",\"{\"\"k\"\":\"\"" + std::string(static_cast<std::size_t>(i) * 3, 'v') + "\"\"}\",\"a\r\nb\n\"\r\n";
    text += ",,\n\"\",x\"y,\"z\"\n";
  }
  const auto expected = read(text);
  ASSERT_EQ(expected.size(), 121U);
  for (std::size_t block = 8; block < 200; ++block) {
    for (const std::size_t at_once : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
      const auto rows = read(text, {.block = block, .max_record = 4096}, at_once);
      ASSERT_EQ(rows.size(), expected.size()) << block;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        ASSERT_EQ(rows[i].fields, expected[i].fields) << "block " << block << ", record " << i;
        ASSERT_EQ(rows[i].line, expected[i].line);
        ASSERT_EQ(rows[i].quoted, expected[i].quoted);
        ASSERT_EQ(rows[i].fault, expected[i].fault);
      }
    }
  }
}

TEST(Csv, other_encodings_are_told_by_their_mark) {
  using namespace std::string_view_literals;
  const auto mark = [](std::string_view text) {
    MemorySource source(text);
    CsvReader csv(source);
    csv.fill();
    return csv.byte_order_mark();
  };
  EXPECT_EQ(mark("a,b\n"), ByteOrderMark::none);
  EXPECT_EQ(mark("\xEF\xBB\xBF"
                 "a"),
            ByteOrderMark::utf8);
  EXPECT_EQ(mark("\xFF\xFE"
                 "a\0"sv),
            ByteOrderMark::utf16);
  EXPECT_EQ(mark("\xFF\xFE\0\0"sv), ByteOrderMark::utf32);
}

}  // namespace
}  // namespace iz::support
