// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/inventory/hosting_inventory.hpp"

#include <array>
#include <string>

#include "beget/api/values.hpp"
#include "beget/inventory/listed_scope.hpp"
#include "beget/words.hpp"

namespace iz::beget {
namespace {

using infrazen::Resource;
using support::JsonValue;

class HostingInventory {
 public:
  HostingInventory(infrazen::Sync& sync, const Settings& settings, HostingApi& api, infrazen::Failures& failures)
      : sync_(sync), settings_(settings), api_(api), failures_(failures) {}

  std::size_t run() {
    part("hosting/account", {kHosting}, [&](ListedScope& scope) { account(scope); });
    part("hosting/sites", {kSite}, [&](ListedScope& scope) { sites(scope); });
    part("hosting/databases", {kHostedDatabase}, [&](ListedScope& scope) { databases(scope); });
    part("hosting/domains", {kDomain}, [&](ListedScope& scope) { domains(scope); });
    part("hosting/ftp", {kFtpAccount}, [&](ListedScope& scope) { ftp_accounts(scope); });
    if (settings_.mailboxes) part("hosting/mailboxes", {kMailbox}, [&](ListedScope& scope) { mailboxes(scope); });
    return parts_;
  }

 private:
  template <class Read>
  void part(std::string_view name, std::initializer_list<std::string_view> types, Read&& read) {
    if (!ListedScope::wanted(sync_, types)) return;
    ++parts_;
    try {
      ListedScope scope(sync_, name, types);
      read(scope);
      scope.complete();
    } catch (const infrazen::Error& error) {
      failures_.add(std::string(name), error);
      sync_.log().warning(std::string(name) + ": " + error.what());
    }
  }

  [[nodiscard]] Resource resource(std::string_view type, std::string_view id, std::string_view name) const {
    Resource resource;
    resource.type = type;
    resource.external_id = id;
    resource.name = name.empty() ? id : name;
    resource.account_id = settings_.login;
    resource.service_name = service_words(type).name;
    resource.service_category = service_words(type).category;
    return resource;
  }

  void account(ListedScope& scope) {
    const Outcome answer = api_.call("user", "getAccountInfo");
    const JsonValue account = HostingApi::object(answer);
    Resource hosting = resource(kHosting, hosting_id(account), account["plan_name"].text());
    hosting.pricing_model = "flat";
    if (const auto rate = account["user_rate_current"].decimal()) {
      hosting.list_price = *rate;
      hosting.effective_cost = *rate;
      hosting.currency = kCurrency;
      hosting.billing_period = "day";
    }
    if (const auto month = account["user_rate_month"].decimal())
      hosting.extensions.set("price_month", infrazen::Amount(*month));
    if (const auto quota = limit_of(account["plan_quota"])) hosting.storage_bytes = *quota * kMegabyte;
    if (const auto used = bytes_of(account["user_quota"], kMegabyte))
      hosting.extensions.set("disk_used_bytes", infrazen::Whole(*used));
    Attributes attributes;
    for (const char* used : {"user_sites", "user_domains", "user_mysqlsize", "user_ftp", "user_mail", "user_rate_year"})
      attributes.number(used, account[used]);
    for (const char* limit :
         {"plan_site", "plan_domain", "plan_mysql", "plan_quota", "plan_ftp", "plan_mail", "plan_cp"}) {
      const JsonValue value = account[limit];
      if (!value.integer()) continue;
      // Unlimited is said as such: null, not a number somebody would compute with.
      if (limit_of(value))
        attributes.number(limit, value);
      else
        attributes.json().raw(limit, "null");
    }
    attributes.flag("is_year_plan", account["user_is_year_plan"])
        .text("server_name", account["server_name"])
        .text("server_cpu_name", account["server_cpu_name"])
        .number("server_memory", account["server_memory"]);
    for (const char* version : {"server_apache_version", "server_mysql_version", "server_nginx_version",
                                "server_php_version", "server_python_version", "server_perl_version"})
      attributes.text(version, account[version]);
    hosting.attributes = attributes.json();
    scope.push(hosting);
  }

