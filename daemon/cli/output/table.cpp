// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/output/table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

namespace iz::cli {
namespace {

using Range = std::pair<char32_t, char32_t>;

// Unicode's East Asian Wide and Fullwidth blocks, and emoji, as terminals draw them.
constexpr std::array<Range, 10> kWide{{{0x1100, 0x115F},
                                       {0x2E80, 0x303E},
                                       {0x3041, 0x33FF},
                                       {0x3400, 0x4DBF},
                                       {0x4E00, 0x9FFF},
                                       {0xA000, 0xA4CF},
                                       {0xAC00, 0xD7A3},
                                       {0xFF00, 0xFF60},
                                       {0x1F300, 0x1FAFF},
                                       {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 6> kNone{
    {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [point](const Range& range) { return point >= range.first && point <= range.second; });
}

// The next code point; a broken byte counts as one of its own.
char32_t take_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (length == 1 || text.size() < length) {
    text.remove_prefix(1);
    return first;
  }
  char32_t point = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return point;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

std::string json_text(const std::string& text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

}  // namespace

std::string for_people(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t point = take_point(text);
    const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
    out += control ? "?" : before.substr(0, before.size() - text.size());
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const char32_t point = take_point(text);
    width += within(kNone, point) ? 0 : within(kWide, point) ? 2 : 1;
  }
  return width;
}

void Table::write(std::ostream& out, TableFormat format) const {
  switch (format) {
    case TableFormat::table: return write_table(out);
    case TableFormat::csv: return write_csv(out);
    case TableFormat::json: return write_json(out);
  }
}

void Table::write_table(std::ostream& out) const {
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& column : columns_) lines[0].push_back(column.title);
  for (const auto& row : rows_) {
    auto& line = lines.emplace_back();
    for (const auto& cell : row.cells) line.push_back(for_people(cell));
  }
  std::vector<std::size_t> widths(columns_.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], display_width(line[i]));
  }
  bool totals = false;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (n > 0 && rows_[n - 1].total && !std::exchange(totals, true)) {
      std::size_t sum = 0;
      for (const auto width : widths) sum += width + 2;
      out << std::string(sum - 2, '-') << '\n';
    }
    std::string text;
    for (std::size_t i = 0; i < lines[n].size(); ++i) {
      const std::string padding(widths[i] - display_width(lines[n][i]), ' ');
      if (i > 0) text += "  ";
      text += columns_[i].right ? padding + lines[n][i] : lines[n][i] + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << '\n';
  }
}

void Table::write_csv(std::ostream& out) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) out << (i > 0 ? "," : "") << csv_cell(columns_[i].key);
  out << "\r\n";
  for (const auto& row : rows_) {
    if (row.total) continue;
    for (std::size_t i = 0; i < row.cells.size(); ++i) out << (i > 0 ? "," : "") << csv_cell(row.cells[i]);
    out << "\r\n";
  }
}

void Table::write_json(std::ostream& out) const {
  out << '[';
  bool first = true;
  for (const auto& row : rows_) {
    if (row.total) continue;
    out << (std::exchange(first, false) ? "\n" : ",\n") << " {";
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      out << (i > 0 ? "," : "") << json_text(columns_[i].key) << ':'
          << (columns_[i].number ? (row.cells[i].empty() ? "null" : row.cells[i]) : json_text(row.cells[i]));
    }
    out << '}';
  }
  out << "\n]\n";
}

}  // namespace iz::cli
