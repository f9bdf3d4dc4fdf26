// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/output/table.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace iz::cli {
namespace {

std::string written(const Table& table, TableFormat format) {
  std::ostringstream out;
  table.write(out, format);
  return out.str();
}

Table costs() {
  Table table({{"key", "СЕРВИС"}, {"billed", "BILLED", true, true}});
  table.add({"Вычисления", "10.50"});
  table.add({"a,b \"c\"", "1234.00"});
  table.add_total({"total", "1244.50"});
  return table;
}

TEST(Table, columns_stand_below_each_other_whatever_the_script) {
  EXPECT_EQ(written(costs(), TableFormat::table),
            "СЕРВИС       BILLED\n"
            "Вычисления    10.50\n"
            "a,b \"c\"     1234.00\n"
            "-------------------\n"
            "total       1244.50\n");
}

TEST(Table, csv_quotes_what_needs_it_and_has_no_totals) {
  EXPECT_EQ(written(costs(), TableFormat::csv), "key,billed\r\nВычисления,10.50\r\n\"a,b \"\"c\"\"\",1234.00\r\n");
}

TEST(Table, json_keeps_numbers_digit_by_digit) {
  EXPECT_EQ(written(costs(), TableFormat::json),
            "[\n {\"key\":\"Вычисления\",\"billed\":10.50},\n {\"key\":\"a,b \\\"c\\\"\",\"billed\":1234.00}\n]\n");
}

TEST(Table, an_empty_table_is_still_one) {
  const Table table(std::vector<TableColumn>{{"a", "A"}});
  EXPECT_EQ(written(table, TableFormat::json), "[\n]\n");
  EXPECT_EQ(written(table, TableFormat::csv), "a\r\n");
}

TEST(Table, a_name_from_a_provider_cannot_play_with_the_terminal) {
  Table table(std::vector<TableColumn>{{"a", "A"}});
  table.add({"x\x1b[2Jy\nz\xc2\x9b"});
  EXPECT_EQ(written(table, TableFormat::table), "A\nx?[2Jy?z?\n");
}

TEST(DisplayWidth, is_what_a_terminal_draws) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("Привет"), 6U);
  EXPECT_EQ(display_width("é"), 1U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U) << "combining accent";
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("\xff"), 1U) << "a broken byte";
}

}  // namespace
}  // namespace iz::cli
