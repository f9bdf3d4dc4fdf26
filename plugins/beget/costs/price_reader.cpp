// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/costs/price_reader.hpp"

#include <functional>
#include <utility>

#include "beget/api/values.hpp"
#include "beget/cloud/cloud_lists.hpp"
#include "beget/inventory/hosting_inventory.hpp"
#include "beget/words.hpp"

namespace iz::beget {
namespace {

using infrazen::Decimal;
using infrazen::Error;
using support::JsonValue;

class PriceReader {
 public:
  PriceReader(const Settings& settings, infrazen::Failures& failures) : settings_(settings), failures_(failures) {}

  void read_cloud(CloudApi& api) {
    std::vector<support::Listing> listings{list_vps(api), list_services(api), list_snapshots(api), list_network(api),
                                           list_vps_statuses(api)};
    auto results = api.read(std::move(listings));
    add_missing_vps(api, results[0], results[4]);
    source("vps", results[0], [&](JsonValue row, auto& out) { vps(row, out); });
    source("services", results[1], [&](JsonValue row, auto& out) { service(row, out); });
    source("snapshots", results[2], [&](JsonValue row, auto& out) { snapshot(row, out); });
    source("network", results[3], [&](JsonValue row, auto& out) { addresses(row, out); });
  }

  void read_hosting(HostingApi& api) {
    attempt("plan", [&](auto& out) {
      const Outcome answer = api.call("user", "getAccountInfo");
      plan(HostingApi::object(answer), out);
    });
    if (!settings_.accrue_domains) return;
    attempt("domains", [&](auto& out) {
      const Outcome domains = api.call("domain", "getList");
      const JsonValue rows = HostingApi::rows(domains);
      if (rows.size() == 0) return;
      const Outcome zones = api.call("domain", "getZoneList");
      const JsonValue prices = zones.require().path("answer.result");
      for (const JsonValue row : rows) domain(row, prices, out);
    });
  }

  PriceReads take() { return std::move(reads_); }

 private:
  template <class Read>
  void attempt(const char* name, Read&& read) {
    auto& slot = reads_.sources[name];
    const std::size_t said = reads_.unpriced.size();
    try {
      std::vector<Priced> out;
      read(out);
      slot = std::move(out);
    } catch (const Error& error) {
      reads_.unpriced.resize(said);
      failures_.add(std::string("prices of ") + name, error);
    }
  }
  template <class Row>
  void source(const char* name, const CloudListing& listing, Row&& row) {
    attempt(name, [&](auto& out) {
      for (const JsonValue one : listing.require().rows) row(one, out);
    });
  }

  [[nodiscard]] Priced priced(std::string_view type, JsonValue row, const Decimal& price, JsonValue created) const {
    Priced priced;
    priced.type = type;
    priced.id = row["id"].text();
    priced.name = row["display_name"].text();
    priced.region = row["region"].text();
    priced.project = row["project_id"].text();
    priced.price = price;
    if (const auto at = parse_time(created.text(), settings_.utc_offset)) priced.since = settings_.day_of(*at);
    return priced;
  }
  static std::string sku_of(std::string_view type, JsonValue configuration) {
    const std::string_view id = configuration.text();
    return std::string(type) + ':' + std::string(id.empty() ? "custom" : id);
  }
  static Decimal price_of(JsonValue row) { return row["price_day"].decimal().value_or(0); }

  void vps(JsonValue row, std::vector<Priced>& out) {
    const std::string_view status = row["status"].text();
    if (status == "REMOVED") return;
    if (flag_of(row["archived"]) && !settings_.charge_archived) return;
    const JsonValue configuration = row["configuration"];
    licenses(row, out);
    if (status == "STOPPED" && !settings_.charge_stopped) return;
    Priced one = priced(kVps, row, price_of(configuration), row["date_create"]);
    if (one.name.empty()) one.name = row["slug"].text();
    if (one.region.empty()) one.region = configuration["region"].text();
    one.sku = sku_of(kVps, configuration["id"]);
    if (one.price.sign() <= 0) reads_.unpriced.push_back("server " + one.name + ": its configuration has no price_day");
    out.push_back(std::move(one));
  }

  void licenses(JsonValue row, std::vector<Priced>& out) {
    for (const JsonValue license : row.path("software.license")) {
      const JsonValue billing = license["billing"];
      const auto daily = billing.path("daily.price_day").decimal();
      const auto monthly = billing.path("monthly.price_month").decimal();
      const std::string id = std::string(row["id"].text()) + "/license/" + std::string(license["id"].text());
      if (!daily && !monthly) {
        reads_.unpriced.push_back("license " + id + ": it has no price");
        continue;
      }
      Priced one = priced(kLicense, row, daily ? *daily : *monthly, row["date_create"]);
      one.id = id;
      one.name = license["display_name"].text();
      one.basis = daily ? Priced::Basis::daily : Priced::Basis::monthly;
      one.sku = sku_of(kLicense, license["plan"]);
      out.push_back(std::move(one));
    }
  }

