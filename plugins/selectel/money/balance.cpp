// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <map>

#include "selectel/money/answers.hpp"
#include "selectel/money/streams.hpp"
#include "support/known_before.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/json.hpp>

namespace iz::selectel {
namespace {

using infrazen::Decimal;
using infrazen::Error;
using infrazen::ErrorClass;
using support::JsonDocument;
using support::JsonValue;

using Days = std::map<std::string, Decimal>;  // by kind of account

// What the provider last said about how long the money lasts. A refused or broken answer is no reason to forget it:
// the row would say that nothing is predicted, and take it back an hour later. After a day it is too old to be shown.
struct Prediction {
  static constexpr std::chrono::hours kLastsFor{24};

  static Prediction parse(std::string_view cursor) {
    if (cursor.empty()) return {};
    const JsonDocument document(cursor, "the cursor");
    Prediction last;
    if (const auto at = infrazen::parse_instant(document.root()["predicted_at"].text())) last.at = *at;
    for (const auto& [name, value] : document.root()["days"].members()) {
      if (const auto days = value.decimal()) last.days[std::string(name)] = *days;
    }
    return last;
  }
  [[nodiscard]] std::string text() const {
    infrazen::JsonObject by_kind;
    for (const auto& [name, left] : days) by_kind.number(name, left);
    return infrazen::JsonObject().text("predicted_at", infrazen::to_text(at)).raw("days", by_kind.str()).str();
  }

  infrazen::Micros at{};
  Days days;
};

// How long each kind of account lasts, in days; one without spending has none.
Days read_prediction(Cloud& cloud) {
  constexpr std::string_view kPath = "/v2/billing/prediction";
  const infrazen::Response answer = cloud.account_get(kPath);
  const std::string origin = cloud.settings().api_url + std::string(kPath);
  const JsonDocument document(answer.body(), origin);
  require_success(document.root(), origin);
  Days days;
  for (const auto& [name, value] : document.root()["data"].members()) {
    const auto left = value.decimal();
    if (!left) continue;
    days[std::string(name)] =
        cloud.settings().prediction_in_hours ? Decimal::divide(*left, 24, 2, infrazen::Rounding::down) : *left;
  }
  return days;
}

class Balances {
 public:
  Balances(infrazen::Sync& sync, const Settings& settings, const Days& days)
      : sync_(sync), settings_(settings), days_(days) {}

  void take(const JsonValue& root, const std::string& origin) {
    require_success(root, origin);
    const JsonValue billings = root["data"]["billings"];
    if (!billings.is_array()) {
      throw Error(ErrorClass::transient, origin + ": the answer holds no 'data.billings': something else answered");
    }
    JsonValue currency = root["settings"]["currency"];
    if (!currency.exists()) currency = root["data"]["settings"]["currency"];
    for (const char c : currency.text()) currency_ += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (currency_.empty()) currency_ = "RUB";
    for (const JsonValue billing : billings) of_billing(billing, origin);
  }

 private:
  void of_billing(const JsonValue& billing, const std::string& origin) {
    // Old accounts have several purses beside the primary one.
    const std::string type(billing["billing_type"].text());
    const std::string account = type.empty() || type == "primary" ? settings_.account : settings_.account + '/' + type;
    const auto left = days_.find(type);
    const infrazen::Amount days = left == days_.end() ? infrazen::Amount() : infrazen::Amount(left->second);
    for (const JsonValue balance : billing["balances"]) {
      const std::string kind(balance["balance_type"].text());
      const bool known = kind == "main" || kind == "bonus";
      // Money of a partner that pays for its own services only ("vk_rub") is neither: it is shown apart.
      push(known ? account : account + '/' + kind, known ? kind : "bonus", roubles(balance["value"], origin),
           kind == "main" ? days : infrazen::Amount());
    }
    if (billing["debt_sum"].exists()) push(account, "credit", -roubles(billing["debt_sum"], origin), {});
  }

  void push(const std::string& account, const std::string& kind, const Decimal& amount, infrazen::Amount days) {
    sync_.push(infrazen::Balance{.account_id = account,
                                 .amount = amount,
                                 .currency = currency_,
                                 .as_of = sync_.clock().now(),
                                 .balance_kind = kind,
                                 .days_left = std::move(days)});
  }

  infrazen::Sync& sync_;
  const Settings& settings_;
  const Days& days_;
  std::string currency_;
};

}  // namespace

void sync_balance(infrazen::Sync& sync, Cloud& cloud) {
  if (!cloud.settings().vendor) {
    sync.log().info("a stock OpenStack has no balance: vendor is none");
    return sync.mark({});
  }
  // The same answer under two versions: one takes the static key, the other a token.
  const std::string path = cloud.settings().has_api_key ? "/v3/balances" : "/v4/balances";
  const std::string origin = cloud.settings().api_url + path;
  const infrazen::Response answer = cloud.account_get(path);
  const JsonDocument document(answer.body(), origin);
  infrazen::Failures failures("parts of the balance");
  const infrazen::Micros now = sync.clock().now();
  Prediction prediction = support::known_or_anew(sync, Prediction::parse);
  try {
    prediction = {now, read_prediction(cloud)};
  } catch (const Error& error) {
    failures.add("prediction", error);
    if (now - prediction.at > Prediction::kLastsFor) prediction = {};
  }
  Balances(sync, cloud.settings(), prediction.days).take(document.root(), origin);
  sync.mark(prediction.text());
  failures.raise(2);
}

}  // namespace iz::selectel
