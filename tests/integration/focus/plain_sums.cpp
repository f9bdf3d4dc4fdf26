// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "integration/focus/focus_book.hpp"

namespace iz::test {
namespace {

// 60 digits before and 60 behind the point, in ten's complement: a negative number is its complement, as an odometer
// that runs backwards.
constexpr int kPlaces = 60;
using Digits = std::array<int, 2 * kPlaces>;  // the lowest first

Digits add(const Digits& a, const Digits& b) {
  Digits sum{};
  int carry = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    carry += a[i] + b[i];
    sum[i] = carry % 10;
    carry /= 10;
  }
  return sum;
}

Digits negated(const Digits& value) {
  Digits nines{};
  for (std::size_t i = 0; i < value.size(); ++i) nines[i] = 9 - value[i];
  Digits one{};
  one[0] = 1;
  return add(nines, one);
}

Digits to_digits(const std::string& text) {
  const bool negative = text.starts_with('-');
  const std::string number = text.substr(negative ? 1 : 0);
  const auto point = std::min(number.find('.'), number.size());
  Digits digits{};
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (i == point) continue;
    if (number[i] < '0' || number[i] > '9') throw std::invalid_argument("not a plain number: " + text);
    const auto power = static_cast<int>(point) - static_cast<int>(i) - (i < point ? 1 : 0);
    digits.at(static_cast<std::size_t>(kPlaces + power)) = number[i] - '0';
  }
  return negative ? negated(digits) : digits;
}

std::string to_text(Digits digits) {
  const bool negative = digits.back() == 9;
  if (negative) digits = negated(digits);
  std::string text;
  for (std::size_t i = digits.size(); i-- > 0;) {
    text += static_cast<char>('0' + digits[i]);
    if (i == kPlaces) text += '.';
  }
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  const auto first = text.find_first_not_of('0');
  text = first == std::string::npos ? "0" : text[first] == '.' ? "0" + text.substr(first) : text.substr(first);
  return negative ? "-" + text : text;
}

std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> records(1);
  records.back().emplace_back();
  bool quoted = false;
  for (std::size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        records.back().back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        records.back().back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      records.back().emplace_back();
    } else if (c == '\n') {
      records.emplace_back(1);
    } else if (c != '\r') {
      records.back().back() += c;
    }
  }
  if (records.back() == std::vector<std::string>{""}) records.pop_back();
  return records;
}

}  // namespace

std::string add_decimals(const std::string& a, const std::string& b) {
  return to_text(add(to_digits(a), to_digits(b)));
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return out.str();
}

std::map<std::string, FocusBook::Sums> sums_of_file(const std::filesystem::path& file) {
  const auto records = read_csv(read_file(file));
  const auto place = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(records.at(0), name) - records.at(0).begin());
  };
  const std::size_t account = place("BillingAccountId");
  const std::size_t billed = place("BilledCost");
  const std::size_t effective = place("EffectiveCost");
  std::map<std::string, FocusBook::Sums> sums;
  for (std::size_t i = 1; i < records.size(); ++i) {
    auto& sum = sums.try_emplace(records[i].at(account), FocusBook::Sums{"0", "0"}).first->second;
    sum.billed = add_decimals(sum.billed, records[i].at(billed));
    sum.effective = add_decimals(sum.effective, records[i].at(effective));
  }
  return sums;
}

}  // namespace iz::test
