// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/cbr/bank.hpp"

#include <array>
#include <cstdio>

namespace iz::test {
namespace {

using Day = CbrBank::Day;

struct Currency {
  const char* code;
  const char* id;
  const char* name;  // windows-1251
  int nominal;
  int base;  // ten-thousandths of a rouble per nominal
};
constexpr std::array<Currency, 3> kCurrencies{{{"KZT", "R01335", "\xD2\xE5\xED\xE3\xE5", 100, 154'000},
                                               {"USD", "R01235", "\xC4\xEE\xEB\xEB\xE0\xF0 \xD1\xD8\xC0", 1, 800'000},
                                               {"EUR", "R01239", "\xC5\xE2\xF0\xEE", 1, 930'000}}};

std::string written(Day day, char separator) {
  const std::chrono::year_month_day date(day);
  char text[16];
  std::snprintf(text, sizeof text, "%02u%c%02u%c%04d", unsigned(date.day()), separator, unsigned(date.month()),
                separator, int(date.year()));
  return text;
}

// "03/10/2026"; the epoch for what is no date.
Day read_day(const std::string& text) {
  int day = 0, month = 0, year = 0;
  if (std::sscanf(text.c_str(), "%d/%d/%d", &day, &month, &year) != 3) return {};
  return Day(std::chrono::year(year) / month / day);
}

std::string parameter(const std::string& query, const std::string& name) {
  const auto at = ("&" + query).find("&" + name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return query.substr(begin, query.find('&', begin) - begin);
}

// Of the nominal, in ten-thousandths: different every day.
int units(const Currency& currency, Day day) {
  return currency.base + static_cast<int>(day.time_since_epoch().count() % 1000) * 7 + 1;
}
std::string value(const Currency& currency, Day day) {
  char text[32];
  const int number = units(currency, day);
  std::snprintf(text, sizeof text, "%d,%04d", number / 10'000, number % 10'000);
  return text;
}
std::string nominal_and_value(const Currency& currency, Day day) {
  return "<Nominal>" + std::to_string(currency.nominal) + "</Nominal><Value>" + value(currency, day) + "</Value>";
}

Reply xml(const std::string& body) {
  return {.body = R"(<?xml version="1.0" encoding="windows-1251"?>)" + body,
          .headers = {{"Content-Type", "application/xml; charset=windows-1251"}}};
}

}  // namespace

CbrBank::CbrBank(Day first, Day last) {
  for (Day day = first; day <= last; day += std::chrono::days(1)) {
    const std::chrono::weekday weekday(day);
    if (weekday != std::chrono::Sunday && weekday != std::chrono::Monday) lists_.insert(day);
  }
}

void CbrBank::publish(Day day) {
  const std::lock_guard lock(mutex_);
  lists_.insert(day);
}

std::string CbrBank::rate(const std::string& code, Day day) {
  for (const Currency& currency : kCurrencies) {
    if (currency.code != code) continue;
    const int decimals = currency.nominal == 1 ? 4 : 6;
    std::string digits = std::to_string(units(currency, day));
    while (static_cast<int>(digits.size()) <= decimals) digits.insert(0, "0");
    digits.insert(digits.size() - static_cast<std::size_t>(decimals), ".");
    while (digits.ends_with('0')) digits.pop_back();
    if (digits.ends_with('.')) digits.pop_back();
    return digits;
  }
  return {};
}

Reply CbrBank::answer(const ReceivedRequest& request) {
  const std::lock_guard lock(mutex_);
  if (request.path == "/scripts/XML_daily.asp") return daily(parameter(request.query, "date_req"));
  if (request.path == "/scripts/XML_dynamic.asp") return history(request);
  return {.status = 404};
}

Reply CbrBank::daily(const std::string& date) const {
  auto after = date.empty() ? lists_.end() : lists_.upper_bound(read_day(date));
  if (after == lists_.begin()) return xml(R"(<ValCurs Date="" name="Foreign Currency Market"/>)");
  const Day day = *--after;
  std::string body = R"(<ValCurs Date=")" + written(day, '.') + R"(" name="Foreign Currency Market">)";
  for (const Currency& currency : kCurrencies) {
    body += std::string("<Valute ID=\"") + currency.id + "\"><NumCode>000</NumCode><CharCode>" + currency.code +
            "</CharCode>" + nominal_and_value(currency, day) + "<Name>" + currency.name + "</Name></Valute>";
  }
  return xml(body + "</ValCurs>");
}

Reply CbrBank::history(const ReceivedRequest& request) const {
  const Day from = read_day(parameter(request.query, "date_req1"));
  const Day through = read_day(parameter(request.query, "date_req2"));
  const std::string id = parameter(request.query, "VAL_NM_RQ");
  for (const Currency& currency : kCurrencies) {
    if (id != currency.id) continue;
    std::string body = "<ValCurs ID=\"" + id + R"(" DateRange1=")" + written(from, '.') + R"(" DateRange2=")" +
                       written(through, '.') + R"(" name="Foreign Currency Market Dynamic">)";
    for (auto list = lists_.lower_bound(from); list != lists_.end() && *list <= through; ++list) {
      body += R"(<Record Date=")" + written(*list, '.') + R"(" Id=")" + id + "\">" +
              nominal_and_value(currency, *list) + "</Record>";
    }
    return xml(body + "</ValCurs>");
  }
  return xml("<ValCurs>Error in parameters</ValCurs>");
}

}  // namespace iz::test
