// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <optional>

#include "selectel/money/answers.hpp"
#include "selectel/money/streams.hpp"
#include "support/openstack/mappers/mapped.hpp"
#include "support/pages.hpp"
#include "support/url.hpp"
#include <infrazen/days.hpp>

namespace iz::selectel {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using support::JsonDocument;
using support::JsonValue;

constexpr std::size_t kPage = 500;

// A row stands for several transactions; the smallest of their ids is there as long as the row is.
std::string id_of(const JsonValue& row) {
  std::optional<std::int64_t> least;
  for (const JsonValue id : row["id_meta"]["id"]) {
    if (const auto number = id.integer()) least = std::min(*number, least.value_or(*number));
  }
  return least ? std::to_string(*least) : std::string();
}

// A top-up; money given back; money taken.
std::string_view type_of(const JsonValue& row, const infrazen::Decimal& amount) {
  if (row["transaction_type"].text() == "topup" || row["transaction_group"].text() == "income") return "payment";
  return amount.sign() > 0 ? "correction" : "act";
}

std::string_view status_of(const JsonValue& row) {
  const std::string_view state = row["state"].text();
  if (state == "done") return "paid";
  if (state == "cancelled" || state == "canceled" || state == "removed" || state == "failed") return "void";
  return "issued";
}

void push(infrazen::Sync& sync, const Settings& settings, const JsonValue& row, const std::string& origin) {
  const std::string id = id_of(row);
  const auto created = wall_clock(row["created"].text(), settings.billing_offset);
  if (id.empty() || !created) {
    sync.report({.severity = infrazen::Severity::rejected,
                 .rule = "transaction_unreadable",
                 .message = "a transaction without an id or an instant is left out",
                 .origin = origin,
                 .value = row["created"].text()});
    return;
  }
  const infrazen::Decimal amount = roubles(row["price"], origin);
  sync.push(infrazen::Document{
      .account_id = settings.account,
      .document_id = id,
      .document_type = type_of(row, amount),
      .number = id,
      .issued_at = *created,
      .amount = amount,
      .currency = "RUB",
      .status = status_of(row),
      .attributes = openstack::attributes(
          row, {"transaction_type", "transaction_group", "balance", "state", "server_meta", "id_meta"})});
}

}  // namespace

void sync_documents(infrazen::Sync& sync, Cloud& cloud) {
  const Settings& settings = cloud.settings();
  if (!settings.vendor) {
    sync.log().info("a stock OpenStack has no transactions: vendor is none");
    return sync.mark({});
  }
  // An end that stands still: what comes in meanwhile moves no row to another page.
  const infrazen::Micros until = std::chrono::floor<std::chrono::seconds>(sync.clock().now());
  const auto known = sync.full() ? std::nullopt : infrazen::parse_instant(sync.cursor());
  const auto begin = settings.costs_since.value_or(infrazen::month_of(wall_day(until, settings.billing_offset)));
  infrazen::Micros since = infrazen::Micros(begin) - settings.billing_offset;
  if (known) since = std::max(since, *known - settings.documents_window);
  infrazen::Micros to = until;
  if (const auto window = sync.window()) {
    since = window->since;
    to = window->until;
  }
  const std::string path =
      "/v2/billing/transactions?created_from=" + support::percent_encoded(wall_text(since, settings.billing_offset)) +
      "&created_to=" + support::percent_encoded(wall_text(to, settings.billing_offset)) + "&without_removed=true";
  const std::string origin = settings.api_url + "/v2/billing/transactions";
  support::PagedListings pages(sync.http());
  support::Listing listing;
  listing.name = "transactions since " + wall_text(since, settings.billing_offset);
  listing.request = cloud.account_request(path);
  listing.session = cloud.account_session();
  listing.rows = "data";
  listing.paging = support::Paging::offset(kPage);
  listing.key = id_of;
  listing.check = [&origin](JsonValue root) { require_success(root, origin); };
  pages.add(std::move(listing));
  while (const auto page = pages.next()) {
    if (page->error()) throw Error(*page->error());
    for (const JsonValue& row : page->rows()) push(sync, settings, row, origin);
  }
  sync.mark(sync.window() ? std::string(sync.cursor()) : infrazen::to_text(until));
}

}  // namespace iz::selectel
