// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/estate.hpp"
#include "yandex/streams.hpp"

namespace iz::yandex {

void sync_inventory(infrazen::Sync& sync, const Client& client) {
  infrazen::Failures failures("parts of the estate");
  const Estate estate = read_estate(client, failures);
  push_accounts(sync, estate);
  sync.mark({});
  failures.raise(estate.parts);
}

void check_inventory(infrazen::Check& check, const Client& client) {
  if (!check.attempt("IAM token", [&] { (void)client.session().auth(); })) return;
  check.attempt("clouds and folders", [&] {
    infrazen::Failures failures("parts of the estate");
    const Estate estate = read_estate(client, failures);
    failures.raise(estate.parts);
  });
}

}  // namespace iz::yandex
