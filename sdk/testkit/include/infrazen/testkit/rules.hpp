// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include <infrazen/decimal.hpp>
#include <infrazen/records.hpp>

// What the daemon asks of rows, as far as abi/records.h says it: known fields, needed fields, well-formed values.
namespace infrazen::testkit {

// visit(record with every field null) for the record type of a kind; false for kinds without rows.
template <class Visit>
bool with_record(Kind kind, Visit&& visit) {
  switch (kind) {
    case Kind::resource: return visit(Resource{}), true;
    case Kind::relation: return visit(Relation{}), true;
    case Kind::retirement: return visit(Retirement{}), true;
    case Kind::charge: return visit(Charge{}), true;
    case Kind::log: return visit(LogEntry{}), true;
    case Kind::component: return visit(Component{}), true;
    case Kind::price: return visit(Price{}), true;
    case Kind::rate: return visit(Rate{}), true;
    case Kind::balance: return visit(Balance{}), true;
    case Kind::document: return visit(Document{}), true;
    case Kind::account: return visit(Account{}), true;
    case Kind::metric: break;
  }
  return false;
}

// "" for a field id that the kind does not have.
inline std::string field_name(Kind kind, std::uint32_t field) {
  std::string name;
  with_record(kind, [&](const auto& record) {
    record.each(record, [&](std::uint32_t id, const char* known, const auto&) {
      if (id == field) name = known;
    });
  });
  return name;
}

template <class Value>
bool well_formed(std::string_view text) {
  if constexpr (std::is_same_v<Value, Amount>) return Decimal::parse(text).has_value();
  if constexpr (std::is_same_v<Value, Whole>) {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    return fault == std::errc() && end == text.data() + text.size();
  }
  if constexpr (std::is_same_v<Value, Instant>)
    return text.ends_with('Z') && text.size() <= kInstantChars && parse_instant(text);
  if constexpr (std::is_same_v<Value, Date>) return text.size() == kDateChars && parse_instant(text);
  if constexpr (std::is_same_v<Value, Json>) {
    return text.size() >= 2 &&
           ((text.front() == '{' && text.back() == '}') || (text.front() == '[' && text.back() == ']'));
  }
  return text.find('\0') == std::string_view::npos;
}

// complain(sentence) for each fault of one row; cell(name) gives its text or nullptr.
template <class Cell, class Complain>
void check_row(Kind kind, Cell&& cell, Complain&& complain) {
  with_record(kind, [&](const auto& record) {
    std::size_t index = 0;
    record.each(record, [&](std::uint32_t, const char* name, const auto& null) {
      const bool needed = std::remove_cvref_t<decltype(record)>::needed[index++];
      const std::string* text = cell(name);
      if (text == nullptr) {
        if (needed) complain(std::string(name) + " is needed and null");
      } else if (!well_formed<std::remove_cvref_t<decltype(null)>>(*text)) {
        complain(std::string(name) + " is malformed: '" + *text + "'");
      }
    });
  });
}

}  // namespace infrazen::testkit
