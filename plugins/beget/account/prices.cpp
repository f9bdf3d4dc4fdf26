// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/account/small_streams.hpp"
#include "beget/cloud/cloud_lists.hpp"
#include "beget/words.hpp"
#include <infrazen/failures.hpp>

namespace iz::beget {
namespace {

using infrazen::Decimal;
using infrazen::Price;
using support::JsonValue;

class PriceList {
 public:
  PriceList(infrazen::Sync& sync, const Settings& settings)
      : sync_(sync), from_(settings.begin_of(settings.day_of(sync.clock().now()))) {}

  // Under the SKU's name that charges have. price_month is no multiple of price_day: both are kept.
  void configuration(std::string_view type, JsonValue row, std::string_view name) {
    const std::string sku = std::string(type) + ':' + std::string(row["id"].text());
    add(sku, name, type, row["region"].text(), "Days", row["price_day"].decimal());
    add(sku + ":month", name, type, row["region"].text(), "Months", row["price_month"].decimal());
  }

  void add(const std::string& sku, std::string_view name, std::string_view type, std::string_view region,
           std::string_view unit, std::optional<Decimal> price) {
    if (!price || price->sign() <= 0) return;
    Price record{.sku_id = sku,
                 .service_name = service_words(type).name,
                 .unit = unit,
                 .unit_price = *price,
                 .currency = kCurrency,
                 .valid_from = from_};
    if (!name.empty()) record.sku_name = name;
    if (!region.empty()) record.region = region;
    sync_.push(record);
  }

 private:
  infrazen::Sync& sync_;
  infrazen::Micros from_;
};

void read_zones(HostingApi& hosting, PriceList& prices) {
  const Outcome answer = hosting.call("domain", "getZoneList");
  for (const auto& [name, zone] : answer.require().path("answer.result").members()) {
    const std::string_view suffix = zone["zone"].text().empty() ? name : zone["zone"].text();
    const std::string sku = std::string(kDomain) + ':' + std::string(suffix);
    prices.add(sku, suffix, kDomain, {}, "Years", zone["price_renew"].decimal());
    prices.add(sku + ":idn", suffix, kDomain, {}, "Years", zone["price_idn_renew"].decimal());
  }
}

}  // namespace

void sync_prices(infrazen::Sync& sync, const Settings& settings, CloudApi* cloud, HostingApi* hosting) {
  infrazen::Failures failures("price lists");
  PriceList prices(sync, settings);
  std::size_t parts = 0;
  if (cloud != nullptr) {
    auto lists = cloud->read({cloud->listing("/v1/vps/configuration", "configurations"),
                              cloud->listing("/v1/cloud/configuration", "configuration")});
    parts += lists.size();
    if (lists[0].error) failures.add("configurations of servers", *lists[0].error);
    for (const JsonValue row : lists[0].rows) prices.configuration(kVps, row, row["name"].text());
    if (lists[1].error) failures.add("configurations of services", *lists[1].error);
    for (const JsonValue row : lists[1].rows) {
      const std::string_view type = service_type(row);
      prices.configuration(type.empty() ? kCloudService : type, row, row["type"].text());
    }
  }
  if (hosting != nullptr) {
    ++parts;
    try {
      read_zones(*hosting, prices);
    } catch (const infrazen::Error& error) {
      failures.add("zones of domains", error);
    }
  }
  sync.mark({});
  failures.raise(parts);
}

}  // namespace iz::beget
