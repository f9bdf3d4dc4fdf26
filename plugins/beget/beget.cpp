// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <optional>

#include "beget/access_check.hpp"
#include "beget/account/small_streams.hpp"
#include "beget/api/cloud_api.hpp"
#include "beget/api/hosting_api.hpp"
#include "beget/costs/costs_sync.hpp"
#include "beget/events/logs_sync.hpp"
#include "beget/inventory/cloud_inventory.hpp"
#include "beget/inventory/hosting_inventory.hpp"
#include "beget/manifest.hpp"
#include "beget/settings.hpp"
#include "beget/usage/metrics_sync.hpp"
#include "beget/words.hpp"
#include <infrazen/connector.hpp>

namespace iz::beget {
namespace {

void sync_inventory(infrazen::Sync& sync, const Settings& settings, CloudApi* cloud, HostingApi* hosting) {
  infrazen::Failures failures("listings");
  std::size_t parts = 0;
  if (!sync.targeted()) {
    sync.push(infrazen::Account{.account_id = settings.login,
                                .name = settings.login,
                                .account_type = "billing_account",
                                .currency = kCurrency});
  }
  if (cloud != nullptr) parts += sync_cloud_inventory(sync, settings, *cloud, failures);
  if (hosting != nullptr) parts += sync_hosting_inventory(sync, settings, *hosting, failures);
  if (parts == 0)
    throw infrazen::Error(infrazen::ErrorClass::permanent, "none of the targets is a resource of this connection");
  sync.mark({});
  failures.raise(parts);
}

}  // namespace

class Beget final : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override {
    const Settings settings = read_settings(sync);
    std::optional<CloudApi> cloud_api;
    std::optional<HostingApi> hosting_api;
    CloudApi* const cloud = settings.cloud ? &cloud_api.emplace(sync, settings) : nullptr;
    HostingApi* const hosting = settings.hosting ? &hosting_api.emplace(sync, settings) : nullptr;
    const std::string_view stream = sync.stream();
    if (stream == "inventory") return sync_inventory(sync, settings, cloud, hosting);
    if (stream == "costs") return sync_costs(sync, settings, cloud, hosting);
    if (stream == "metrics") return sync_metrics(sync, settings, cloud, hosting);
    if (stream == "logs") return sync_logs(sync, settings, cloud, hosting);
    if (stream == "prices") return sync_prices(sync, settings, cloud, hosting);
    if (stream == "balance") return sync_balance(sync, settings, hosting);
    throw infrazen::Error(infrazen::ErrorClass::internal, "there is no stream '" + std::string(stream) + "'");
  }

  void check(infrazen::Check& check) override { check_access(check); }
};

}  // namespace iz::beget

INFRAZEN_MODULE(iz::beget::Beget, "beget", "1.0.0", iz::beget::kManifest)
