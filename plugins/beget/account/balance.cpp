// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/account/small_streams.hpp"
#include "beget/words.hpp"

namespace iz::beget {

void sync_balance(infrazen::Sync& sync, const Settings& settings, HostingApi* hosting) {
  if (hosting == nullptr) {
    sync.log().info("the balance is only in the hosting API, for which the connection has no secret 'api_password'");
    return;
  }
  const Outcome answer = hosting->call("user", "getAccountInfo");
  const support::JsonValue account = HostingApi::object(answer);
  const auto balance = account["user_balance"].decimal();
  if (!balance)
    throw infrazen::Error(infrazen::ErrorClass::transient, "Beget hosting user/getAccountInfo has no user_balance");
  infrazen::Balance record{.account_id = settings.login,
                           .amount = *balance,
                           .currency = kCurrency,
                           .as_of = sync.clock().now(),
                           .balance_kind = "main"};
  if (const auto days = account["user_days_to_block"].decimal()) record.days_left = *days;
  sync.push(record);
  sync.mark({});
}

}  // namespace iz::beget
