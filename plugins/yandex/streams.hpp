// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <infrazen/connector.hpp>

// The streams and the parts of `infrazen connection test`, one function each: yandex.cpp calls them by name.
namespace iz::yandex {

class Client;

void sync_inventory(infrazen::Sync& sync, const Client& client);
void sync_metrics(infrazen::Sync& sync, const Client& client);
void sync_logs(infrazen::Sync& sync, const Client& client);
void sync_costs(infrazen::Sync& sync, const Client& client);
void sync_prices(infrazen::Sync& sync, const Client& client);
void sync_balance(infrazen::Sync& sync, const Client& client);

// The token, what it may see, and each kind of resource in turn.
void check_inventory(infrazen::Check& check, const Client& client);
void check_metrics(infrazen::Check& check, const Client& client);
void check_logs(infrazen::Check& check, const Client& client);
void check_costs(infrazen::Check& check, const Client& client);

}  // namespace iz::yandex
