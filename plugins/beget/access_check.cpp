// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/access_check.hpp"

#include <array>
#include <string>

#include "beget/api/cloud_api.hpp"
#include "beget/api/hosting_api.hpp"
#include "beget/cloud/cloud_lists.hpp"
#include <infrazen/json.hpp>

namespace iz::beget {
namespace {

void check_cloud(infrazen::Check& check, const Settings& settings) {
  CloudApi api(check, settings);
  if (!check.attempt("secret cloud_password: sign in as " + settings.cloud_login, [&] { api.sign_in(); })) return;
  struct Right {
    const char* what;
    support::Listing listing;
  };
  std::array<Right, 7> rights{
      {{"cloud: servers", list_vps(api)},
       {"cloud: services (databases, S3, CDN)", list_services(api)},
       {"cloud: snapshots", list_snapshots(api)},
       {"cloud: networks and addresses", list_network(api)},
       {"cloud: projects", api.listing("/v1/cloud/projects/list", "page.projects", api.pages("page.total_count"))},
       {"cloud: SSH keys", api.listing("/v1/vps/sshKey", "keys")},
       {"cloud: price list", api.listing("/v1/vps/configuration", "configurations")}}};
  std::vector<support::Listing> listings;
  for (Right& right : rights) listings.push_back(std::move(right.listing));
  const auto answers = api.read(std::move(listings));
  for (std::size_t i = 0; i < rights.size(); ++i) check.attempt(rights[i].what, [&] { (void)answers[i].require(); });
}

void check_hosting(infrazen::Check& check, const Settings& settings) {
  HostingApi api(check, settings);
  struct Right {
    const char* section;
    const char* method;
    const char* why;
  };
  constexpr std::array<Right, 7> kRights{{{"user", "getAccountInfo", "plan and balance"},
                                          {"site", "getList", "sites"},
                                          {"mysql", "getList", "databases"},
                                          {"domain", "getList", "domains"},
                                          {"ftp", "getList", "FTP accounts"},
                                          {"stat", "getSitesListLoad", "load of sites"},
                                          {"backup", "getLog", "log of backups"}}};
  std::string domain;
  for (const Right& right : kRights) {
    const bool passed = check.attempt(std::string("hosting API, section ") + right.section + ": " + right.why, [&] {
      const Outcome answer = api.call(right.section, right.method);
      (void)answer.require();
      if (right.section != std::string_view("domain")) return;
      for (const support::JsonValue row : HostingApi::rows(answer)) domain = row["fqdn"].text();
    });
    // Without the account nothing else will do, and each try may count towards a lock.
    if (!passed && right.section == std::string_view("user")) {
      check.skipped("hosting API: other sections", "the first one failed");
      return;
    }
  }
  if (!settings.mailboxes || domain.empty()) return;
  check.attempt("hosting API, section mail: mailboxes of " + domain, [&] {
    (void)api.call("mail", "getMailboxList", infrazen::JsonObject().text("domain", domain).str()).require();
  });
}

}  // namespace

void check_access(infrazen::Check& check) {
  Settings settings;
  if (!check.attempt("settings", [&] { settings = read_settings(check); })) return;
  if (settings.cloud) {
    check_cloud(check, settings);
  } else {
    check.skipped("cloud", "the connection has no secret 'cloud_password'");
  }
  if (settings.hosting) {
    check_hosting(check, settings);
  } else {
    check.skipped("hosting", "the connection has no secret 'api_password'");
  }
}

}  // namespace iz::beget
