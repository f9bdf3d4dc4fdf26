// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr/lists.hpp"

#include <algorithm>
#include <stdexcept>

#include "support/xml.hpp"
#include <infrazen/error.hpp>

namespace iz::cbr {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using support::XmlDocument;
using support::XmlElement;

XmlElement val_curs(const XmlDocument& document, const std::string& origin) {
  const XmlElement root = document.root();
  if (root.name() == "ValCurs") return root;
  throw Error(ErrorClass::transient, origin + ": the answer is no list of rates but a document <" +
                                         std::string(root.name().substr(0, 40)) +
                                         ">: maintenance, or a page put between");
}

// What has no sense in a document of the right kind: it names the place.
template <class Read>
auto in(const std::string& origin, const std::string& place, Read&& read) {
  try {
    return read();
  } catch (const std::invalid_argument& fault) {
    throw Error(ErrorClass::permanent, origin + ": " + place + ": " + fault.what());
  }
}

Quote quote_of(XmlElement element) {
  return {parse_value(element["Value"].word()), parse_nominal(element["Nominal"].word())};
}

}  // namespace

const DailyList::Entry* DailyList::find(std::string_view currency) const {
  const auto found = std::ranges::find(entries, currency, &Entry::currency);
  return found == entries.end() ? nullptr : &*found;
}

DailyList parse_daily(std::string_view body, const std::string& origin) {
  const XmlDocument document(body, origin);
  const XmlElement root = val_curs(document, origin);
  DailyList list;
  for (const XmlElement element : root.children("Valute")) {
    DailyList::Entry entry;
    entry.id = element.attribute("ID");
    entry.currency = element["CharCode"].word();
    entry.quote = in(origin, entry.currency, [&] { return quote_of(element); });
    list.entries.push_back(std::move(entry));
  }
  // Bad parameters and bad days are answered by a list without currencies, or without most of them.
  if (list.find("USD") == nullptr) {
    throw Error(ErrorClass::transient, origin + ": the list has " + std::to_string(list.entries.size()) +
                                           " currencies and no USD, so it is not the bank's whole list");
  }
  list.day = in(origin, "Date", [&] { return parse_day(root.attribute("Date")); });
  return list;
}

History parse_history(std::string_view body, const std::string& origin) {
  const XmlDocument document(body, origin);
  const XmlElement root = val_curs(document, origin);
  History history;
  history.id = root.attribute("ID");
  if (history.id.empty() || !root.has("DateRange1")) {
    throw Error(ErrorClass::transient,
                origin + ": the answer is no history of a currency: it names no currency and no days");
  }
  history.from = in(origin, "DateRange1", [&] { return parse_day(root.attribute("DateRange1")); });
  history.through = in(origin, "DateRange2", [&] { return parse_day(root.attribute("DateRange2")); });
  for (const XmlElement element : root.children("Record")) {
    const std::string date(element.attribute("Date"));
    History::Record record = in(origin, "the record of " + date, [&] {
      return History::Record{parse_day(date), quote_of(element)};
    });
    if (record.day < history.from || record.day > history.through)
      throw Error(ErrorClass::permanent,
                  origin + ": the record of " + date + " is outside of the range it says it has");
    history.records.push_back(std::move(record));
  }
  std::ranges::sort(history.records, {}, &History::Record::day);
  const auto twice = std::ranges::adjacent_find(history.records, {}, &History::Record::day);
  if (twice != history.records.end())
    throw Error(ErrorClass::permanent, origin + ": two records of " + list_day(twice->day));
  return history;
}

}  // namespace iz::cbr
