// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/check.hpp"
#include "selectel/cloud.hpp"
#include "selectel/inventory/inventory.hpp"
#include "selectel/manifest.hpp"
#include "selectel/money/streams.hpp"
#include "selectel/usage/metrics.hpp"
#include <infrazen/connector.hpp>

namespace iz::selectel {

class Selectel final : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override {
    const Settings settings = read_settings(sync);
    Cloud cloud(sync, settings);
    const std::string_view stream = sync.stream();
    for (const auto& one : kStreams) {
      if (one.name != stream) continue;
      if (one.needs_user && !settings.has_user) {
        sync.log().info("no 'user' is given: of this account nothing but the bill is read");
        return sync.mark({});
      }
      return one.run(sync, cloud);
    }
    throw infrazen::Error(infrazen::ErrorClass::config, "selectel has no stream '" + std::string(stream) + "'");
  }

  void check(infrazen::Check& check) override { check_connection(check); }

 private:
  struct Stream {
    std::string_view name;
    void (*run)(infrazen::Sync&, Cloud&);
    bool needs_user;
  };
  static constexpr Stream kStreams[] = {{IZ_STREAM_INVENTORY, sync_inventory, true},
                                        {IZ_STREAM_COSTS, sync_costs, false},
                                        {IZ_STREAM_METRICS, sync_metrics, true},
                                        {IZ_STREAM_BALANCE, sync_balance, false},
                                        {IZ_STREAM_DOCUMENTS, sync_documents, false}};
};

}  // namespace iz::selectel

INFRAZEN_MODULE(iz::selectel::Selectel, "selectel", "1.0.0", iz::selectel::kManifest)