  void service(JsonValue row, std::vector<Priced>& out) {
    if (row["status"].text() == "SUSPENDED" && row["status_details"].text() == "SUSPENDED_INSUFFICIENT_FUNDS" &&
        !settings_.charge_suspended) {
      return;
    }
    const std::string_view known = service_type(row);
    Priced one = priced(known.empty() ? kCloudService : known, row, price_of(row), row["created_at"]);
    if (one.name.empty()) one.name = row["slug"].text();
    one.sku = sku_of(one.type, row["configuration_id"]);
    if (one.price.sign() <= 0) {
      reads_.unpriced.push_back(
          one.type + " " + one.name +
          ": price_day 0, charged by use (storage_rate, traffic_rate) in units that are not said");
    }
    out.push_back(std::move(one));
  }

  void snapshot(JsonValue row, std::vector<Priced>& out) {
    if (row["status"].text() == "DELETED") return;
    Priced one = priced(kSnapshot, row, price_of(row), row["date_create"]);
    one.name = row["description"].text();
    if (one.name.empty()) one.name = row["vps_name"].text();
    one.sku = std::string(kSnapshot);
    out.push_back(std::move(one));
  }

  void addresses(JsonValue row, std::vector<Priced>& out) {
    std::string free;
    for (const JsonValue address : row["additional_ip"]) {
      const std::string ip(address["ip"].text());
      if (settings_.additional_ip_price.sign() <= 0) {
        free += (free.empty() ? "" : " and ") + ip;
        continue;
      }
      Priced one = priced(kAdditionalIp, address, settings_.additional_ip_price, {});
      one.id = one.name = ip;
      one.sku = std::string(kAdditionalIp);
      out.push_back(std::move(one));
    }
    if (!free.empty())
      reads_.unpriced.push_back("additional IPs " + free + ": no price field; set 'additional_ip_price'");
  }

  void plan(JsonValue account, std::vector<Priced>& out) {
    reads_.balance = account["user_balance"].decimal();
    if (!reads_.balance) throw Error(infrazen::ErrorClass::transient, "user/getAccountInfo has no user_balance");
    const auto rate = account["user_rate_current"].decimal();
    if (!rate) throw Error(infrazen::ErrorClass::transient, "user/getAccountInfo has no user_rate_current");
    Priced one;
    one.type = kHosting;
    one.id = one.sku = hosting_id(account);
    one.name = account["plan_name"].text();
    one.price = *rate;
    one.prepaid = flag_of(account["user_is_year_plan"]) && settings_.plan_prepaid;
    out.push_back(std::move(one));
  }

  void domain(JsonValue row, JsonValue zones, std::vector<Priced>& out) {
    const std::string fqdn(row["fqdn"].text());
    const auto expires = parse_time(row["date_expire"].text(), settings_.utc_offset);
    if (!expires) return;  // not registered through Beget, or not at all
    const auto price = renewal_price(zones, fqdn);
    if (!price) {
      reads_.unpriced.push_back("domain " + fqdn + ": domain/getZoneList has no price for its zone");
      return;
    }
    Priced one;
    one.type = kDomain;
    one.id = row["id"].text();
    one.name = fqdn;
    one.sku = std::string(kDomain) + ':' + fqdn.substr(fqdn.find('.') + 1);
    one.basis = Priced::Basis::yearly;
    one.price = *price;
    one.until = settings_.day_of(*expires);
    if (const auto since = parse_time(row["date_register"].text(), settings_.utc_offset))
      one.since = settings_.day_of(*since);
    out.push_back(std::move(one));
  }

  const Settings& settings_;
  infrazen::Failures& failures_;
  PriceReads reads_;
};

bool is_international(std::string_view fqdn) {
  if (fqdn.starts_with("xn--") || fqdn.find(".xn--") != std::string_view::npos) return true;
  for (const char c : fqdn) {
    if (static_cast<unsigned char>(c) >= 0x80) return true;
  }
  return false;
}

}  // namespace

std::optional<Decimal> renewal_price(JsonValue zones, std::string_view fqdn) {
  for (std::size_t dot = fqdn.find('.'); dot != std::string_view::npos; dot = fqdn.find('.', dot + 1)) {
    for (const auto& [name, zone] : zones.members()) {
      const std::string_view suffix = zone["zone"].text().empty() ? name : zone["zone"].text();
      if (suffix != fqdn.substr(dot + 1)) continue;
      const auto idn = zone["price_idn_renew"].decimal();
      const auto price = is_international(fqdn) && idn && idn->sign() > 0 ? idn : zone["price_renew"].decimal();
      if (price && price->sign() > 0) return price;
    }
  }
  return std::nullopt;
}

PriceReads read_prices(const Settings& settings, CloudApi* cloud, HostingApi* hosting, infrazen::Failures& failures) {
  PriceReader reader(settings, failures);
  if (cloud != nullptr) reader.read_cloud(*cloud);
  if (hosting != nullptr) reader.read_hosting(*hosting);
  return reader.take();
}

}  // namespace iz::beget
