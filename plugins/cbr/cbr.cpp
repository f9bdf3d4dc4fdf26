// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr/bank.hpp"
#include "cbr/rates_sync.hpp"
#include "cbr/settings.hpp"
#include <infrazen/connector.hpp>

namespace iz::cbr {

class Cbr final : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override { RatesSync(sync, read_settings(sync.config(), sync.clock().now())).run(); }

  void check(infrazen::Check& check) override {
    Settings settings;
    DailyList list;
    if (!check.attempt("settings", [&] { settings = read_settings(check.config(), check.clock().now()); })) return;
    Bank bank(check.http(), settings);
    if (!check.attempt("daily list", [&] { list = bank.list(); })) return;
    for (const std::string& currency : settings.currencies) {
      const DailyList::Entry* entry = list.find(currency);
      if (entry == nullptr) {
        check.failed("currency " + currency,
                     "it is not in the bank's list of " + list_day(list.day) + ": correct setting 'currencies'");
        continue;
      }
      check.attempt("history of " + currency, [&] {
        const auto asked = bank.history_request(entry->id, list.day - kCarry, list.day);
        (void)Bank::history(check.http().try_send(asked), asked, entry->id, list.day - kCarry, list.day);
      });
    }
  }
};

}  // namespace iz::cbr

INFRAZEN_MODULE(iz::cbr::Cbr, "cbr", "1.0.0", R"json({
  "manifest": 1,
  "id": "cbr",
  "version": "1.0.0",
  "title": "Bank of Russia: official exchange rates",
  "provider": "cbr",
  "billing_time_zone": "Europe/Moscow",
  "settings": {
    "currencies": {"type": "list", "default": ["USD", "EUR", "CNY", "KZT"],
      "description": "Codes (ISO 4217) of the currencies whose rates in roubles are kept"},
    "since": {"type": "string", "default": "",
      "description": "First day for which rates are wanted, such as 2024-01-01; empty: the first of January of last year. An earlier day is back-filled at the next run"},
    "contact": {"type": "string", "default": "",
      "description": "An address (mail, web) that is sent along in the User-Agent, so that the bank can say who asks"},
    "base_url": {"type": "string", "default": "https://www.cbr.ru/scripts",
      "description": "Where XML_daily.asp and XML_dynamic.asp are: the bank, or a relay of your own"}
  },
  "secrets": {},
  "streams": {
    "rates": {"interval": "3h", "back_fill": true, "kinds": ["rate"],
      "incremental": "lists after the one that was read last; a full run reads all again from 'since' on"}
  },
  "hosts": ["www.cbr.ru", "{base_url}"],
  "permissions": []
})json")