  void sites(ListedScope& scope) {
    const Outcome answer = api_.call("site", "getList");
    for (const JsonValue site : HostingApi::rows(answer)) {
      const std::string_view id = site["id"].text();
      std::string_view name = site["path"].text();
      infrazen::JsonArray names;
      for (const JsonValue domain : site["domains"]) names.text(domain["fqdn"].text());
      const auto first = site["domains"].begin();
      if (first != site["domains"].end()) name = (*first)["fqdn"].text();
      Resource resource = this->resource(kSite, id, name);
      Attributes attributes;
      attributes.text("path", site["path"]);
      attributes.json().raw("domains", names.str());
      if (first != site["domains"].end()) {
        attributes.text("php_version", (*first)["php_version"])
            .text("http_version", (*first)["http_version"])
            .flag("ssl", (*first)["ssl"])
            .text("ssl_status", (*first)["ssl_status"]);
      }
      resource.attributes = attributes.json();
      scope.push(resource);
      for (const JsonValue domain : site["domains"])
        scope.relate(kDomain, domain["id"].text(), kSite, id, "attached_to");
    }
  }

  void databases(ListedScope& scope) {
    const Outcome answer = api_.call("mysql", "getList");
    for (const JsonValue database : HostingApi::rows(answer)) {
      const std::string_view name = database["name"].text();
      Resource resource = this->resource(kHostedDatabase, name, name);
      Attributes attributes;
      attributes.number("size", database["size"]);
      infrazen::JsonArray hosts;
      for (const JsonValue access : database["accesses"]) hosts.text(access["name"].text());
      attributes.json().raw("accesses", hosts.str());
      resource.attributes = attributes.json();
      scope.push(resource);
    }
  }

  void domains(ListedScope& scope) {
    const Outcome answer = api_.call("domain", "getList");
    names_.clear();
    for (const JsonValue domain : HostingApi::rows(answer)) {
      const std::string_view id = domain["id"].text();
      Resource resource = this->resource(kDomain, id, domain["fqdn"].text());
      const auto created = parse_time(domain["date_register"].text(), settings_.utc_offset);
      const auto added = parse_time(domain["date_add"].text(), settings_.utc_offset);
      if (created ? created : added) resource.created_at = *(created ? created : added);
      if (const std::string_view status = domain["registrar_status"].text(); !status.empty()) resource.status = status;
      Attributes attributes;
      attributes.text("registrar", domain["registrar"])
          .flag("auto_renew", domain["auto_renew"])
          .flag("can_renew", domain["can_renew"])
          .flag("is_under_control", domain["is_under_control"]);
      if (parse_time(domain["date_expire"].text(), settings_.utc_offset))
        attributes.text("date_expire", domain["date_expire"]);
      resource.attributes = attributes.json();
      scope.push(resource);
      names_.emplace_back(domain["fqdn"].text());
    }
    domains_known_ = true;
  }

  void ftp_accounts(ListedScope& scope) {
    const Outcome answer = api_.call("ftp", "getList");
    for (const JsonValue ftp : HostingApi::rows(answer)) {
      const std::string_view login = ftp["login"].text();
      Resource resource = this->resource(kFtpAccount, login, login);
      Attributes attributes;
      attributes.text("homedir", ftp["homedir"]);
      resource.attributes = attributes.json();
      scope.push(resource);
    }
  }

  void mailboxes(ListedScope& scope) {
    if (!domains_known_) {
      const Outcome answer = api_.call("domain", "getList");
      names_.clear();
      for (const JsonValue domain : HostingApi::rows(answer)) names_.emplace_back(domain["fqdn"].text());
    }
    for (const std::string& domain : names_) {
      const Outcome answer = api_.call("mail", "getMailboxList", infrazen::JsonObject().text("domain", domain).str());
      for (const JsonValue box : HostingApi::rows(answer)) {
        const std::string id = std::string(box["mailbox"].text()) + '@' + domain;
        Resource resource = this->resource(kMailbox, id, id);
        Attributes attributes;
        attributes.flag("spam_filter", box["spam_filter_status"]);
        resource.attributes = attributes.json();
        scope.push(resource);
      }
    }
  }

  infrazen::Sync& sync_;
  const Settings& settings_;
  HostingApi& api_;
  infrazen::Failures& failures_;
  std::size_t parts_ = 0;
  std::vector<std::string> names_;
  bool domains_known_ = false;
};

}  // namespace

std::string hosting_id(JsonValue account) {
  return "plan:" + std::string(account["plan_name"].text());
}

std::size_t sync_hosting_inventory(infrazen::Sync& sync, const Settings& settings, HostingApi& api,
                                   infrazen::Failures& failures) {
  return HostingInventory(sync, settings, api, failures).run();
}

}  // namespace iz::beget
