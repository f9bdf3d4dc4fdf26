// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>
#include <string>

#include "support/url.hpp"
#include "yandex/client/client.hpp"
#include "yandex/prices/billing_accounts.hpp"
#include "yandex/reports/usage_report.hpp"
#include "yandex/stores/export_store.hpp"
#include "yandex/streams.hpp"

// What `infrazen connection test` says about money: each permission and place by itself, and what to do.
namespace iz::yandex {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;

bool is_refusal(const Error& error) {
  return error.http_status() == 401 || error.http_status() == 403;
}

// Asked of the first account alone: one report a minute is given.
void check_reports(infrazen::Check& check, const Client& client, const std::vector<BillingAccount>& accounts) {
  const std::string subject = "permission billing.accounts.getReport";
  if (check.config().duration_or("reconcile_every", {}).count() == 0) {
    check.skipped(subject, "'reconcile_every' is 0s: usage reports are not asked for");
    return;
  }
  const Day day = billing_day(check.clock().now()) - std::chrono::days(2);
  check.attempt(subject + " on " + accounts.front().id,
                [&] { (void)get_service_report(client, accounts.front().id, day, day); });
}

void check_accounts(infrazen::Check& check, const Client& client) {
  std::vector<BillingAccount> accounts;
  const bool seen = check.attempt("billing accounts", [&] {
    try {
      accounts = billing_accounts(client);
    } catch (const Error& error) {
      if (!is_refusal(error)) throw;
      throw Error(error.error_class(),
                  "the credential may not list billing accounts: grant it the role "
                  "billing.accounts.viewer on the billing account. " +
                      std::string(error.what()));
    }
  });
  if (!seen) {
    check.skipped("prices", "there is no billing account to ask for");
    return;
  }
  for (const BillingAccount& account : accounts) {
    if (account.balance.empty()) {
      check.failed("balance of " + account.id,
                   "the account comes without a balance: grant the role billing.accounts.viewer on it");
    } else {
      check.passed("balance of " + account.id, account.name + ", " + account.currency);
    }
    check.attempt("prices of " + account.id, [&] {
      (void)client.get("billing",
                       "/billing/v1/skus?pageSize=10&currency=" + support::percent_encoded(account.currency) +
                           "&billingAccountId=" + support::percent_encoded(account.id));
    });
  }
  check_reports(check, client, accounts);
}

// Listed, named as exports are, and one of them readable.
void check_export(infrazen::Check& check, const Client& client) {
  const std::string subject = "billing export";
  std::unique_ptr<ExportStore> store;
  std::vector<ExportObject> objects;
  const bool listed = check.attempt(subject, [&] {
    const CostSettings settings = read_cost_settings(check.config());
    store = make_export_store(check, client, settings);
    if (store) objects = store->list();
  });
  if (!listed) return;
  if (!store) {
    check.skipped("files of the billing export",
                  "none is set: without 'billing_bucket' or 'billing_path' there are no charges, only estimates");
    return;
  }
  if (objects.empty()) {
    check.failed(
        "files of the billing export",
        "no .csv was found in " + store->place() +
            ": set the export up (console: Billing, Export), or correct 'billing_bucket' and 'billing_prefix'");
    return;
  }
  const auto newest = std::ranges::max_element(objects, {}, &ExportObject::modified);
  check.attempt("file " + newest->key, [&] {
    std::array<char, 1 << 16> head{};
    const auto source = store->open(*newest);
    std::size_t have = 0;
    for (std::size_t count = 1; count != 0 && have < head.size(); have += count)
      count = source->read({head.data() + have, head.size() - have});
    const std::string_view text(head.data(), have);
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.find("billing_account_id") != std::string_view::npos && line.find("cost") != std::string_view::npos)
      return;
    throw Error(ErrorClass::config,
                "the file does not begin with the header of a billing export: does 'billing_prefix' "
                "name the export's place?");
  });
}

}  // namespace

void check_costs(infrazen::Check& check, const Client& client) {
  check_export(check, client);
  check_accounts(check, client);
}

}  // namespace iz::yandex
